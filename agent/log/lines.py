"""How does a service log? As JSON lines on standard error, each with what it belongs to.

What libraries log by the means of Python's own logging comes out in the same form: uvicorn's lines,
warnings, and errors that nobody caught.
"""

from __future__ import annotations

import logging
import os
import sys
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from agent.log.events import goes_on, name_of, plain
from agent.log.hiding import Hiding, secrets_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TextIO

    from agent.events import Event
    from agent.log.events import Level

NAME = "agent"
"""The logger above those of all our modules."""
_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO}


def log_lines(
    level: Level = "info",
    *,
    stream: TextIO | None = None,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Log as JSON lines from now on, whatever is logged in this process.

    Args:
        level: From when on our own lines count; of libraries warnings count, of uvicorn all.
        stream: Where to (None: standard error).
        environment: Where secrets are that must never be logged (None: this process's own).

    """
    import structlog  # noqa: PLC0415 - only who asks for logs pays for it

    known = secrets_in(os.environ if environment is None else environment)
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_before(),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.StackInfoRenderer(),
            Hiding(known),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.captureWarnings(capture=True)
    logging.getLogger(NAME).setLevel(_LEVELS[level])
    logging.getLogger("uvicorn").setLevel(logging.INFO)


@cache
def logger() -> Any:  # noqa: ANN401 - structlog makes its methods as they are asked for
    """Return what logs: ``logger().info("what-happened", key=value)``."""
    import structlog  # noqa: PLC0415 - only who asks for logs pays for it

    return structlog.wrap_logger(
        logging.getLogger(NAME),
        processors=[
            structlog.stdlib.filter_by_level,
            *_before(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
    ).bind()  # once, and not anew for each line


@contextmanager
def about(**facts: str) -> Iterator[None]:
    """Let these stand on every line that is logged within: ``task``, ``caller``, ``trace``, ...

    It holds for what is called and awaited within, and for asyncio tasks that are begun there. What
    ``also_about`` adds there ends with it.
    """
    from structlog import contextvars  # noqa: PLC0415 - only who asks for logs pays for it

    before = contextvars.get_contextvars()
    also_about(**facts)
    try:
        yield
    finally:
        contextvars.clear_contextvars()
        contextvars.bind_contextvars(**before)


def also_about(**facts: str) -> None:
    """Let these stand on lines from now on, too; what is empty is left out."""
    from structlog import contextvars  # noqa: PLC0415 - only who asks for logs pays for it

    contextvars.bind_contextvars(**{name: value for name, value in facts.items() if value})


def event_lines(event: Event) -> None:
    """Log an event of a task: what ended at level info, what goes on at level debug."""
    level = logging.DEBUG if goes_on(name_of(event)) else logging.INFO
    if logger().isEnabledFor(level):
        name, facts = plain(event)
        facts.pop("files", None)  # a hundred paths, which the answer has, too
        logger().log(level, name, **facts)


def _before() -> list[Any]:
    """Return what is done with our own lines and with those of others alike."""
    import structlog  # noqa: PLC0415 - only who asks for logs pays for it

    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
