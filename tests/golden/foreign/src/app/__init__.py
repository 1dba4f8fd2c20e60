"""The backend of market."""
