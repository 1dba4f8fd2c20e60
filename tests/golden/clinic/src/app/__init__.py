"""The clinic backend."""
