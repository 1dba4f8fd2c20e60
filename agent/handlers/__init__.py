"""Which request types are answered with which slice of the project."""
