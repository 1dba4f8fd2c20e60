"""One module per check, each with ``check(project) -> CheckReport``."""
