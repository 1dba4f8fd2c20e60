"""Is anything lost, doubled or paid for twice where workers are killed? ``make chaos``."""
