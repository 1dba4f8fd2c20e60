"""How is one kept task worked on? By a runner, from the request to an end that is kept.

Everything that leaves because of the end is kept together with it.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy.exc import SQLAlchemyError

from agent.apart import apart
from agent.beside import Beside
from agent.contract import to_wire
from agent.documents import Cancellation, Failure, Fault, Refusal, Result, Status
from agent.errors import RefusedError
from agent.events import Rendered
from agent.log import logger
from agent.service.answers import Answers
from agent.service.journal import Journal
from agent.service.observed import observed
from agent.service.paid import consulting, proving
from agent.service.records import Ending, Outgoing, State
from agent.service.telling import PROGRESSED
from agent.service.together import KEEPS_TRYING
from agent.to_its_end import to_its_end

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from agent.documents import Answer
    from agent.events import Event, OnEvent
    from agent.runner import Runner
    from agent.service.database import Database
    from agent.service.observed import Observe
    from agent.service.records import StoredTask
    from agent.service.tasks import Tasks
    from agent.service.telling import Telling, Told

SET_ASIDE = "set-aside"
"""Code of the fault that a task took too many workers with it."""
INTERNAL = "internal"
"""Code of a fault of our own."""
GIVES_WAY = 25
"""How often what was made lets others be read and rendered first, at most."""
LOOK = 0.02
"""Seconds that it lets them each time."""


class Working:
    """Works on tasks."""

    def __init__(
        self,
        runner: Runner,
        database: Database,
        tasks: Tasks,
        telling: Telling,
        observe: Observe | None = None,
    ) -> None:
        """Take what is needed; ``observe`` looks on at the work."""
        self._runner = runner
        self._beside = Beside()
        self._answers = Answers(database)
        self._tasks = tasks
        self._telling = telling
        self._observe = observe

    async def work(
        self, task: StoredTask, worker: str, on_made: Callable[[], None] = lambda: None
    ) -> None:
        """Work on a task that a worker took, to its end.

        Whatever goes wrong in the work is an end of the task; only what the database refuses is
        raised. Where the caller is cancelled, the task stays as it is, for others; but what was
        made by then is kept.

        Args:
            task: The task, as it was taken.
            worker: Who took it.
            on_made: Called when nothing is left but to keep what came of it.

        Raises:
            SQLAlchemyError: the database does not answer, or refuses.

        """
        heard = _Heard(task, self._telling)
        with observed(task, self._observe) as told:
            logger().info("task-taken", worker=worker, attempt=task.attempt, turn=task.turn)
            try:
                answer = await self._answer(task, _both(heard.hear, told))
                on_made()
                await to_its_end(self._end(task, worker, answer, heard.files))
            finally:
                self._telling.forget(task)

    async def _answer(self, task: StoredTask, on_event: OnEvent) -> Answer:
        if task.cancel:  # its worker was gone before it heard of it
            return Cancellation(task_id=task.id)
        journal = Journal(self._answers, task)
        try:
            answer = await self._run(task, journal, on_event)
        except BaseException:
            with suppress(SQLAlchemyError):  # why the work ended says more
                await to_its_end(journal.settled())
            raise
        await to_its_end(journal.settled())
        return answer

    async def _run(self, task: StoredTask, journal: Journal, on_event: OnEvent) -> Answer:
        runner = self._runner.through(
            partial(proving, journal=journal),
            partial(consulting, journal=journal),
            apart,
            self._beside,
        )
        try:
            # a model is told what was asked: "yes" alone says nothing
            said = (f"{q} {text}" if runner.consult else text for q, text in task.answers)
            answer = await runner.run(task.request(said), on_event, task_id=task.id)
        except RefusedError as error:
            return Refusal(errors=error.faults, task_id=task.id)
        except SQLAlchemyError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the end of this task alone
            logger().exception("a-fault-of-our-own")
            return _our_fault(task, error)
        if isinstance(answer, Failure):
            logger().warning("task-failed", codes=[each.code for each in answer.errors])
        return answer

    async def _end(
        self, task: StoredTask, worker: str, answer: Answer, files: dict[str, str]
    ) -> None:
        await self._give_way()
        rest = await self._telling.rest(task)
        keep = partial(end, self._tasks, task, worker, events=rest, seconds=KEEPS_TRYING)
        try:
            ended = await keep(answer, files)
        except (SQLAlchemyError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - an answer that cannot be told
            logger().exception("a-fault-of-our-own")
            answer = _our_fault(task, error)
            ended = await keep(answer, files)
        logger().info("task-kept", status=answer.status.value, counts=ended)
        if not ended and not State(answer.status).is_end:
            # it was called off before it asked; or else it is no longer ours, and nothing happens
            await keep(Cancellation(task_id=task.id), {})

    async def _give_way(self) -> None:
        """Let others read and render first: they have room that more tasks wait for."""
        for _ in range(GIVES_WAY):
            if not self._beside.is_wanted:
                break
            await asyncio.sleep(LOOK)

    async def aclose(self) -> None:
        """End what works beside this process."""
        await self._beside.aclose()

    def call_off(self, task_id: str) -> bool:
        """Stop working on a task, which ends canceled; tell whether it was worked on."""
        return self._runner.cancel(task_id)

    async def set_aside(self, task: StoredTask, worker: str) -> None:
        """End a task that took too many workers with it."""
        message = (
            f"{task.setbacks + 1} times the process that worked on it was gone, or could not keep"
            " what came of it: it is set aside, to harm no other task"
        )
        fault = Fault(code=SET_ASIDE, message=message)
        with observed(task):
            logger().error("task-set-aside", worker=worker, attempt=task.attempt)
        await end(self._tasks, task, worker, Failure(task_id=task.id, errors=(fault,)), {})


def _our_fault(task: StoredTask, error: Exception) -> Failure:
    message = f"a fault of our own, please report it: {type(error).__name__}: {error}"
    return Failure(task_id=task.id, errors=(Fault(code=INTERNAL, message=message),))


async def end(
    tasks: Tasks,
    task: StoredTask,
    worker: str | None,
    answer: Answer,
    files: dict[str, str],
    events: Sequence[Told] = (),
    seconds: float = 0,
) -> bool:
    """Keep what came of a task, and let it leave; tell whether it counts.

    Args:
        tasks: Where it is kept.
        task: The task, as it was taken.
        worker: Who had it (None: nobody).
        answer: What came of it.
        files: The whole project (path -> text).
        events: What happened to it last, and is not kept yet.
        seconds: How long a database that does not answer is waited for.

    Raises:
        EmitError: the answer breaks the output schema.

    """
    state = State(answer.status)
    data = to_wire(answer)
    messages = [told(task, f"agent.task.{state}", data)]
    about = {}
    if isinstance(answer, Result):
        if answer.status is Status.COMPLETED:
            messages += map(handoff, data["handoffs"])
        proof = answer.proof
        about = {"name": answer.spec.name, "verdict": proof.verdict, "level": proof.level}
    return await tasks.end(
        task, worker, Ending(state, data, files, about), messages, events, seconds
    )


def told(task: StoredTask, kind: str, data: dict[str, Any], mark: str = "") -> Outgoing:
    """Return a message to whoever submitted a task; it has one id for each turn (and mark)."""
    name = uuid5(NAMESPACE_URL, f"{task.id}/{task.turn}/{kind}/{mark}")
    return Outgoing(id=str(name), kind=kind, data=data)


def answered(task: StoredTask, key: str) -> Outgoing:
    """Return the message that an answer was heard, which has one id for each key."""
    name = uuid5(NAMESPACE_URL, f"{task.id}/answered/{key}")
    return Outgoing(str(name), PROGRESSED, {"event": "task-answered"})


def handoff(data: dict[str, Any]) -> Outgoing:
    """Return a handoff of an answer (JSON data) as a message to its agent."""
    return Outgoing(data["messageId"], "agent.handoff.requested", data, data["to"])


def _both(first: OnEvent, second: OnEvent) -> OnEvent:
    def hear(event: Event) -> None:
        first(event)
        second(event)

    return hear


class _Heard:
    """What is heard of a task while it is worked on. ``files`` is the project."""

    def __init__(self, task: StoredTask, telling: Telling) -> None:
        self.files: dict[str, str] = {}
        self._task = task
        self._telling = telling

    def hear(self, event: Event) -> None:
        if isinstance(event, Rendered):
            self.files = {file.path: file.content for file in event.files}
        self._telling.hear(self._task, event)
