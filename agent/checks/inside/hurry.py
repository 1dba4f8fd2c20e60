"""What only costs time while an application is fuzzed? Left out, before it is loaded."""

import asyncio
import importlib
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import aiosqlite
from aiosqlite import core
from sqlalchemy import event
from sqlalchemy.engine import Engine


def hurry() -> None:
    """Leave out what only costs time here: costly hashes, the disk's confirmation, threads."""
    with suppress(ImportError):
        argon2 = importlib.import_module("argon2")
        original = argon2.PasswordHasher.__init__

        def cheap(self: Any, *_: Any, **__: Any) -> None:  # noqa: ANN401 - a library's method
            original(self, time_cost=1, memory_cost=8, parallelism=1)

        argon2.PasswordHasher.__init__ = cheap

    def prepare(connection: Any, _: Any) -> None:  # noqa: ANN401 - any driver's
        with suppress(Exception):
            cursor = connection.cursor()
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.close()

    event.listen(Engine, "connect", prepare)
    _stay_in_one_thread()


class AtOnce:
    """Takes the place of the queue to a connection's thread: what is put in is done, not queued."""

    def put_nowait(self, order: tuple[asyncio.Future[Any] | None, Callable[[], Any]]) -> None:
        """Do it, and tell the future."""
        future, function = order
        try:
            result = function()
        except BaseException as error:  # noqa: BLE001 - whoever waits for it is told
            if future is not None:
                future.set_exception(error)
        else:
            if future is not None:
                future.set_result(result)


class Idle(threading.Thread):
    """Takes the place of that thread."""

    def run(self) -> None:
        """Do nothing."""


def _stay_in_one_thread() -> None:
    """Let SQLite work where it is asked: one request comes after the other, so nobody waits for it.

    A thread for each connection, as it is otherwise, costs more than most statements.
    """
    connect = aiosqlite.connect

    def connect_anywhere(*args: Any, **named: Any) -> core.Connection:  # noqa: ANN401 - a library's function
        # The project's own commands run in a thread beside the server's.
        return connect(*args, **{"check_same_thread": False, **named})

    vars(aiosqlite)["connect"] = connect_anywhere
    vars(core).update(SimpleQueue=AtOnce, Thread=Idle)
