"""How is one kept task worked on? By a runner, from the request to an end that is kept.

Everything that leaves because of the end is kept together with it.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid4, uuid5

from agent.contract import parse_input, to_wire
from agent.documents import Failure, Fault, Refusal, Result, Status
from agent.errors import RefusedError
from agent.events import Rendered
from agent.log import plain
from agent.service.journal import Journal
from agent.service.paid import consulting, proving
from agent.service.records import Outgoing, State, StoredAnswer, Wire

if TYPE_CHECKING:
    from typing import Any

    from agent.documents import Answer
    from agent.events import Event
    from agent.runner import Runner
    from agent.service.database import Database
    from agent.service.events import Events
    from agent.service.messages import Messages
    from agent.service.records import StoredTask
    from agent.service.tasks import Tasks

PROGRESSED = "agent.task.progressed"
FLUSH = 0.1
"""Seconds that events wait for others, to be kept together."""
SET_ASIDE = "set-aside"
"""Code of the fault that a task took too many workers with it."""
INTERNAL = "internal"
"""Code of a fault of our own."""
TOLD = frozenset({"stage-started", "stage-finished", "check-finished"})
"""The events that leave as progress, for those who listen on a bus."""


class Working:
    """Works on tasks."""

    def __init__(
        self,
        runner: Runner,
        database: Database,
        tasks: Tasks,
        events: Events,
        messages: Messages,
    ) -> None:
        """Take what is needed."""
        self._runner = runner
        self._database = database
        self._tasks = tasks
        self._events = events
        self._messages = messages

    async def work(self, task: StoredTask, worker: str) -> None:
        """Work on a task that a worker took, to its end.

        Whatever goes wrong in the work is an end of the task; only what the database refuses is
        raised. Where the caller is cancelled, the task stays as it is, for others.
        """
        journal = Journal(self._database, task.id)
        runner = self._runner.through(
            partial(proving, journal=journal), partial(consulting, journal=journal)
        )
        heard = _Heard(task, self._events, self._messages)
        async with heard:
            answer = await self._answer(runner, task, heard)
        await end(self._tasks, task, worker, answer, heard.files)

    async def _answer(self, runner: Runner, task: StoredTask, heard: _Heard) -> Answer:
        try:
            document, _ = parse_input(task.document)
            # a model is told what was asked: "yes" alone says nothing
            said = (f"{q} {text}" if runner.consult else text for q, text in task.answers)
            return await runner.run(document.answered(said), heard.hear, task_id=task.id)
        except RefusedError as error:
            return Refusal(errors=error.faults, task_id=task.id)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the end of this task alone
            message = f"a fault of our own, please report it: {type(error).__name__}: {error}"
            return Failure(task_id=task.id, errors=(Fault(code=INTERNAL, message=message),))

    def call_off(self, task_id: str) -> bool:
        """Stop working on a task, which ends canceled; tell whether it was worked on."""
        return self._runner.cancel(task_id)

    async def set_aside(self, task: StoredTask, worker: str) -> None:
        """End a task that took too many workers with it."""
        message = (
            f"the process that worked on it was gone {task.attempt} times: it is set aside, to harm"
            " no other task"
        )
        fault = Fault(code=SET_ASIDE, message=message)
        await end(self._tasks, task, worker, Failure(task_id=task.id, errors=(fault,)), {})


async def end(
    tasks: Tasks, task: StoredTask, worker: str | None, answer: Answer, files: dict[str, str]
) -> bool:
    """Keep what came of a task, and let it leave; tell whether it counts.

    Args:
        tasks: Where it is kept.
        task: The task, as it was taken.
        worker: Who had it (None: nobody).
        answer: What came of it.
        files: The whole project (path -> text).

    Raises:
        EmitError: the answer breaks the output schema.

    """
    state = State(answer.status)
    data = to_wire(answer)
    messages = [told(task, f"agent.task.{state}", data), *handoffs(answer)]
    about = {}
    if isinstance(answer, Result):
        about = {"name": answer.spec.name, "verdict": answer.proof.verdict.value}
    kept = StoredAnswer(json.dumps(data), files)
    return await tasks.end(task, worker, state, kept, messages, about)


def told(task: StoredTask, kind: str, data: dict[str, Any], mark: str = "") -> Outgoing:
    """Return a message to whoever submitted a task; it has one id for each turn (and mark)."""
    name = uuid5(NAMESPACE_URL, f"{task.id}/{task.turn}/{kind}/{mark}")
    return Outgoing(id=str(name), kind=kind, data=data)


def answered(task: StoredTask, key: str) -> Outgoing:
    """Return the message that an answer was heard, which has one id for each key."""
    name = uuid5(NAMESPACE_URL, f"{task.id}/answered/{key}")
    return Outgoing(str(name), PROGRESSED, {"event": "task-answered"})


def handoffs(answer: Answer) -> list[Outgoing]:
    """Return the handoffs of an answer as messages to their agents."""
    if not isinstance(answer, Result) or answer.status is not Status.COMPLETED:
        return []
    return [
        Outgoing(
            id=each.message_id,
            kind="agent.handoff.requested",
            data=each.model_dump(mode="json", by_alias=True),
            to=each.to,
        )
        for each in answer.handoffs
    ]


class _Heard:
    """The events of a task on their way to where they are kept. ``files`` is the project."""

    def __init__(self, task: StoredTask, events: Events, messages: Messages) -> None:
        self.files: dict[str, str] = {}
        self._task = task
        self._events = events
        self._messages = messages
        self._waiting: list[tuple[str, dict[str, Any]]] = []
        self._over = asyncio.Event()
        self._flushing: asyncio.Task[None] | None = None

    def hear(self, event: Event) -> None:
        if isinstance(event, Rendered):
            self.files = {file.path: file.content for file in event.files}
        self._waiting.append(plain(event))

    async def __aenter__(self) -> None:
        self._flushing = asyncio.create_task(self._keep_flushing())

    async def __aexit__(self, *_: object) -> None:
        self._over.set()
        if self._flushing is not None:
            await self._flushing

    async def _keep_flushing(self) -> None:
        while not self._over.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), FLUSH)
            await self._flush()

    async def _flush(self) -> None:
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            await self._events.add(self._task.id, waiting)
            if self._task.origin.wire is not Wire.HTTP:
                await self._messages.send(
                    self._task, [_progress(*e) for e in waiting if e[0] in TOLD]
                )


def _progress(name: str, data: dict[str, Any]) -> Outgoing:
    return Outgoing(str(uuid4()), PROGRESSED, {"event": name, **data})
