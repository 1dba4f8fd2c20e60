"""What is logged? The events of a task, as lines on stderr; nothing else happens unseen."""

from __future__ import annotations

import sys
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Literal

from pydantic.alias_generators import to_camel

from agent.documents import CheckReport

if TYPE_CHECKING:
    from agent.events import Event, OnEvent

    Level = Literal["debug", "info"]


def event_log(level: Level) -> OnEvent:
    """Return a listener that logs: at ``info`` what ended, at ``debug`` also what goes on."""
    import structlog  # noqa: PLC0415 - only who asks for logs pays for it

    logger = structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "event"]),
        ],
    )

    def log(event: Event) -> None:
        name, details = plain(event)
        if level == "debug" or not name.endswith(("-started", "-asked")):
            logger.msg(name, **details)

    return log


def plain(event: Event) -> tuple[str, dict[str, Any]]:
    """Return an event's name (``stage-finished``) and its facts as JSON data.

    File contents are left out: of files only the paths are told.
    """
    name = "".join(f"-{c.lower()}" if c.isupper() else c for c in type(event).__name__).lstrip("-")
    facts: dict[str, Any] = {}
    for each in fields(event):
        key, value = to_camel(each.name), getattr(event, each.name)
        if isinstance(value, CheckReport):
            facts |= value.model_dump(mode="json", exclude_none=True)
        elif isinstance(value, tuple):
            facts[key] = [getattr(each, "path", each) for each in value]
        elif isinstance(value, float):
            facts[key] = round(value, 3)
        else:
            facts[key] = value if isinstance(value, int) else str(value)
    return name, facts
