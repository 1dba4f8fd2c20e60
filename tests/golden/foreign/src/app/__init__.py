"""The market backend."""
