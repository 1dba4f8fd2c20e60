"""Queries: the only place that knows SQL."""
