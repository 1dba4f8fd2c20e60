"""Tests of the API, over HTTP, on a migrated database."""
