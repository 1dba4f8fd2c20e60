"""How is a task seen from outside while it runs? As spans and metrics, if somebody collects them.

``trace`` says which trace a task belongs to, and needs nothing; ``spans`` makes of its events what
OpenTelemetry sends, ``sending`` sets that up. Nothing else in the agent knows of OpenTelemetry.
"""
