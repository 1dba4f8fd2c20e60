"""Where are tasks kept, from the request to the answer? Each change of a task is one transaction.

Who works on which is for the ``queue`` to say. What a worker says of a task counts only as long as
it has it: another may have taken it over, because this one was thought to be gone.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import bindparam, func, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from agent.documents import Fault
from agent.errors import RefusedError
from agent.service import rows
from agent.service.endings import End, Endings
from agent.service.messages import leave
from agent.service.records import State, StoredTask
from agent.service.tables import RESULTS, SHORT, TASKS
from agent.service.telling import event_rows, progress

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from sqlalchemy import Connection, Select

    from agent.service.database import Database
    from agent.service.records import Ending, Origin, Outgoing, Place, StoredAnswer

REUSED = "idempotency-key"
"""Code of the fault that a key was used for another request."""
TOO_MANY = "too-many-waiting"
"""Code of the fault that too many tasks of a caller wait to be worked on."""


class Tasks:
    """All tasks."""

    def __init__(self, database: Database, most_waiting: int | None = None) -> None:
        """Take the database, and how many tasks of one caller may wait (None: any number)."""
        self._database = database
        self._most_waiting = most_waiting
        self._endings = Endings(database)
        self._packing = asyncio.Lock()  # so the first are kept while others are packed

    async def submit(
        self,
        caller: str,
        document: str,
        origin: Origin,
        *,
        key: str | None = None,
        about: Mapping[str, str] | None = None,
        answers: Sequence[tuple[str, str]] = (),
    ) -> tuple[StoredTask, bool]:
        """Keep a new task; whoever sends the same under the same key gets the one there is.

        Args:
            caller: Who sends it.
            document: The request, as JSON text.
            origin: Where it came from.
            key: The caller's own key for it (None: each is a new one).
            about: What is known of it for lists.
            answers: Questions that were answered already, each with its answer.

        Returns:
            The task, and whether it is new.

        Raises:
            RefusedError: the key was used for another request, or too many tasks of the caller
                wait to be worked on.

        """
        moment = rows.now()
        new = StoredTask(
            id=str(uuid4()),
            caller=caller,
            state=State.SUBMITTED,
            document=document,
            created=moment,
            changed=moment,
            origin=origin,
            about=dict(about or {}),
            answers=tuple(answers),
        )
        digest = hashlib.sha256(document.encode()).hexdigest()
        row = rows.task_row(new, key, digest)

        def keep(connection: Connection) -> bool:
            is_known = key is not None and connection.execute(_KNOWN, row).first() is not None
            if is_known or not self._is_room(connection, caller):
                return False
            connection.execute(_NEW_TASK, row)
            return True

        try:
            is_kept = await self._database.write(keep)
        except IntegrityError:  # another process has just kept it
            if key is None:
                raise
            is_kept = False
        if is_kept:
            return new, True
        known = None if key is None else await self._known(caller, key, digest)
        if known is None:
            raise _too_many(self._most_waiting)
        return known, False

    def _is_room(self, connection: Connection, caller: str) -> bool:
        if self._most_waiting is None:
            return True
        waiting = select(TASKS.c.id).where(
            TASKS.c.state == State.SUBMITTED, TASKS.c.caller == caller
        )
        many = select(func.count()).select_from(waiting.limit(self._most_waiting).subquery())
        return int(connection.execute(many).scalar_one()) < self._most_waiting

    async def _known(self, caller: str, key: str, digest: str) -> StoredTask | None:
        query = select(*SHORT).where(TASKS.c.caller == caller, TASKS.c.idempotency_key == key)
        row = await self._database.read(lambda each: each.execute(query).one_or_none())
        if row is None:
            return None
        if row.digest != digest:
            message = f"the idempotency key was used for another request: task {row.id}"
            raise RefusedError([Fault(code=REUSED, message=message, expected="a new key")])
        return rows.task(row)

    async def get(self, task_id: str, caller: str | None = None) -> StoredTask | None:
        """Return a task; None where there is none, or ``caller`` (None: anybody) has none such."""
        if not _is_id(task_id):
            return None
        query = select(*SHORT).where(TASKS.c.id == task_id)
        if caller is not None:
            query = query.where(TASKS.c.caller == caller)
        return await self._one(query)

    async def whole(self, task_id: str) -> StoredTask | None:
        """Return a task with its request and answers; None where there is none any more."""
        return await self._one(select(TASKS).where(TASKS.c.id == task_id))

    async def _one(self, query: Select[Any]) -> StoredTask | None:
        row = await self._database.read(lambda each: each.execute(query).one_or_none())
        return None if row is None else rows.task(row)

    async def page(
        self,
        caller: str | None = None,
        states: Sequence[State] = (),
        before: Place | None = None,
        limit: int = 50,
        begins: str = "",
    ) -> list[StoredTask]:
        """Return tasks, the latest first, that come after ``before`` in this order.

        ``begins`` is how their ids begin.
        """
        query = select(*SHORT).order_by(TASKS.c.created.desc(), TASKS.c.id.desc()).limit(limit)
        if caller is not None:
            query = query.where(TASKS.c.caller == caller)
        if states:
            query = query.where(TASKS.c.state.in_(states))
        if begins:
            query = query.where(TASKS.c.id.startswith(begins, autoescape=True))
        if before is not None:
            last = (before.created, before.id)
            query = query.where(tuple_(TASKS.c.created, TASKS.c.id) < last)
        return await self._database.read(lambda each: list(map(rows.task, each.execute(query))))

    async def counts(self) -> dict[State, int]:
        """Return how many tasks are in each state."""

        def look(connection: Connection) -> dict[State, int]:
            return {State(state): count for state, count in connection.execute(_COUNTS)}

        return await self._database.read(look)

    async def end(
        self,
        task: StoredTask,
        worker: str | None,
        ending: Ending,
        messages: Sequence[Outgoing],
        events: Sequence[tuple[str, dict[str, Any]]] = (),
        seconds: float = 0,
    ) -> bool:
        """Keep what came of a task, and what is to leave because of it, together.

        Args:
            task: The task, as it was taken.
            worker: Who had it (None: nobody, it was waiting).
            ending: What came of it.
            messages: What is to leave.
            events: What happened to it last, and is not kept yet.
            seconds: How long a database that does not answer is waited for.

        Returns:
            Whether it counts: not where another worker, or another turn, has the task; and a task
            that somebody called off asks nothing any more.

        """
        async with self._packing:
            result, leaving = await asyncio.to_thread(rows.ended, task, ending, messages)
        ended: dict[str, Any] = {"state": ending.state.value, "turn": task.turn}
        about = {**task.about, **ending.about}
        return await self._endings.keep(
            End(
                task=task,
                worker=worker,
                state=ending.state,
                changed={"state": ending.state, "about": about, "at": rows.now()},
                result=result,
                events=event_rows(task.id, [*events, ("task-ended", ended)]),
                leaving=progress(task, events) + leaving,
            ),
            seconds,
        )

    async def answer_of(self, task_id: str) -> StoredAnswer | None:
        """Return what came of a task so far; None where nothing did yet."""
        query = select(RESULTS).where(RESULTS.c.task == task_id)

        def look(connection: Connection) -> StoredAnswer | None:
            row = connection.execute(query).one_or_none()
            return None if row is None else rows.answer(row)

        return await self._database.read(look)

    async def go_on(
        self,
        task: StoredTask,
        answers: Sequence[tuple[str, str]],
        messages: Sequence[Outgoing] = (),
    ) -> bool:
        """Let a task go on that asked, with answers to questions; tell whether it still asked.

        ``messages`` are to leave because of it.
        """
        asks = [
            TASKS.c.id == task.id,
            TASKS.c.turn == task.turn,
            TASKS.c.state == State.INPUT_REQUIRED,
        ]
        leaving = [rows.outgoing(task, each) for each in messages]

        def keep(connection: Connection) -> bool:
            before = connection.execute(select(TASKS.c.answers).where(*asks)).scalar()
            done = connection.execute(
                update(TASKS)
                .where(*asks)
                .values(
                    state=State.SUBMITTED,
                    answers=[*(before or ()), *answers],
                    turn=task.turn + 1,
                    attempt=0,
                    setbacks=0,
                    cancel=False,
                    changed=rows.now(),
                )
            )
            if done.rowcount:
                leave(self._database, connection, leaving)
            return bool(done.rowcount)

        return await self._database.write(keep)

    async def call_off(self, task: StoredTask) -> bool:
        """Ask whoever works on a task to stop; tell whether somebody does."""
        change = update(TASKS).where(TASKS.c.id == task.id, TASKS.c.state == State.WORKING)
        change = change.values(cancel=True, changed=rows.now())
        return bool(await self._database.write(lambda each: each.execute(change).rowcount))


# What is said again and again is made once: making a statement takes as long as running it.
_NEW_TASK = insert(TASKS)
_KNOWN = select(TASKS.c.id).where(
    TASKS.c.caller == bindparam("caller"),
    TASKS.c.idempotency_key == bindparam("idempotency_key"),
)
_COUNTS = select(TASKS.c.state, func.count()).group_by(TASKS.c.state)


def _too_many(most: int | None) -> RefusedError:
    message = f"{most} tasks of this caller wait to be worked on: no more are taken until one is"
    return RefusedError([Fault(code=TOO_MANY, message=message, expected="the same again, later")])


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
