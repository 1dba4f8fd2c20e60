"""The backend of clinic."""
