"""Which jobs run, and how do they end? The warm process: forks, watches, kills, tells.

Started by the sandbox with an empty environment and one socket to it. It never runs foreign code
itself: each job is a fork that gives up everything first (``agent.confine``). When the socket
closes, for whatever reason, every job is killed and the process ends.

Messages in:  {"run": id, ...} (see ``job.Order``) with descriptors; {"kill": id}
Messages out: {"ended": id, "exit": code, "seconds": s, "late": bool, "full": bool,
              "refused": {call: count}}
              {"failed": id, "error": text}: it could not be confined, so nothing ran
"""

from __future__ import annotations

import gc
import importlib
import select
import signal
import socket
import sys
import time
from contextlib import suppress

from agent.prover.job import Job, Order
from agent.prover.removal import remove
from agent.prover.wire import receive, send

MEASURE_EVERY = 0.5
"""Seconds between two looks at how much lies in the folders of jobs."""
LOOK_EVERY = 0.1
"""Seconds between two looks at how much room is left on the disk."""


class Prover:
    """The jobs of one agent."""

    def __init__(self, channel: socket.socket, base: str) -> None:
        """Listen to ``channel``; ``base`` is the folder that all jobs work in."""
        self.channel = channel
        self.base = base
        self.poll = select.poll()
        self.poll.register(channel, select.POLLIN)
        self.jobs: dict[str, Job] = {}
        self.measure_at = 0.0
        self.look_at = 0.0

    def serve(self) -> None:
        """Work until the agent is gone."""
        try:
            while True:
                ready = {descriptor for descriptor, _ in self.poll.poll(self._wait())}
                if self.channel.fileno() in ready:
                    self._obey()
                now = time.monotonic()
                looking, measuring = now >= self.look_at, now >= self.measure_at
                if looking:
                    self.look_at = now + LOOK_EVERY
                if measuring:
                    self.measure_at = now + MEASURE_EVERY
                for job in list(self.jobs.values()):
                    self._look_after(job, ready, looking=looking, measuring=measuring)
        except (EOFError, ConnectionError):
            return
        finally:
            for job in self.jobs.values():
                job.kill()
                with suppress(OSError):
                    job.end()
            # The agent may have been killed: then nobody else removes what it worked on.
            remove(self.base)

    def _look_after(self, job: Job, ready: set[int], *, looking: bool, measuring: bool) -> None:
        """See to one job; whatever goes wrong with it, the others go on."""
        try:
            if looking:
                job.look_for_room()
            if measuring:
                job.measure()
            if job.listener in ready:
                job.refuse()
            if job.over():
                self._finish(job)
        except (OSError, ValueError, RecursionError, MemoryError) as error:
            job.kill()
            self._forget(job)
            with suppress(OSError, ValueError, RecursionError, MemoryError):
                job.end()  # not left behind as a zombie
            send(self.channel, {"failed": job.name, "error": f"{type(error).__name__}: {error}"})

    def _wait(self) -> float | None:
        """Give the milliseconds until the next job's time is up."""
        if not self.jobs:
            return None
        first = min([self.look_at, *(job.deadline for job in self.jobs.values())])
        return max(0.0, (first - time.monotonic()) * 1000 + 1)

    def _obey(self) -> None:
        message, descriptors = receive(self.channel)
        if "kill" in message:
            job = self.jobs.get(message["kill"])
            if job is not None:
                job.kill()
            return
        order = Order.read(message, descriptors)
        warm(order.warm)
        try:
            job = Job(order, self._strangers())
        except OSError as error:
            send(self.channel, {"failed": order.job, "error": str(error)})
            return
        self.jobs[job.name] = job
        for descriptor in job.watched:
            self.poll.register(descriptor, select.POLLIN)

    def _strangers(self) -> list[int]:
        """Give the descriptors that are no job's business."""
        watched = [each for job in self.jobs.values() for each in job.watched]
        return [self.channel.fileno(), *watched]

    def _finish(self, job: Job) -> None:
        self._forget(job)
        send(self.channel, job.end())

    def _forget(self, job: Job) -> None:
        for descriptor in job.watched:
            with suppress(KeyError):
                self.poll.unregister(descriptor)
        self.jobs.pop(job.name, None)


def warm(modules: list[str]) -> None:
    """Import what jobs will need; what is not there is missed by them, not here."""
    missing = [module for module in modules if module not in sys.modules]
    for module in missing:
        with suppress(ImportError):
            importlib.import_module(module)
    if missing:
        # What is there stays: no collection of a child should copy these pages.
        gc.collect()
        gc.freeze()


def main() -> None:
    """Serve the socket whose descriptor the first argument names, in the folder of the second."""
    # Jobs are short and start with much that stays: looking at it again and again is waste.
    gc.set_threshold(100_000, 20, 100)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C is the agent's business
    Prover(socket.socket(fileno=int(sys.argv[1])), sys.argv[2]).serve()


if __name__ == "__main__":
    main()
