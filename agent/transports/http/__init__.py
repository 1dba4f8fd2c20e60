"""How is the service asked over HTTP? ``app`` is what there is, ``serving`` how it runs."""
