"""How do bytes pass a door, from end to end? As they come, no faster than they are taken.

An end is read by us while somebody signs in; joined with another it passes on at once, without a
task in between: a suite of tests asks its database some ten thousand small questions.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable
    from ssl import SSLContext

    Look = Callable[[bytes], None]

SECONDS_TO_CONNECT = 5
SECONDS_TO_LEAVE = 5
MOST_UNREAD = 2**17


class ForbiddenError(Exception):
    """Somebody said what must not be said here. ``number`` is what MySQL gives its packets."""

    def __init__(self, reason: str, number: int = 0) -> None:
        """Take the reason, for the client to read."""
        super().__init__(reason)
        self.number = number


class End(asyncio.Protocol):
    """One connection. ``look`` sees what is passed on, and may forbid it."""

    transport: asyncio.Transport

    def __init__(self, opened: Callable[[End], None] | None = None) -> None:
        """Take what is to be called when the connection is there."""
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.ended.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        self.look: Look | None = None
        self._opened = opened
        self._unread = bytearray()
        self._more = asyncio.Event()
        self._gone = asyncio.Event()
        self._other: End | None = None

    async def read(self, size: int) -> bytes:
        """Take ``size`` bytes.

        Raises:
            EOFError: there will not be as many.

        """
        while len(self._unread) < size:
            if self.ended.done():
                raise EOFError
            self._more.clear()
            self.transport.resume_reading()
            await self._more.wait()
        taken = bytes(self._unread[:size])
        del self._unread[:size]
        return taken

    def write(self, data: bytes) -> None:
        """Send, now or as soon as it goes; what is passed on waits in ``join`` instead."""
        self.transport.write(data)

    def close(self) -> None:
        """Send what was written, and hang up."""
        self.transport.close()

    async def leave(self) -> None:
        """Hang up, and do not wait long for a client that does not take what was written."""
        self.close()
        try:
            async with asyncio.timeout(SECONDS_TO_LEAVE):
                await self._gone.wait()
        except TimeoutError:
            self.transport.abort()
        except asyncio.CancelledError:
            self.transport.abort()
            raise

    async def encrypt(self, context: SSLContext, host: str) -> None:
        """Go on in TLS, as a client of ``host``."""
        upgraded = await asyncio.get_running_loop().start_tls(
            self.transport,
            self,
            context,
            server_hostname=host,
            ssl_handshake_timeout=SECONDS_TO_CONNECT,
        )
        self.transport = cast("asyncio.Transport", upgraded)

    def join(self, other: End) -> None:
        """Pass on to ``other`` whatever comes, and what came already."""
        self._other = other
        held = bytes(self._unread)
        self._unread.clear()
        if held:
            self._pass(held, other)
        self.transport.resume_reading()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast("asyncio.Transport", transport)
        if self._opened is not None:
            self._opened(self)

    def data_received(self, data: bytes) -> None:
        """Pass on, or keep what is to be read."""
        if self._other is not None:
            self._pass(data, self._other)
            return
        self._unread += data
        if len(self._unread) > MOST_UNREAD:
            self.transport.pause_reading()
        self._more.set()

    def pause_writing(self) -> None:
        """Hear no more of the other, as long as it is not taken here."""
        if self._other is not None:
            self._other.transport.pause_reading()

    def resume_writing(self) -> None:
        """Hear the other again."""
        if self._other is not None:
            self._other.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """End; the end of what the other says is the end for both."""
        del exc
        self._gone.set()
        self._end()

    def _pass(self, data: bytes, other: End) -> None:
        try:
            if self.look is not None:
                self.look(data)
        except ForbiddenError as error:
            self.transport.pause_reading()
            self._end(error)
        else:
            if not self.ended.done():
                other.transport.write(data)

    def _end(self, error: Exception | None = None) -> None:
        if not self.ended.done():
            if error is None:
                self.ended.set_result(None)
            else:
                self.ended.set_exception(error)
        self._more.set()


async def connect(host: str, port: int, path: str | None) -> End:
    """Open a connection to a TCP port, or to the Unix socket at ``path``."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(SECONDS_TO_CONNECT):
        if path is not None:
            _, end = await loop.create_unix_connection(End, path)
        else:
            _, end = await loop.create_connection(End, host, port)
    return end
