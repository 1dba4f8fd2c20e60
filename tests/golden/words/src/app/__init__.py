"""The words backend."""
