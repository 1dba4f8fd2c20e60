"""Tests of single functions, without a server."""
