"""How does an event of a task look as a line? Its name and its facts."""

from __future__ import annotations

import sys
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from pydantic.alias_generators import to_camel

from agent.documents import CheckReport
from agent.log.hiding import Hiding

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
            Hiding(),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "event"]),
        ],
    )

    def log(event: Event) -> None:
        if level == "debug" or not goes_on(name_of(event)):
            name, details = plain(event)
            logger.msg(name, **details)

    return log


@cache
def _names(kind: type[Any]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return what events of a kind are called, and each field with its name as JSON data."""
    name = "".join(f"-{c.lower()}" if c.isupper() else c for c in kind.__name__).lstrip("-")
    return name, tuple((each.name, to_camel(each.name)) for each in fields(kind))


def name_of(event: Event) -> str:
    """Return what an event is called: ``stage-finished``."""
    kind: Any = type(event)  # mypy does not take classes for hashable
    return _names(kind)[0]


def goes_on(name: str) -> bool:
    """Tell whether an event of this name only says that something goes on."""
    return name.endswith(("-started", "-asked"))


def plain(event: Event) -> tuple[str, dict[str, Any]]:
    """Return an event's name (``stage-finished``) and its facts as JSON data.

    File contents are left out: of files only the paths are told.
    """
    kind: Any = type(event)  # mypy does not take classes for hashable
    name, keys = _names(kind)
    facts: dict[str, Any] = {}
    for field, key in keys:
        value = getattr(event, field)
        if isinstance(value, CheckReport):
            facts |= value.model_dump(mode="json", exclude_none=True)
        elif isinstance(value, tuple):
            facts[key] = [getattr(each, "path", each) for each in value]
        elif isinstance(value, float):
            facts[key] = round(value, 3)
        else:
            facts[key] = value if isinstance(value, int) else str(value)
    return name, facts
