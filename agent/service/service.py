"""What can be asked of the service? Everything that HTTP, the bus and the command line offer.

A task is submitted, worked on by a worker (of this process or another), and ends. Read ``tasks``
for how it is kept, ``worker`` and ``working`` for how it is worked on, ``journal`` for why nothing
is paid for twice.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.contract import parse_input
from agent.documents import Cancellation, Fault
from agent.errors import RefusedError
from agent.service.events import Events
from agent.service.keys import Keys
from agent.service.messages import Messages
from agent.service.queue import Queue
from agent.service.records import Origin, State, StoredTask
from agent.service.tasks import Tasks
from agent.service.telling import Telling
from agent.service.worker import Worker
from agent.service.working import Working, answered, end

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from agent.documents import Warn
    from agent.runner import Runner
    from agent.service.database import Database
    from agent.service.observed import Observe
    from agent.service.records import Outgoing, StoredAnswer, StoredEvent
    from agent.service.retention import Retention

LOOK = 0.2
"""Seconds between two looks for what is new about a task."""
LARGE = 100_000
"""Bytes of a request that takes a while to read."""
FORGOTTEN = "forgotten"
"""Code of the fault that a task is too old to be submitted again."""
NOT_ASKED = "not-asked"
"""Code of the fault that an answer comes to a task that asks nothing."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A task that was accepted; ``is_new``: not one that was there under the same key."""

    task: StoredTask
    warnings: tuple[Warn, ...]
    is_new: bool


class Service:
    """The service, over one database. ``worker`` is this process's own, where it has one."""

    def __init__(
        self,
        database: Database,
        runner: Runner | None = None,
        *,
        at_once: int = 2,
        retention: Retention | None = None,
        observe: Observe | None = None,
        most_waiting: int | None = None,
    ) -> None:
        """Take what it needs; nothing is worked on before ``worker.run``.

        Args:
            database: An open one.
            runner: What works on tasks here (None: this process only accepts them).
            at_once: How many tasks are worked on at a time.
            retention: How long the worker here keeps what ended (None: 30 days, see there).
            observe: Who looks on while tasks are worked on (None: the log alone).
            most_waiting: How many tasks of one caller may wait to be worked on (None: any number).

        """
        self.database = database
        self.tasks = Tasks(database, most_waiting)
        self.queue = Queue(database)
        self.events = Events(database)
        self.messages = Messages(database)
        self.keys = Keys(database)
        self.worker: Worker | None = None
        if runner is not None:
            working = Working(runner, database, self.tasks, Telling(database), observe)
            self.worker = Worker(
                database, self.queue, self.tasks, working, at_once=at_once, retention=retention
            )

    async def submit(
        self,
        document: str | bytes,
        caller: str,
        origin: Origin | None = None,
        *,
        key: str | None = None,
    ) -> Submitted:
        """Accept a request: once this returns it is not lost.

        Args:
            document: The input document, as JSON text.
            caller: Who sends it.
            origin: Where it came from (None: HTTP, and nothing is known).
            key: The sender's own key for it: the same request under the same key is one task.

        Raises:
            RefusedError: it breaks the input schema, the key was used for another request, or too
                many tasks of the caller wait.

        """
        return await self._submit(document, caller, origin or Origin(), key)

    async def _submit(
        self,
        document: str | bytes,
        caller: str,
        origin: Origin,
        key: str | None = None,
        answers: Sequence[tuple[str, str]] = (),
    ) -> Submitted:
        if len(document) > LARGE:  # others are not to wait for it
            read, warnings = await asyncio.to_thread(parse_input, document)
        else:
            read, warnings = parse_input(document)
        text = document if isinstance(document, str) else document.decode()
        about = {"type": read.request.type.value}
        if read.context.project_name:
            about["name"] = read.context.project_name
        task, is_new = await self.tasks.submit(
            caller, text, origin, key=key, about=about, answers=answers
        )
        self._wake()
        return Submitted(task, warnings, is_new)

    async def answer(
        self, task: StoredTask, answers: Mapping[str, str], *, key: str | None = None
    ) -> StoredTask:
        """Answer questions of a task, which goes on.

        Args:
            task: The task.
            answers: By the id of the question; those that are not answered stay open.
            key: The sender's own key for it: under the same key nothing is answered twice.

        Raises:
            RefusedError: it asks nothing, or has no such question.

        """
        heard = [] if key is None else [answered(task, key)]
        if not await self._are_known(heard):
            try:
                await self._go_on(task, answers, heard)
            except RefusedError:
                if not await self._are_known(heard):  # nor just now, by another process
                    raise
        return await self._again(task)

    async def _go_on(
        self, task: StoredTask, answers: Mapping[str, str], messages: Sequence[Outgoing]
    ) -> None:
        asked = await self._questions(task)
        unknown = [each for each in answers if each not in asked]
        if unknown or not answers:
            message = f"there is no question {unknown[0]!r}" if unknown else "there is no answer"
            expected = f"answers to {', '.join(asked)}"
            raise RefusedError(
                [Fault(code="question", message=message, pointer="/answers", expected=expected)]
            )
        said = [(asked[each], text) for each, text in answers.items()]
        if not await self.tasks.go_on(task, said, messages):
            raise _asks_nothing(task)
        self._wake()

    async def _are_known(self, messages: Sequence[Outgoing]) -> bool:
        return bool(messages) and await self.messages.known(messages[0].id)

    async def _questions(self, task: StoredTask) -> dict[str, str]:
        """Return the questions of a task by id.

        Raises:
            RefusedError: it asks none.

        """
        kept = await self.tasks.answer_of(task.id)
        if task.state is not State.INPUT_REQUIRED or kept is None:
            raise _asks_nothing(task)
        return {each["id"]: each["text"] for each in json.loads(kept.answer)["openQuestions"]}

    async def cancel(self, task: StoredTask) -> StoredTask:
        """Call a task off; one that is worked on ends as soon as its worker hears of it."""
        while not task.state.is_end:
            if task.state is State.WORKING:
                if await self.tasks.call_off(task):
                    break
            elif await self._end_canceled(task):
                break
            found = await self.tasks.get(task.id)
            if found is None:  # it ended, and was forgotten
                return task
            task = found  # it went on meanwhile
        return await self._again(task)

    async def _end_canceled(self, task: StoredTask) -> bool:
        return await end(self.tasks, task, None, Cancellation(task_id=task.id), {})

    async def retry(self, task: StoredTask) -> Submitted:
        """Submit the request of a task again, with the answers it was given, as a new one.

        Raises:
            RefusedError: the task was forgotten.

        """
        whole = await self.tasks.whole(task.id)
        if whole is None:
            message = f"the task {task.id} was forgotten, and its request with it"
            raise RefusedError([Fault(code=FORGOTTEN, message=message, expected="a new task")])
        document = whole.request(())
        return await self._submit(document, whole.caller, whole.origin, answers=whole.answers)

    async def wait(self, task: StoredTask, seconds: float) -> StoredTask:
        """Return the task as soon as it ended or asks, or after so many seconds as it is then."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while task.state in {State.SUBMITTED, State.WORKING} and loop.time() < until:
            await asyncio.sleep(min(LOOK, max(until - loop.time(), 0)))
            task = await self._again(task)
        return task

    async def news(self, task: StoredTask, after: int = 0) -> tuple[list[StoredEvent], bool]:
        """Return the next events of a task behind one that is known, and whether more may come."""
        current = await self._again(task)
        events = await self.events.after(task.id, after)
        return events, bool(events) or current.state in {State.SUBMITTED, State.WORKING}

    async def listen(self, task: StoredTask, after: int = 0) -> AsyncIterator[StoredEvent]:
        """Give the events of a task behind one that is known, until it ends or asks."""
        goes_on = True
        while goes_on:
            events, goes_on = await self.news(task, after)
            for event in events:
                yield event
                after = event.number
            if goes_on and not events:
                await asyncio.sleep(LOOK)

    async def answer_of(self, task: StoredTask) -> StoredAnswer | None:
        """Return what came of a task so far."""
        return await self.tasks.answer_of(task.id)

    async def _again(self, task: StoredTask) -> StoredTask:
        return await self.tasks.get(task.id) or task

    def _wake(self) -> None:
        if self.worker is not None:
            self.worker.wake()


def _asks_nothing(task: StoredTask) -> RefusedError:
    message = f"the task asks nothing: it is {task.state}"
    return RefusedError([Fault(code=NOT_ASKED, message=message)])
