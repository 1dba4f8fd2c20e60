"""Protocol to runner and back, and nothing else."""
