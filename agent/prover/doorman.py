"""How does a job, that can connect to nothing, get a connection? The trusted side makes it for it.

The job asks over a descriptor that it was given, and is handed a connected socket. So there is one
place that it can get to, whatever address it names, and it needs no right to connect.
"""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _socket import _Address
    from collections.abc import Iterator
    from pathlib import Path

ASK, REFUSED = b"?", b"-"


@contextmanager
def connections_to(door: Path | None) -> Iterator[tuple[int, ...]]:
    """Answer a job's questions for connections to ``door``, while its event loop runs.

    Yields the descriptors that the job is to be given: one, or none where there is no door.
    """
    if door is None:
        yield ()
        return
    loop = asyncio.get_running_loop()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(0)
        loop.add_reader(ours, _answer, ours, door, loop)
        try:
            yield (theirs.fileno(),)
        finally:
            loop.remove_reader(ours)


def _answer(asked: socket.socket, door: Path, loop: asyncio.AbstractEventLoop) -> None:
    """Answer one question; at the end of the job, or when nobody reads answers, stop listening."""
    try:
        if asked.recv(1) != ASK:
            loop.remove_reader(asked)
            return
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(0)
            try:
                connection.connect(str(door))
            except OSError:
                asked.send(REFUSED)
            else:
                socket.send_fds(asked, [ASK], [connection.fileno()])
    except OSError:
        loop.remove_reader(asked)


def ask_instead(descriptor: int) -> None:
    """In a job: let every connection to a local socket be asked for over ``descriptor``."""
    asking = socket.socket(fileno=descriptor)
    one_at_a_time = threading.Lock()

    def connect(self: socket.socket, address: _Address) -> None:
        if self.family != socket.AF_UNIX:
            return original(self, address)
        with one_at_a_time:
            asking.sendall(ASK)
            _, descriptors, _, _ = socket.recv_fds(asking, 1, 1)
        if not descriptors:
            raise ConnectionRefusedError(f"{address}: there is nobody")
        os.dup2(descriptors[0], self.fileno(), inheritable=False)
        os.close(descriptors[0])
        os.set_blocking(self.fileno(), self.gettimeout() is None)
        return None

    original = socket.socket.connect
    with suppress(AttributeError):
        socket.socket.connect = connect  # type: ignore[assignment, method-assign]
