"""How is a conversation read without a terminal? Standard input, line by line."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from agent.conversation.conversation import Conversation

GOES_ON = "\\"
_CHUNK = 65536


class Lines:
    """Messages from standard input; a line that ends with a backslash goes on in the next one."""

    def __init__(self, descriptor: int | None = None) -> None:
        """Read nothing yet.

        Args:
            descriptor: What is read (None: standard input).

        """
        self._descriptor = sys.stdin.fileno() if descriptor is None else descriptor
        self._read = b""
        self._ended = False
        self._stopped = asyncio.Event()

    async def next(self, _chat: Conversation | None) -> str | None:
        """Return the next message, or None at the end of the input."""
        parts: list[str] = []
        while (line := await self._line()) is not None:
            if not line.endswith(GOES_ON):
                return "\n".join([*parts, line])
            parts.append(line.removesuffix(GOES_ON))
        return "\n".join(parts) if parts else None

    def stop(self) -> None:
        """Read nothing more."""
        self._stopped.set()

    def busy(self) -> AbstractContextManager[None]:
        """Leave what comes meanwhile to be read."""
        return nullcontext()

    async def _line(self) -> str | None:
        while b"\n" not in self._read and not self._ended:
            chunk = await self._chunk()
            self._ended = not chunk
            self._read += chunk
        if self._stopped.is_set() or not self._read:
            return None
        line, _, self._read = self._read.partition(b"\n")
        return line.decode("utf-8", "replace").removesuffix("\r")

    async def _chunk(self) -> bytes:
        """Return what can be read next; nothing at the end, or when it is stopped."""
        if stat.S_ISREG(os.fstat(self._descriptor).st_mode):
            # it can always be read; where kqueue waits for it, its end is never told
            return os.read(self._descriptor, _CHUNK)
        loop, ready = asyncio.get_running_loop(), asyncio.Event()
        try:
            loop.add_reader(self._descriptor, ready.set)
        except PermissionError:  # such as /dev/null, for which nobody can wait
            return os.read(self._descriptor, _CHUNK)
        waiting = [asyncio.ensure_future(each.wait()) for each in (ready, self._stopped)]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            loop.remove_reader(self._descriptor)
            for each in waiting:
                each.cancel()
        return b"" if self._stopped.is_set() else os.read(self._descriptor, _CHUNK)
