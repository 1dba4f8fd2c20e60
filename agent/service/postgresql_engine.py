"""What has to be said of connections to PostgreSQL? Which are tried, and which errors pass."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError, OperationalError

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.engine import ExceptionContext
    from sqlalchemy.pool import ConnectionPoolEntry

REST = 1.0
"""Seconds after which a connection that was not used is tried before it is."""
_AWAY = frozenset({"08", "40", "53", "57", "58"})
"""Classes of states of PostgreSQL that pass: it ends, begins, is full, or two hinder each other."""
_RESTED = "25P03"
"""The state of who let a transaction rest for too long."""


def set_up(engine: Engine) -> None:
    """Let connections be tried before they are used, and errors that pass have one name."""
    _try_after_a_rest(engine)
    event.listen(engine, "handle_error", _passing)


def _try_after_a_rest(engine: Engine) -> None:
    """Try a connection before it is used, unless it was used just now: it may be gone meanwhile."""
    dialect = engine.dialect

    def used(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["used"] = time.monotonic()

    def tried(connection: Any, record: ConnectionPoolEntry, _: object) -> None:  # noqa: ANN401
        if time.monotonic() - record.info.get("used", time.monotonic()) > REST:
            try:
                dialect.do_ping(connection)
            except dialect.loaded_dbapi.Error as error:
                raise DisconnectionError from error  # the pool gives another one

    event.listen(engine, "checkin", used)
    event.listen(engine, "checkout", tried)


def _passing(context: ExceptionContext) -> Exception | None:
    """Name what passes by one name; the driver and SQLAlchemy have some ten for it."""
    error = context.original_exception
    state = str(getattr(error, "sqlstate", None) or "")
    passes = state[:2] in _AWAY or state == _RESTED
    if passes or context.is_disconnect or isinstance(error, OSError):  # a timeout is one, too
        return OperationalError(context.statement, None, error, hide_parameters=True)
    return None
