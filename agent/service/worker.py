"""Who works on the tasks? A worker, which takes as many at a time as it may.

It is seen by the others, takes over what those had that are gone, and stops what is called off.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from agent.log import logger
from agent.service.database import UNAVAILABLE
from agent.service.presence import LostError, appear
from agent.service.queue import ALONE
from agent.service.retention import Retention

if TYPE_CHECKING:
    from agent.service.database import Database
    from agent.service.presence import Presence
    from agent.service.queue import Queue
    from agent.service.records import StoredTask
    from agent.service.tasks import Tasks
    from agent.service.working import Working

TAKE = 0.2
"""Seconds between two looks for tasks."""
ROUND = 0.5
"""Seconds between two looks for what is called off, and who is gone."""
AFTER_TROUBLE = 2.0
"""Seconds until the database is tried again that did not answer."""


class Worker:
    """A worker of this process. ``at_once`` is how many tasks it works on at a time."""

    def __init__(
        self,
        database: Database,
        queue: Queue,
        tasks: Tasks,
        working: Working,
        *,
        at_once: int = 2,
        retention: Retention | None = None,
    ) -> None:
        """Take what is needed; nothing happens before ``run``."""
        self._database = database
        self._queue = queue
        self._tasks = tasks
        self._working = working
        self._at_once = at_once
        self._retention = retention or Retention()
        self._running: dict[str, tuple[StoredTask, asyncio.Task[None]]] = {}
        self._made: set[str] = set()  # of those: what came of them is to be kept yet
        self._not_kept: list[StoredTask] = []
        self._had: dict[str, list[StoredTask]] = {}  # by the names it had, until it gave them back
        self._stopping = asyncio.Event()
        self._wanted = asyncio.Event()
        self._trouble: BaseException | None = None
        self._is_at_work = False

    @property
    def is_at_work(self) -> bool:
        """Tell whether it takes tasks: not before it began, and not without its database."""
        return self._is_at_work

    def wake(self) -> None:
        """Look for tasks at once: one was just submitted here."""
        self._wanted.set()

    def stop(self) -> None:
        """Take no more tasks, and give back what is worked on."""
        self._stopping.set()
        self._wanted.set()

    async def run(self) -> None:
        """Work until it is stopped. A database that goes away is waited for."""
        try:
            await self._work_on()
        finally:
            await self._working.aclose()

    async def _work_on(self) -> None:
        while not self._stopping.is_set():
            try:
                await self._be_there()
            except (SQLAlchemyError, OSError, LostError) as error:
                is_away = isinstance(error, (*UNAVAILABLE, LostError))  # else a trace says more
                reason = "".join(str(error).splitlines()[:1])
                logger().warning("the-database-is-waited-for", reason=reason, exc_info=not is_away)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), AFTER_TROUBLE)

    async def _be_there(self) -> None:
        self._trouble = None
        presence = await appear(self._database)
        looking: asyncio.Task[None] | None = None
        try:
            await self._give_up()  # what it had before: nobody is to suspect that for our absence
            looking = asyncio.create_task(self._keep_looking(presence))
            self._is_at_work = True
            while not self._stopping.is_set():
                if looking.done():
                    looking.result()
                if self._trouble is not None:
                    raise self._trouble
                is_wanted = self._wanted.is_set()
                self._wanted.clear()
                await self._take(presence, is_wanted=is_wanted)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wanted.wait(), TAKE)
        finally:
            self._is_at_work = False
            if looking is not None:
                looking.cancel()
                await asyncio.gather(looking, return_exceptions=True)
            # what is worked on is no longer its own: others take it, or it does so again
            self._had[presence.id] = await self._drop()
            try:
                await self._give_up()
                await presence.vanish()
            finally:
                await presence.let_go()  # where that failed, others find it gone

    async def _give_up(self) -> None:
        for worker, had in list(self._had.items()):
            await self._queue.give_up(worker, had)
            del self._had[worker]

    async def _take(self, presence: Presence, *, is_wanted: bool) -> None:
        # what came of some may be kept meanwhile, but there are never more than twice as many
        running = len(self._running)
        free = min(self._at_once - (running - len(self._made)), 2 * self._at_once - running)
        if free <= 0:
            return
        if any(task.setbacks >= ALONE for task, _ in self._running.values()):
            return
        is_idle = not self._running
        if not is_wanted and not await self._queue.are_waiting(is_idle=is_idle):
            return  # as nearly always
        tasks = await self._queue.claim(presence.id, free, is_idle=is_idle)
        for task in tasks:
            work = asyncio.create_task(self._work(task, presence.id))
            self._made.discard(task.id)  # it may have been here before, and be given back
            self._running[task.id] = task, work
            work.add_done_callback(partial(self._done, task.id))

    async def _work(self, task: StoredTask, worker: str) -> None:
        try:
            await self._working.work(task, worker, partial(self._make_room, task.id))
        except (SQLAlchemyError, OSError) as error:
            # what came of it cannot be kept, now or ever: it is tried again, a few times
            await asyncio.sleep(AFTER_TROUBLE)
            is_guilty = not isinstance(error, UNAVAILABLE)
            for left in await self._queue.release(worker, task.id, is_guilty=is_guilty):
                await self._working.set_aside(left, worker)

    def _make_room(self, task_id: str) -> None:
        """Let another task be taken: of this one, only what came of it is to be kept yet."""
        if task_id in self._running:
            self._made.add(task_id)
            self._wanted.set()

    def _done(self, task_id: str, work: asyncio.Task[None]) -> None:
        if task_id not in self._running or self._running[task_id][1] is not work:
            return
        task, _ = self._running.pop(task_id)
        self._made.discard(task_id)
        self._wanted.set()
        if not work.cancelled() and work.exception() is not None:
            self._trouble = work.exception()
            self._not_kept.append(task)

    async def _keep_looking(self, presence: Presence) -> None:
        while True:
            await presence.check()
            for task_id in await self._queue.called_off(presence.id):
                self._working.call_off(task_id)
            async with presence.gone() as gone:
                for worker in gone:
                    logger().warning("worker-gone", worker=worker)
                    for task in await self._queue.release(worker, is_guilty=True):
                        await self._working.set_aside(task, worker)
            await self._retention.keep(self._database)
            await asyncio.sleep(ROUND)

    async def _drop(self) -> list[StoredTask]:
        """Stop all work, and return on what; in the database it stays as it is."""
        had, running = self._not_kept, list(self._running.values())
        self._not_kept = []
        self._running.clear()
        self._made.clear()
        for _, work in running:
            work.cancel()
        await asyncio.gather(*(work for _, work in running), return_exceptions=True)
        return had + [task for task, _ in running]
