"""The backend of words."""
