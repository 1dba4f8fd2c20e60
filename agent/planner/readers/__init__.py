"""One module per source format, each with ``read(source) -> Reading``."""
