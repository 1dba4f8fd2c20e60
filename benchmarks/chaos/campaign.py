"""How are workers killed while they work? One after the other, until everything has ended."""

from __future__ import annotations

import asyncio
import math
import os
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle, product
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from agent.service.database import open_database
from agent.service.queue import MOST_SETBACKS
from agent.service.records import Origin, State, Wire
from agent.service.service import Service
from agent.service.tables import TASKS
from agent.settings import PREFIX
from benchmarks.chaos.outage import gone, patiently

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from random import Random

    from sqlalchemy import Select

    from agent.service.records import Message, StoredTask
    from benchmarks.chaos.requests import Asking

AT_ONCE = 2
STEPS = ("appeared", "taken", "journal", "events", "ended")
LOOK = 0.02
CALLER = "campaign"
MOST_ALIVE = 8.0
"""Seconds after which a worker is killed that did not come to its own death."""
MOST_SECONDS = 900


@dataclass
class Seen:
    """What was seen of a campaign on one database.

    ``returns`` are the times at which a worker that lived came back from an outage: only then had
    it noticed that what it worked on was no longer its own, and left it.
    """

    tasks: dict[int, StoredTask] = field(default_factory=dict)
    files: dict[int, dict[str, str]] = field(default_factory=dict)
    answers: dict[int, str] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    outbox: list[str] = field(default_factory=list)
    kills: list[tuple[float, str]] = field(default_factory=list)
    returns: list[float] = field(default_factory=list)
    recoveries: list[float] = field(default_factory=list)
    takeovers: list[float] = field(default_factory=list)
    kept: dict[int, float] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass
class Campaign:
    """One campaign: requests that so many workers work on, which are killed again and again."""

    url: str
    requests: Sequence[Asking]
    workers: int
    model: str
    folder: Path
    random: Random
    most_kills: int
    outages: int = 0
    seen: Seen = field(default_factory=Seen)

    async def run(self) -> Seen:
        """Submit everything, and kill until all has ended."""
        began = time.monotonic()
        self._log = self.folder / "log"
        self._log.touch()
        self._database = await open_database(self.url)
        try:
            self._service = Service(self._database)
            ids = await self._submit()
            self._deaths = self._next_deaths()
            async with asyncio.timeout(MOST_SECONDS), asyncio.TaskGroup() as group:
                reading = group.create_task(self._read())
                group.create_task(self._outages())
                slots = [group.create_task(self._slot()) for _ in range(self.workers)]
                await asyncio.gather(*slots)
                self._is_over = True
                await reading
            await self._look(ids)
        finally:
            await self._database.close()
        self.seen.seconds = time.monotonic() - began
        return self.seen

    _is_over = False

    async def _submit(self) -> dict[int, str]:
        """Submit each request twice under its own key; every other one comes by a bus."""
        ids: dict[int, str] = {}
        for each in self.requests:
            origin = Origin(Wire.CLOUDEVENTS if each.number % 2 else Wire.HTTP, "@campaign")
            for _ in range(2):
                submitted = await self._service.submit(
                    each.document, CALLER, origin, key=str(each.number)
                )
                if ids.setdefault(each.number, submitted.task.id) != submitted.task.id:
                    raise SystemExit("one key, two tasks")
        return ids

    def _next_deaths(self) -> Iterator[str]:
        """Give the deaths in turn: after and before each step, and now and then at random.

        Those at a worker's first such step come first: they happen however few tasks there are.
        """
        for time_ in cycle((1, 2, 3)):
            every = [f"{w}:{s}:{time_}" for w, s in product(("after", "before"), STEPS)]
            self.random.shuffle(every)
            for number, each in enumerate(every):
                yield each
                if number % 3 == 0:
                    yield "never"  # killed from outside, whenever

    async def _outages(self) -> None:
        """Let the database be gone for a moment, now and then. It is another way to be killed."""
        for _ in range(self.outages):
            await asyncio.sleep(self.random.uniform(2, 4))
            if self._is_over:
                return
            self._back = math.inf
            self.seen.kills.append((time.monotonic(), "the database goes away"))
            async with gone(self.url):
                await asyncio.sleep(self.random.uniform(0.5, 1.5))
            self._back = time.monotonic()

    _back = 0.0
    """When the database was there again."""

    async def _slot(self) -> None:
        """Keep one worker at work, a new one as soon as the last one is killed."""
        while await self._left():
            death = "never" if await self._is_enough() else next(self._deaths)
            started = time.monotonic()
            process = await self._start(death)
            limit = self.random.uniform(0.2, 3.0) if death == "never" else MOST_ALIVE
            try:
                if await self._watch(process, limit):
                    with suppress(ProcessLookupError):
                        process.send_signal(signal.SIGTERM)  # the last one goes in peace
                    await process.wait()
                    return
            finally:
                with suppress(ProcessLookupError):  # it died by itself just now
                    process.kill()
            if await process.wait() != -signal.SIGKILL and self._back < started:
                raise SystemExit(f"a worker ended by itself: {process.returncode}")
            self._alive.pop(process.pid, None)
            await self._killed(process.pid)

    async def _watch(self, process: asyncio.subprocess.Process, limit: float) -> bool:
        """Wait until a worker has died, has lived for so many seconds, or all is done (True)."""
        ending = asyncio.create_task(process.wait())
        while not ending.done():
            if not await self._left():
                return True
            if process.pid not in self._alive:
                for at, pid, what, _ in self._said():
                    if (pid, what) == (process.pid, "is"):
                        self._alive[pid] = at
            has_lived = time.monotonic() - self._alive.get(process.pid, math.inf)
            if has_lived > limit and not await self._is_enough():
                return False
            await asyncio.wait([ending], timeout=0.1)
        return False

    async def _start(self, death: str) -> asyncio.subprocess.Process:
        environment = {
            **os.environ,
            f"{PREFIX}MODEL": "scripted",
            f"{PREFIX}MODEL_BASE_URL": self.model,
            f"{PREFIX}CACHE_DIR": str(self.folder / "cache"),
            "TMPDIR": str(self.folder),
        }
        command = (sys.executable, "-m", "benchmarks.chaos.worker", self.url, str(AT_ONCE))
        return await asyncio.create_subprocess_exec(
            *command, death, str(self._log), env=environment
        )

    async def _killed(self, pid: int) -> None:
        """Note how a worker died, and measure until nothing is its own any more."""
        died = time.monotonic()
        said = [each for each in self._said() if each[1] == pid]
        how = next((about for _, _, what, about in said if what == "dies"), "at random")
        self.seen.kills.append((died, how))
        names = [about for _, _, what, about in said if what == "is"]
        if not names:
            return
        worker = names[-1]  # it has a new one after each outage
        holds = select(func.count()).where(TASKS.c.worker == worker)
        if await self._count(holds):
            measuring = asyncio.create_task(self._recovered(holds, died))
            self._measuring.add(measuring)
            measuring.add_done_callback(self._measuring.discard)

    _measuring: set[asyncio.Task[None]] = field(default_factory=set)
    _alive: dict[int, float] = field(default_factory=dict)

    async def _recovered(self, holds: Select[int], died: float) -> None:
        while await self._count(holds):  # noqa: ASYNC110 - the database has no event for it
            await asyncio.sleep(LOOK)
        now = time.monotonic()
        self.seen.recoveries.append(now - died)
        if self._alive:  # who took over was there at that moment, or came later
            self.seen.takeovers.append(now - max(died, min(self._alive.values())))

    async def _count(self, query: Select[int]) -> int:
        return await patiently(
            lambda: self._database.read(lambda each: each.execute(query).scalar() or 0)
        )

    async def _left(self) -> int:
        ends = [state for state in State if state.is_end]
        return await self._count(select(func.count()).where(TASKS.c.state.not_in(ends)))

    async def _is_enough(self) -> bool:
        """Tell whether there were enough deaths, or one more could set a task aside wrongly."""
        if len(self.seen.kills) >= self.most_kills:
            return True
        return await self._count(select(func.max(TASKS.c.setbacks))) >= MOST_SETBACKS - 2

    def _said(self) -> list[tuple[float, int, str, str]]:
        lines = (line.split("\t") for line in self._log.read_text().splitlines())
        return [(float(at), int(pid), what, about) for at, pid, what, about in lines]

    async def _read(self) -> None:
        """Read what leaves by its cursor, as somebody does who never looks back."""
        while True:
            is_last = self._is_over
            last = self.seen.messages[-1].number if self.seen.messages else 0
            while page := await patiently(partial(self._service.messages.page, CALLER, last)):
                self.seen.messages += page
                last = page[-1].number
            if is_last:
                return
            await asyncio.sleep(0.1)

    async def _look(self, ids: dict[int, str]) -> None:
        for number, task_id in ids.items():
            task = await self._service.tasks.get(task_id)
            kept = await self._service.tasks.answer_of(task_id)
            if task is not None:
                self.seen.tasks[number] = task
            if kept is not None:
                self.seen.files[number], self.seen.answers[number] = kept.files, kept.answer
        last = 0
        while page := await self._service.messages.page(CALLER, last):
            self.seen.outbox += [each.id for each in page]
            last = page[-1].number
        present: set[int] = set()
        for at, pid, what, about in self._said():
            if what == "kept":
                self.seen.kept[int(about)] = at
            elif what == "is":
                if pid in present:
                    self.seen.returns.append(at)
                present.add(pid)
