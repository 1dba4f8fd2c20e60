"""Rules of single operations, each a function in a module of its own."""
