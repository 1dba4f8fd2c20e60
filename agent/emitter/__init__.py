"""BackendSpec and patterns to files."""
