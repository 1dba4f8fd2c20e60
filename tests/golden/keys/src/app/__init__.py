"""The keys backend."""
