"""Which tests does an emitted project get? Rows, bodies, and cases for each operation."""
