"""The backend of tiny."""
