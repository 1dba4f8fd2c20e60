"""The backend of guarded."""
