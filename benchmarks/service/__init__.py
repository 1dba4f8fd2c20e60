"""What does the service cost, beside what it waits for? ``make load``."""
