"""How does one job begin and end? Forked, confined, watched, and gone when its time is up."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from agent.confine import Rules, confine, limit, seccomp
from agent.prover.disk import room, size
from agent.prover.doorman import ask_instead
from agent.prover.interpreter import become

if TYPE_CHECKING:
    from collections.abc import Sequence

READY = b"ready"
MOST_REFUSALS = 10_000
CONFINED_IN = 10.0
"""Seconds that a job may take from its fork to the loss of its means."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to run, as the sandbox sends it.

    The first two ``descriptors`` are the job's output and error output; it inherits the others
    as the numbers 3 and following.
    ``warm`` names modules that it will import: the prover does so first, for all that come after.
    With a ``door``, the first of the others is for asking the doorman.
    ``disk_bytes`` is what may lie in ``rules.writable`` altogether; ``spared_bytes`` of the disk
    are left to everybody else. What is not ``confined`` has limits only: that is what a person
    asked for.
    """

    job: str
    argv: list[str]
    environment: dict[str, str]
    folder: str
    seconds: float
    rules: Rules
    disk_bytes: int
    spared_bytes: int
    confined: bool
    warm: list[str]
    door: bool
    descriptors: tuple[int, ...]

    @classmethod
    def read(cls, message: dict[str, Any], descriptors: Sequence[int]) -> Order:
        """Read a message of the wire."""
        given: dict[str, Any] = message["rules"]
        readable, writable = tuple(given.pop("readable")), tuple(given.pop("writable"))
        return cls(
            job=message["run"],
            argv=message["argv"],
            environment=message["environment"],
            folder=message["folder"],
            seconds=message["seconds"],
            rules=Rules(readable, writable, **given),
            disk_bytes=message["disk_bytes"],
            spared_bytes=message["spared_bytes"],
            confined=message["confined"],
            warm=message["warm"],
            door=message["door"],
            descriptors=tuple(descriptors),
        )


FIRST_GIVEN = 3
HIGH = 200
"""Descriptors from here on are nobody's while a job gets its own."""


class Job:
    """One running job."""

    def __init__(self, order: Order, strangers: Sequence[int]) -> None:
        """Fork it; return when it has given up its means, just before foreign code starts.

        Args:
            order: What to run.
            strangers: Open descriptors that are not for it.

        Raises:
            OSError: it could not be confined.

        """
        # Not the order itself: the next job is a copy of all this memory, and may look around.
        self.name, self.confined = order.job, order.confined
        self._folders, self._disk_bytes = order.rules.writable, order.disk_bytes
        self._folder = order.folder
        # Where there is little to begin with, it may still write its share.
        self._spared_bytes = min(order.spared_bytes, room(order.folder) - order.disk_bytes)
        self.refused: Counter[str] = Counter()
        self.started = time.monotonic()
        self.deadline = self.started + order.seconds
        self.late = False
        self.full = False
        ours, theirs = socket.socketpair()
        self.process = os.fork()
        if self.process == 0:
            above = socket.socket(fileno=fcntl.fcntl(theirs, fcntl.F_DUPFD_CLOEXEC, HIGH))
            _run(order, above, [*strangers, ours.fileno(), theirs.fileno()])
        theirs.close()
        for descriptor in order.descriptors:
            os.close(descriptor)
        self.handle = os.pidfd_open(self.process)
        self.listener = -1
        try:
            with ours:
                ours.settimeout(CONFINED_IN)
                said, descriptors, _, _ = socket.recv_fds(ours, 2000, 1)
        except TimeoutError:
            said, descriptors = b"it takes too long", []
        if said != READY:
            self.kill()
            self.end()
            raise OSError(said.decode(errors="replace") or "the job died while it was confined")
        if descriptors:
            self.listener = descriptors[0]

    @property
    def watched(self) -> list[int]:
        """The descriptors that tell of its end and of what it is refused."""
        return [each for each in (self.handle, self.listener) if each >= 0]

    def refuse(self) -> None:
        """Answer a system call that it may not make."""
        with suppress(OSError):  # it may be gone by now
            number = seccomp.refuse(self.listener)
            self.refused[seccomp.names().get(number, str(number))] += 1
        if self.refused.total() > MOST_REFUSALS:
            self.kill()

    def measure(self) -> None:
        """End it when it has filled its share of the disk."""
        if not self.full and sum(map(size, self._folders)) > self._disk_bytes:
            self._end_full()

    def look_for_room(self) -> None:
        """End it when the disk is nearly full, by whomever: what it hides there goes with it."""
        if not self.full and room(self._folder) < self._spared_bytes:
            self._end_full()

    def _end_full(self) -> None:
        self.full = True
        self.kill()

    def over(self) -> bool:
        """Tell whether it ended, killing it when its time is up."""
        if time.monotonic() >= self.deadline and not self.late:
            self.late = True
            self.kill()
        ended = os.waitid(os.P_PIDFD, self.handle, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        return ended is not None

    def kill(self) -> None:
        """End it. A confined job is one process; one that is not may have others in its session."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, signal.SIGKILL)
        if not self.confined:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process, signal.SIGKILL)

    def end(self) -> dict[str, Any]:
        """Collect what is left of it, as a message."""
        if not self.confined:
            self.kill()
        ended = os.waitid(os.P_PIDFD, self.handle, os.WEXITED)
        self.measure()
        os.close(self.handle)
        if self.listener >= 0:
            os.close(self.listener)
        status = 0 if ended is None else ended.si_status
        exited = ended is not None and ended.si_code == os.CLD_EXITED
        return {
            "ended": self.name,
            "exit": status if exited else -status,
            "seconds": time.monotonic() - self.started,
            "late": self.late,
            "full": self.full,
            "refused": dict(self.refused),
        }


def _run(order: Order, parent: socket.socket, strangers: Sequence[int]) -> NoReturn:
    """Be the job. Nothing of the prover may go on in this process, whatever happens."""
    code = 70
    try:
        try:
            listener = _prepare(order, strangers)
        except Exception as error:  # noqa: BLE001 - it is told to the parent, which cannot see it
            parent.send(f"{type(error).__name__}: {error}".encode()[:2000])
            os._exit(code)
        if listener is None:
            parent.send(READY)
        else:
            socket.send_fds(parent, [READY], [listener])
            os.close(listener)
        parent.close()
        if order.door:
            ask_instead(FIRST_GIVEN)
        code = become(order.argv)
    finally:
        os._exit(code)


def _prepare(order: Order, strangers: Sequence[int]) -> int | None:
    """Take the job's own descriptors, environment and folder, and give up everything else."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Out of the way of the numbers that they are to have, then there.
    inherited = (os.open(os.devnull, os.O_RDONLY), *order.descriptors)
    high = [fcntl.fcntl(each, fcntl.F_DUPFD_CLOEXEC, HIGH) for each in inherited]
    for descriptor in strangers:
        os.close(descriptor)
    os.closerange(0, HIGH)
    for number, descriptor in enumerate(high):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(order.environment)
    os.chdir(order.folder)
    if not order.confined:
        limit(order.rules)
        return None
    return confine(order.rules)
