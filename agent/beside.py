"""Where does a service compute what a task needs? In a process beside it, one behind the other.

Reading what a model answered and rendering are most of what a task computes by itself: milliseconds
for a few entities, seconds for hundreds. Neither requests nor other tasks have to wait for it, and
what a model says can hold up nobody but those who wait for a model.
"""

from __future__ import annotations

import asyncio
import gc
import pickle
import signal
import socket
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from agent.apart import bound_memory, forking, passed_on
from agent.errors import BrokenOffError
from agent.to_its_end import to_its_end

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.process import BaseProcess

    Asked = tuple[Callable[..., object], tuple[object, ...], dict[str, object]]
    Outcome = tuple[bool, Any]

P = ParamSpec("P")
T = TypeVar("T")

SECONDS = 120
"""Of processor time for one call: hundreds of tables take some."""
MEMORY = 2**31
"""Bytes that it may take, beside what it has from the beginning."""
_RARELY = 100_000
"""New objects until Python looks for cycles among them, as in the service itself."""
_SIZE = 8
"""Bytes before each outcome that say how long it is."""
_TRIES = 2
"""How often a call is begun: a process may be killed for what it has nothing to do with."""
_BROKE_OFF = (
    "the process that reads and renders was ended again and again while it was the turn of this"
    " task (does it take too long, or too much memory?); to try once more, send the request again"
)
_CLOSED = "what reads and renders was ended, as its service was"
_TOO_LARGE = f"reading or rendering this took more than {MEMORY // 2**20} MiB of memory"


class Beside:
    """A process that calls functions, one behind the other.

    It starts with the first, and anew where it broke off. All that is taken and given is pickled.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        """Take for how many seconds of a processor one call may last; nothing is started yet."""
        self._seconds = seconds
        self._starting = asyncio.Lock()
        self._process: _Process | None = None
        self._is_closed = False

    async def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function there, behind those that came before.

        Raises:
            AgentError: what the function raised.
            BrokenOffError: the process was ended again and again while it did this.
            RuntimeError: the function raised something else.

        """
        asked = pickle.dumps((function, args, kwargs))
        begun = 0
        while True:
            try:
                is_fine, outcome = await (await self._running()).call(asked)
                break
            except _EndedError as error:
                begun += error.had_begun
                if begun == _TRIES:
                    raise BrokenOffError(_BROKE_OFF) from None
        if is_fine:
            found: T = outcome
            return found
        raise outcome

    @property
    def is_wanted(self) -> bool:
        """Tell whether somebody waits for it."""
        return self._process is not None and self._process.is_wanted

    async def _running(self) -> _Process:
        async with self._starting:
            if self._is_closed:
                raise BrokenOffError(_CLOSED)
            process = self._process
            if process is None or process.is_over:
                process = await to_its_end(self._started())
            return process

    async def _started(self) -> _Process:
        await self._end()
        self._process = await _start(self._seconds)
        return self._process

    async def aclose(self) -> None:
        """End the process, whatever it does."""
        async with self._starting:
            self._is_closed = True
            await to_its_end(self._end())

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            await process.aclose()


class _EndedError(Exception):
    """The process ended before it answered; ``had_begun`` tells whether it was this one's turn."""

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
        self._waiting: deque[asyncio.Future[Outcome]] = deque()
        self._listening = asyncio.create_task(self._listen())

    @property
    def is_over(self) -> bool:
        """Tell whether it answers no more."""
        return self._listening.done()

    @property
    def is_wanted(self) -> bool:
        """Tell whether somebody waits for an answer."""
        return bool(self._waiting) and not self.is_over

    async def call(self, asked: bytes) -> Outcome:
        """Return what came of a call, or raise that the process broke off."""
        if self.is_over:
            raise _EndedError(had_begun=False)
        waiting: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        self._writer.write(asked)
        return await waiting

    async def _listen(self) -> None:
        """Give each who waits what came of it, until nothing comes any more."""
        try:
            while True:
                size = int.from_bytes(await self._reader.readexactly(_SIZE))
                outcome = _read(await self._reader.readexactly(size))
                _tell(self._waiting.popleft(), outcome)
        except (asyncio.IncompleteReadError, OSError):
            pass  # it is over
        finally:
            for number, each in enumerate(self._waiting):
                _tell(each, _EndedError(had_begun=number == 0))

    async def aclose(self) -> None:
        """End it."""
        self._writer.close()
        self._process.kill()
        await asyncio.to_thread(self._process.join)
        await self._listening


def _read(content: bytes) -> Outcome:
    try:
        outcome: Outcome = pickle.loads(content)  # noqa: S301 - of our own process
    except Exception as error:  # noqa: BLE001 - told where it can be seen
        outcome = False, passed_on(error)
    return outcome


def _tell(waiting: asyncio.Future[Outcome], outcome: Outcome | _EndedError) -> None:
    if waiting.done():  # whoever waited was called off
        return
    if isinstance(outcome, _EndedError):
        waiting.set_exception(outcome)
    else:
        waiting.set_result(outcome)


async def _start(seconds: float) -> _Process:
    ours, theirs = socket.socketpair()
    with theirs:
        process = forking().Process(target=_work, args=(theirs, seconds), daemon=True)
        try:
            await asyncio.to_thread(process.start)
        except BaseException:
            ours.close()
            raise
    reader, writer = await asyncio.open_connection(sock=ours)
    return _Process(process, reader, writer)


def _work(theirs: socket.socket, seconds: float) -> None:
    """Do what is asked for, in the process, until nobody can ask any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who is interrupted ends it
    bound_memory(MEMORY)
    gc.freeze()  # what it begins with stays, and most of what a call makes is no cycle
    gc.set_threshold(_RARELY)
    with theirs, suppress(EOFError, OSError), theirs.makefile("rwb") as stream:
        while True:
            asked: Asked = pickle.load(stream)  # noqa: S301 - of our own process
            signal.setitimer(signal.ITIMER_PROF, seconds)  # nobody hears its signal: it ends us
            outcome = _outcome(asked)
            signal.setitimer(signal.ITIMER_PROF, 0)
            stream.write(len(outcome).to_bytes(_SIZE))
            stream.write(outcome)
            stream.flush()


def _outcome(asked: Asked) -> bytes:
    function, args, kwargs = asked
    try:
        return pickle.dumps((True, function(*args, **kwargs)))
    except MemoryError:
        return pickle.dumps((False, BrokenOffError(_TOO_LARGE)))
    except Exception as error:  # noqa: BLE001 - told where it can be seen
        return pickle.dumps((False, passed_on(error)))
