"""Request to BackendSpec: readers read sources, resolve makes the plan explicit."""
