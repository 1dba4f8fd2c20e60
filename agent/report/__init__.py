"""What does a person read who was not there? A proof as one page: content, diagram, HTML, disk."""
