"""The backend of keys."""
