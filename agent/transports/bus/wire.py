"""What does the bus need of a broker? To hand over what came, and to confirm what was sent."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractAsyncContextManager

    from agent.transports.bus.names import Names

    Take = Callable[[bytes], Awaitable["Letter | None"]]
    """Reads one message, and returns what is to be sent before it is acknowledged."""
    Open = Callable[[str, Names, Take], AbstractAsyncContextManager["Connection"]]
    """Connects: by URL, names, and who takes what comes. It is closed at the end."""

LOG = logging.getLogger("agent.bus")
AT_ONCE = 16
"""Messages that are taken at a time."""
AGAIN = 2.0
"""Seconds until a message is given back that cannot be kept now."""
PATIENCE = 5.0
"""Seconds that a broker may take for one answer."""
KEPT = 7 * 24 * 3600
"""Seconds that a broker keeps messages which nobody has fetched."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that leaves. ``reply_to`` is tried first, ``subject`` where nothing keeps that."""

    id: str
    subject: str
    body: bytes
    content_type: str
    reply_to: str = ""
    headers: dict[str, str] = field(default_factory=dict)


class Connection(ABC):
    """A connection to a broker, while it lasts. ``limit`` is how many bytes a message may have."""

    limit: int

    def __init__(self, take: Take) -> None:
        """Take who reads what comes."""
        self._take = take

    @abstractmethod
    async def publish(self, letter: Letter) -> None:
        """Send a message; it is the broker's once this returns."""

    @abstractmethod
    async def check(self) -> None:
        """See that messages still come and go; whatever is raised says that they do not."""

    async def close(self) -> None:
        """End the connection, whatever is left of it: what is lost cannot be closed well."""
        with suppress(Exception):
            await asyncio.wait_for(self.stop(), 2 * PATIENCE)
        with suppress(Exception):
            await asyncio.wait_for(self.cut_off(), PATIENCE)

    @abstractmethod
    async def stop(self) -> None:
        """Read no more, and say goodbye."""

    @abstractmethod
    async def cut_off(self) -> None:
        """Close the connection itself, which would else be made again in the background."""

    async def received(self, body: bytes) -> None:
        """Take a message that came; whatever is raised says that it is not to be acknowledged."""
        try:
            letter = await self._take(body)
            if letter is not None:
                await self.publish(self._cut(letter))
        except Exception as error:
            LOG.warning("a message cannot be taken now: %s", plain(error))
            await asyncio.sleep(AGAIN)
            raise

    def _cut(self, letter: Letter) -> Letter:
        """Return a letter that the broker takes: what cannot be read may be as large as can be."""
        size = len(letter.body)
        if size <= self.limit:
            return letter
        headers = {**letter.headers, "size": str(size)}
        return replace(letter, body=letter.body[: self.limit], headers=headers)


async def body_of(message: object) -> bytes:
    """Return the bytes of a message, undecoded: what it says of its type binds nobody."""
    body: bytes = getattr(message, "body", b"")
    return body


def end_where_cancelled() -> None:
    """Let a cancellation count that was lost: before Python 3.12, ``wait_for`` may swallow one.

    It does where its answer comes at the same moment, and clients of brokers use it a lot.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def plain(error: BaseException) -> str:
    """Return an error as one short line."""
    lines = str(error).splitlines()
    return f"{type(error).__name__}: {lines[0][:300]}" if lines else type(error).__name__
