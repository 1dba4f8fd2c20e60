"""The tiny backend."""
