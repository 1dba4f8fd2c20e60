"""Schemas: what clients send and see."""
