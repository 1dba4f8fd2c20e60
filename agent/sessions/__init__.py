"""What is remembered of a chat? Sessions, each a file of the user's own, and who holds one."""
