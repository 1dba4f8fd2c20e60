"""Where are tasks kept, from the request to the answer? Each change of a task is one transaction.

Who works on which is for the ``queue`` to say. What a worker says of a task counts only as long as
it has it: another may have taken it over, because this one was thought to be gone.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from agent.documents import Fault
from agent.errors import RefusedError
from agent.service import rows
from agent.service.messages import leave
from agent.service.records import State, StoredTask
from agent.service.tables import EVENTS, JOURNAL, OUTBOX, RESULTS, TASKS
from agent.service.telling import event_rows, progress

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from typing import Any

    from agent.service.database import Database
    from agent.service.records import Ending, Origin, Outgoing, Place, StoredAnswer

REUSED = "idempotency-key"
"""Code of the fault that a key was used for another request."""


class Tasks:
    """All tasks."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    async def submit(
        self,
        caller: str,
        document: str,
        origin: Origin,
        *,
        key: str | None = None,
        about: Mapping[str, str] | None = None,
    ) -> tuple[StoredTask, bool]:
        """Keep a new task; whoever sends the same under the same key gets the one there is.

        Args:
            caller: Who sends it.
            document: The request, as JSON text.
            origin: Where it came from.
            key: The caller's own key for it (None: each is a new one).
            about: What is known of it for lists.

        Returns:
            The task, and whether it is new.

        Raises:
            RefusedError: the key was used for another request.

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
        )
        digest = hashlib.sha256(document.encode()).hexdigest()
        try:
            async with self._database.write() as connection:
                await connection.execute(insert(TASKS).values(_values(new, key, digest)))
        except IntegrityError:
            if key is None:
                raise
            return await self._known(caller, key, digest), False
        return new, True

    async def _known(self, caller: str, key: str, digest: str) -> StoredTask:
        query = select(TASKS).where(TASKS.c.caller == caller, TASKS.c.idempotency_key == key)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one()
        if row.digest != digest:
            message = f"the idempotency key was used for another request: task {row.id}"
            raise RefusedError([Fault(code=REUSED, message=message, expected="a new key")])
        return rows.task(row)

    async def get(self, task_id: str, caller: str | None = None) -> StoredTask | None:
        """Return a task; None where there is none, or ``caller`` (None: anybody) has none such."""
        if not _is_id(task_id):
            return None
        query = select(TASKS).where(TASKS.c.id == task_id)
        if caller is not None:
            query = query.where(TASKS.c.caller == caller)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else rows.task(row)

    async def page(
        self,
        caller: str | None = None,
        states: Sequence[State] = (),
        before: Place | None = None,
        limit: int = 50,
    ) -> list[StoredTask]:
        """Return tasks, the latest first, that come after ``before`` in this order."""
        query = select(TASKS).order_by(TASKS.c.created.desc(), TASKS.c.id.desc()).limit(limit)
        if caller is not None:
            query = query.where(TASKS.c.caller == caller)
        if states:
            query = query.where(TASKS.c.state.in_(states))
        if before is not None:
            last = (before.created, before.id)
            query = query.where(tuple_(TASKS.c.created, TASKS.c.id) < last)
        async with self._database.read() as connection:
            return [rows.task(row) for row in await connection.execute(query)]

    async def counts(self) -> dict[State, int]:
        """Return how many tasks are in each state."""
        query = select(TASKS.c.state, func.count()).group_by(TASKS.c.state)
        async with self._database.read() as connection:
            return {State(state): count for state, count in await connection.execute(query)}

    async def end(
        self,
        task: StoredTask,
        worker: str | None,
        ending: Ending,
        messages: Sequence[Outgoing],
        events: Sequence[tuple[str, dict[str, Any]]] = (),
    ) -> bool:
        """Keep what came of a task, and what is to leave because of it, together.

        Args:
            task: The task, as it was taken.
            worker: Who had it (None: nobody, it was waiting).
            ending: What came of it.
            messages: What is to leave.
            events: What happened to it last, and is not kept yet.

        Returns:
            Whether it counts: not where another worker, or another turn, has the task; and a task
            that somebody called off asks nothing any more.

        """
        has_it = [
            TASKS.c.id == task.id,
            TASKS.c.worker == worker if worker else TASKS.c.worker.is_(None),
            TASKS.c.attempt == task.attempt,
            TASKS.c.turn == task.turn,
            TASKS.c.state == task.state,
        ]
        state = ending.state
        if not state.is_end:
            has_it.append(TASKS.c.cancel.is_(False))
        new: dict[str, Any] = {"state": state, "worker": None, "setbacks": 0, "changed": rows.now()}
        new["about"] = {**task.about, **ending.about}
        result, leaving = await asyncio.to_thread(_packed, task, ending, messages)
        ended: dict[str, Any] = {"state": state.value, "turn": task.turn}
        async with self._database.write() as connection:
            done = await connection.execute(update(TASKS).where(*has_it).values(**new))
            if not done.rowcount:
                return False
            if task.turn or task.state is State.INPUT_REQUIRED:  # its answer was a question
                await connection.execute(delete(RESULTS).where(RESULTS.c.task == task.id))
            await connection.execute(insert(RESULTS).values(**result))
            if state.is_end:
                await connection.execute(delete(JOURNAL).where(JOURNAL.c.task == task.id))
            said = event_rows(task.id, [*events, ("task-ended", ended)])
            await connection.execute(insert(EVENTS), said)
            await leave(self._database, connection, progress(task, events) + leaving)
        return True

    async def answer_of(self, task_id: str) -> StoredAnswer | None:
        """Return what came of a task so far; None where nothing did yet."""
        query = select(RESULTS).where(RESULTS.c.task == task_id)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else rows.answer(row)

    async def go_on(
        self,
        task: StoredTask,
        answers: Sequence[tuple[str, str]],
        messages: Sequence[Outgoing] = (),
    ) -> bool:
        """Let a task go on that asked, with answers to questions; tell whether it still asked.

        ``messages`` are to leave because of it.
        """
        async with self._database.write() as connection:
            done = await connection.execute(
                update(TASKS)
                .where(
                    TASKS.c.id == task.id,
                    TASKS.c.turn == task.turn,
                    TASKS.c.state == State.INPUT_REQUIRED,
                )
                .values(
                    state=State.SUBMITTED,
                    answers=[*task.answers, *answers],
                    turn=task.turn + 1,
                    attempt=0,
                    setbacks=0,
                    cancel=False,
                    changed=rows.now(),
                )
            )
            if done.rowcount:
                leaving = [rows.outgoing(task, each) for each in messages]
                await leave(self._database, connection, leaving)
        return bool(done.rowcount)

    async def call_off(self, task: StoredTask) -> bool:
        """Ask whoever works on a task to stop; tell whether somebody does."""
        async with self._database.write() as connection:
            done = await connection.execute(
                update(TASKS)
                .where(TASKS.c.id == task.id, TASKS.c.state == State.WORKING)
                .values(cancel=True, changed=rows.now())
            )
        return bool(done.rowcount)

    async def prune(
        self, before: datetime, *, keep_unsent: bool = True, most: int | None = None
    ) -> int:
        """Forget tasks that ended before a time, with all that belongs to them.

        Args:
            before: The time.
            keep_unsent: A task stays as long as a message of it has not left: no broker took it,
                and nobody took note of it.
            most: So many at most, the oldest first (None: all).

        Returns:
            How many were forgotten.

        """
        ends = [state for state in State if state.is_end]
        old = select(TASKS.c.id).where(TASKS.c.changed < before, TASKS.c.state.in_(ends))
        if keep_unsent:
            unsent = select(OUTBOX.c.task).where(
                OUTBOX.c.task == TASKS.c.id,
                OUTBOX.c.published.is_(None),
                OUTBOX.c.acknowledged.is_(None),
            )
            old = old.where(~unsent.exists())
        old = old.order_by(TASKS.c.changed).limit(most)
        async with self._database.write() as connection:
            done = await connection.execute(delete(TASKS).where(TASKS.c.id.in_(old)))
        return int(done.rowcount)


def _packed(
    task: StoredTask, ending: Ending, messages: Sequence[Outgoing]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return rows that hold whole projects; packing them takes a while."""
    packed = rows.packed(ending.answer)
    leaving = [
        # the message that tells of the answer holds all of it
        rows.outgoing(task, each, packed if each.data is ending.answer else None)
        for each in messages
    ]
    return {"task": task.id, "answer": packed, "files": rows.packed(ending.files)}, leaving


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _values(task: StoredTask, key: str | None, digest: str) -> dict[str, Any]:
    return {
        "id": task.id,
        "caller": task.caller,
        "idempotency_key": key,
        "digest": digest,
        "state": task.state,
        "document": task.document,
        "origin": rows.origin_data(task.origin),
        "answers": list(task.answers),
        "turn": task.turn,
        "attempt": task.attempt,
        "setbacks": task.setbacks,
        "cancel": task.cancel,
        "about": task.about,
        "created": task.created,
        "changed": task.changed,
    }
