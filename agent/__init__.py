"""python-specialist: designs Python backends, writes them, and proves them before it answers."""

__version__ = "0.1.0"
