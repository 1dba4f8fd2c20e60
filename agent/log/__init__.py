"""What is logged? What happens to tasks, and what goes wrong: on standard error, without secrets.

The command line logs events for people (``event_log``), the service JSON lines for machines
(``log_lines``), on each of which stands what it belongs to (``about``).
"""

from agent.log.events import Level, event_log, goes_on, plain
from agent.log.hiding import Hiding, secrets_in
from agent.log.lines import about, also_about, event_lines, log_lines, logger

__all__ = [
    "Hiding",
    "Level",
    "about",
    "also_about",
    "event_lines",
    "event_log",
    "goes_on",
    "log_lines",
    "logger",
    "plain",
    "secrets_in",
]
