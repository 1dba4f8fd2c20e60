"""The backend of shop."""
