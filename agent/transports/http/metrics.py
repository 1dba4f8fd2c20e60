"""How busy is the service? Counted while it runs, told as Prometheus reads it.

What requests took is of this process. Tasks, stages and models are of the whole service, whichever
worker did the work: they are read from its events, so that one API tells of all workers. Of
several APIs each tells the same: ask one, or take the greatest.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

from agent.service import rows
from agent.service.records import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agent.service.records import StoredEvent
    from agent.service.service import Service

QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)
SLOW = (0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)
STAGE, MODEL = "stage-finished", "model-answered"
SETTLED = timedelta(seconds=5)
"""Events that are younger may still be overtaken by one of a smaller number."""
Labels = tuple[tuple[str, str], ...]


class Histogram:
    """How long something took, by labels."""

    def __init__(self, name: str, told: str, bounds: tuple[float, ...]) -> None:
        """Take the upper bounds of its buckets, in seconds."""
        self._name, self._told, self._bounds = name, told, bounds
        self._counts: dict[Labels, list[int]] = {}
        self._sums: Counter[Labels] = Counter()

    def add(self, seconds: float, **labels: str) -> None:
        """Count one."""
        key = tuple(labels.items())
        counts = self._counts.setdefault(key, [0] * (len(self._bounds) + 1))
        counts[sum(seconds > bound for bound in self._bounds)] += 1
        self._sums[key] += seconds  # type: ignore[assignment]  # a counter adds up numbers

    def lines(self) -> Iterator[str]:
        """Write it."""
        yield from _head(self._name, "histogram", self._told)
        for key, counts in self._counts.items():
            below = 0
            for bound, count in zip((*self._bounds, "+Inf"), counts, strict=True):
                below += count
                yield _line(f"{self._name}_bucket", (*key, ("le", str(bound))), below)
            yield _line(f"{self._name}_sum", key, self._sums[key])
            yield _line(f"{self._name}_count", key, below)


class Metrics:
    """All that is counted."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._requests: Counter[Labels] = Counter()
        self._took = Histogram("http_request_duration_seconds", "What requests took.", QUICK)
        self._stages = Histogram(
            "python_specialist_stage_duration_seconds", "What stages took.", SLOW
        )
        self._models: Counter[Labels] = Counter()
        self._tokens: Counter[Labels] = Counter()
        self._read: int | None = None
        self._reading = asyncio.Lock()  # two who ask at once must not count the same events

    def requested(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request. ``route`` is the path with its parameters' names."""
        self._requests[("method", method), ("route", route), ("status", str(status))] += 1
        self._took.add(seconds, method=method, route=route)

    async def begin(self, service: Service) -> None:
        """Count what happens from now on."""
        self._read = await service.events.latest()

    async def text(self, service: Service, listeners: int) -> str:
        """Write everything, after a look at what happened since the last time."""
        async with self._reading:
            await self._read_on(service)
        states = await service.tasks.counts()
        waiting: dict[Labels, int] = {(): await service.messages.waiting()}
        tasks: dict[Labels, int] = {(("state", s.value),): states.get(s, 0) for s in State}
        lines = [
            *_family("python_specialist_tasks", "gauge", "Tasks that are kept.", tasks),
            *_family("python_specialist_outbox", "gauge", "Messages not taken yet.", waiting),
            *self._stages.lines(),
            *_family("python_specialist_model_calls_total", "counter", "Calls.", self._models),
            *_family("python_specialist_model_tokens_total", "counter", "Tokens.", self._tokens),
            *_family("http_requests_total", "counter", "Requests.", self._requests),
            *self._took.lines(),
            *_family("http_open_listeners", "gauge", "Answers held open.", {(): listeners}),
        ]
        return "\n".join(lines) + "\n"

    async def _read_on(self, service: Service) -> None:
        if self._read is None:
            await self.begin(service)
        until = rows.now() - SETTLED
        while True:
            found = await service.events.since(self._read or 0, (STAGE, MODEL))
            settled = list(takewhile(lambda event: event.at < until, found))
            for event in settled:
                self._count(event)
                self._read = event.number
            if not settled or len(settled) < len(found):
                return

    def _count(self, event: StoredEvent) -> None:
        data = event.data
        if event.name == STAGE:
            self._stages.add(float(data["seconds"]), stage=str(data["stage"]))
            return
        purpose = ("purpose", str(data["purpose"]))
        self._models[(purpose,)] += int(data["calls"])
        self._tokens[purpose, ("kind", "input")] += int(data["inputTokens"])
        self._tokens[purpose, ("kind", "output")] += int(data["outputTokens"])


def _family(name: str, kind: str, told: str, values: Mapping[Labels, float]) -> Iterator[str]:
    yield from _head(name, kind, told)
    for labels, value in values.items():
        yield _line(name, labels, value)


def _head(name: str, kind: str, told: str) -> tuple[str, str]:
    return f"# HELP {name} {told}", f"# TYPE {name} {kind}"


def _line(name: str, labels: Labels, value: float) -> str:
    told = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels)
    return f"{name}{{{told}}} {value}" if told else f"{name} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
