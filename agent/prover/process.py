"""How is the warm process started, spoken to and ended? The agent's end of it.

It may be used from several event loops, one after the other: a thread of its own listens, and wakes
whoever waits. It needs no goodbye: when the agent is gone, however that came, so is it.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import threading
import weakref
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from agent.errors import SandboxError
from agent.prover.wire import receive, send

if TYPE_CHECKING:
    from collections.abc import Sequence

SECONDS_TO_END = 5
ENVIRONMENT = {
    # Read once, when the library is loaded: wherever a job works.
    "SQLITE_TMPDIR": ".",
    "PATH": os.defpath,
    "LANG": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONNOUSERSITE": "1",
    "PYTHONSAFEPATH": "1",
    "PYTHONUTF8": "1",
    # the same code as ours, whatever else is installed
    "PYTHONPATH": str(Path(__file__).parents[2]),
}
PROGRAM = (sys.executable, "-m", "agent.prover")
LAST_WORDS = 2000

Waiter = asyncio.Future[dict[str, Any]]


class ProverProcess:
    """One warm process and the jobs that it runs."""

    def __init__(self, base: Path, around: Sequence[str] = ()) -> None:
        """Start it.

        Args:
            base: The folder that its jobs work in. It goes with the process.
            around: A command that the process is started by (bubblewrap and its options).

        Raises:
            SandboxError: it could not be started.

        """
        ours, theirs = socket.socketpair()
        self._channel = ours
        self._sending, self._lock = threading.Lock(), threading.Lock()
        self._waiting: dict[str, Waiter] = {}
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - read when it dies
        with theirs:
            try:
                self._process = subprocess.Popen(  # noqa: S603 - our own program
                    [*around, *PROGRAM, str(theirs.fileno()), str(base)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=self._errors,
                    cwd="/",
                    env=ENVIRONMENT,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                )
            except OSError as error:
                ours.close()
                self._errors.close()
                raise SandboxError(f"the prover could not be started: {error}") from error
        listener = threading.Thread(
            target=_listen, args=(weakref.ref(self), ours), name="prover", daemon=True
        )
        self.close = weakref.finalize(self, _end, self._process, ours, self._errors, listener)
        listener.start()

    @property
    def alive(self) -> bool:
        """Tell whether it can take jobs."""
        return self.close.alive and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    async def run(self, order: dict[str, Any], descriptors: Sequence[int]) -> dict[str, Any]:
        """Run one job to its end; cancelling the wait kills it.

        Args:
            order: The fields of ``agent.prover.job.Order``.
            descriptors: Its output, its errors, and what else it is given.

        Returns:
            The message of its end.

        Raises:
            SandboxError: it could not be confined, or the process is gone.

        """
        name: str = order["run"]
        waiter: Waiter = asyncio.get_running_loop().create_future()
        with self._lock:
            self._waiting[name] = waiter
        try:
            self._send(order, tuple(descriptors))
            try:
                ended = await asyncio.shield(waiter)
            except asyncio.CancelledError:
                with suppress(SandboxError):
                    self._send({"kill": name}, ())
                    # Its folder may be removed only when nobody works in it any more.
                    await _settled(waiter)
                raise
        finally:
            with self._lock:
                self._waiting.pop(name, None)
            if waiter.done() and not waiter.cancelled():
                waiter.exception()  # seen: nobody may be left to look at it
        if "failed" in ended:
            raise SandboxError(f"nothing was run, as isolation is not to be had: {ended['error']}")
        return ended

    def _send(self, message: dict[str, Any], descriptors: tuple[int, ...]) -> None:
        try:
            with self._sending:
                send(self._channel, message, descriptors)
        except OSError as error:
            raise SandboxError(f"the prover is gone: {self.last_words()}") from error

    def last_words(self) -> str:
        """Give the end of what it wrote to standard error."""
        if self._errors.closed:
            return "it was ended"
        self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, self._errors.tell() - LAST_WORDS))
        said = self._errors.read().decode(errors="replace").strip()
        return said or f"it ended without a word (exit code {self._process.poll()})"

    def answer(self, message: dict[str, Any]) -> None:
        """Wake who waits for this job."""
        name = message.get("ended") or message.get("failed")
        with self._lock:
            waiter = self._waiting.get(str(name))
        if waiter is not None:
            _wake(waiter, message)

    def give_up(self) -> None:
        """Tell everybody that nothing will come any more."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(SECONDS_TO_END)
        with self._lock:
            waiting = list(self._waiting.values())
        for waiter in waiting:
            _wake(waiter, SandboxError(f"the prover died: {self.last_words()}"))


async def _settled(waiter: Waiter) -> None:
    """Wait for the end of a job that was called off, however often the wait is called off, too."""
    while not waiter.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait([waiter])


def _wake(waiter: Waiter, outcome: dict[str, Any] | SandboxError) -> None:
    def settle() -> None:
        if waiter.done():
            return
        if isinstance(outcome, SandboxError):
            waiter.set_exception(outcome)
        else:
            waiter.set_result(outcome)

    with suppress(RuntimeError):  # its loop is closed: nobody waits
        waiter.get_loop().call_soon_threadsafe(settle)


def _listen(prover: weakref.ref[ProverProcess], channel: socket.socket) -> None:
    """Pass on what comes, as long as somebody holds the prover."""
    while True:
        try:
            message, _ = receive(channel)
        except (EOFError, OSError, ValueError):
            if (held := prover()) is not None:
                held.give_up()
            return
        if (held := prover()) is None:
            return
        held.answer(message)
        del held


def _end(
    process: subprocess.Popen[bytes],
    channel: socket.socket,
    errors: IO[bytes],
    listener: threading.Thread,
) -> None:
    """Hang up, and see that the process is gone, the one inside bubblewrap, too."""
    with suppress(OSError):
        channel.shutdown(socket.SHUT_WR)
    if listener is not threading.current_thread():
        listener.join(SECONDS_TO_END)
    try:
        process.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    channel.close()
    errors.close()
