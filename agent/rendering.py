"""Where is a project rendered? Where its task is worked on; for a service, in a process beside it.

Rendering is the longest of what a task computes by itself: some milliseconds for a few entities,
seconds for hundreds. One process does it for all tasks of a service, one project behind the other:
neither requests nor other tasks have to wait for it.
"""

from __future__ import annotations

import asyncio
import pickle
import signal
import socket
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from agent.apart import aside, forking
from agent.emitter.project import render
from agent.errors import AgentError
from agent.to_its_end import to_its_end

if TYPE_CHECKING:
    from collections.abc import Mapping
    from multiprocessing.process import BaseProcess

    from agent.emitter.applied import Applied
    from agent.emitter.project import Renderer, Rendering
    from agent.knowledge import Library
    from agent.types import BackendSpec
    from agent.writing.written import Written

    Asked = tuple[BackendSpec, Mapping[str, Written] | None, Applied | None]
    Outcome = Rendering | Exception

_SIZE = 8
"""Bytes before each outcome that say how long it is."""
_TRIES = 2
"""How often a project is begun: a process may be killed for what it has nothing to do with."""
_BROKE_OFF = (
    "the process that renders was ended again and again while this project was its turn"
    " (is there too little memory?); to try once more, send the request again"
)


class Renders(Protocol):
    """``render_here`` or a ``RenderingProcess``: renders as ``Renderer.render`` does, somewhere."""

    async def __call__(
        self,
        renderer: Renderer,
        written: Mapping[str, Written] | None = None,
        applied: Applied | None = None,
    ) -> Rendering:
        """Render the whole project."""
        ...


async def render_here(
    renderer: Renderer,
    written: Mapping[str, Written] | None = None,
    applied: Applied | None = None,
) -> Rendering:
    """Render in this process: for who has no other tasks."""
    return await aside(renderer.spec, renderer.render, written, applied)


class RenderingProcess:
    """A process that renders. It starts with the first project, and anew where it broke off."""

    def __init__(self, library: Library) -> None:
        """Take the patterns; nothing is started yet."""
        self._library = library
        self._starting = asyncio.Lock()
        self._process: _Process | None = None

    async def __call__(
        self,
        renderer: Renderer,
        written: Mapping[str, Written] | None = None,
        applied: Applied | None = None,
    ) -> Rendering:
        """Render the whole project, behind those that came before.

        Raises:
            EmitError: as ``Renderer.render`` says.
            RefusedError: the same.
            RuntimeError: something else was raised, or the process broke off again and again.

        """
        asked = pickle.dumps((renderer.spec, written, applied))
        begun = 0
        while True:
            try:
                return await (await self._running()).render(asked)
            except _BrokenOffError as error:
                begun += error.had_begun
                if begun == _TRIES:
                    raise RuntimeError(_BROKE_OFF) from None

    async def _running(self) -> _Process:
        async with self._starting:
            process = self._process
            if process is None or process.is_over:
                process = await to_its_end(self._started())
            return process

    async def _started(self) -> _Process:
        await self.aclose()
        self._process = await _start(self._library)
        return self._process

    async def aclose(self) -> None:
        """End the process, whatever it does."""
        process, self._process = self._process, None
        if process is not None:
            await to_its_end(process.aclose())


class _BrokenOffError(Exception):
    """The process ended before it gave a project; ``had_begun`` tells whether that was its turn."""

    def __init__(self, *, had_begun: bool) -> None:
        super().__init__()
        self.had_begun = had_begun


class _Process:
    """The process, while it lives. It answers in the order in which it is asked."""

    def __init__(
        self, process: BaseProcess, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._process = process
        self._reader = reader
        self._writer = writer
        self._waiting: deque[asyncio.Future[Rendering]] = deque()
        self._listening = asyncio.create_task(self._listen())

    @property
    def is_over(self) -> bool:
        """Tell whether it answers no more."""
        return self._listening.done()

    async def render(self, asked: bytes) -> Rendering:
        """Return what is rendered, or raise what was raised, or that it broke off."""
        if self.is_over:
            raise _BrokenOffError(had_begun=False)
        waiting: asyncio.Future[Rendering] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        self._writer.write(asked)
        return await waiting

    async def _listen(self) -> None:
        """Give each who waits what came of it, until nothing comes any more."""
        try:
            while True:
                size = int.from_bytes(await self._reader.readexactly(_SIZE))
                outcome = pickle.loads(await self._reader.readexactly(size))  # noqa: S301 - ours
                _tell(self._waiting.popleft(), outcome)
        except (asyncio.IncompleteReadError, OSError):
            pass  # it is over
        finally:
            for number, each in enumerate(self._waiting):
                _tell(each, _BrokenOffError(had_begun=number == 0))

    async def aclose(self) -> None:
        """End it."""
        self._writer.close()
        self._process.kill()
        await asyncio.to_thread(self._process.join)
        await self._listening


def _tell(waiting: asyncio.Future[Rendering], outcome: Outcome) -> None:
    if waiting.done():  # whoever waited was called off
        return
    if isinstance(outcome, Exception):
        waiting.set_exception(outcome)
    else:
        waiting.set_result(outcome)


async def _start(library: Library) -> _Process:
    ours, theirs = socket.socketpair()
    with theirs:
        process = forking().Process(target=_work, args=(theirs, library), daemon=True)
        try:
            await asyncio.to_thread(process.start)
        except BaseException:
            ours.close()
            raise
    reader, writer = await asyncio.open_connection(sock=ours)
    return _Process(process, reader, writer)


def _work(theirs: socket.socket, library: Library) -> None:
    """Render what is asked for, in the process, until nobody can ask any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who is interrupted ends it
    with theirs, suppress(EOFError, OSError), theirs.makefile("rwb") as stream:
        while True:
            asked: Asked = pickle.load(stream)  # noqa: S301 - of our own process
            outcome = pickle.dumps(_outcome(library, asked))
            stream.write(len(outcome).to_bytes(_SIZE))
            stream.write(outcome)
            stream.flush()


def _outcome(library: Library, asked: Asked) -> Outcome:
    spec, written, applied = asked
    try:
        return render(spec, library, written, applied)
    except AgentError as error:
        return error
    except Exception as error:  # noqa: BLE001 - told where it can be seen
        return RuntimeError(f"{type(error).__name__}: {error}")
