"""Where are tasks kept, and who works on which? Every change of a task is one transaction here.

A task is taken by one worker at a time. What a worker says of a task counts only as long as it has
it: another may have taken it over, because this one was thought to be gone.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from agent.documents import Fault
from agent.errors import RefusedError
from agent.service import rows
from agent.service.records import Outgoing, State, StoredTask
from agent.service.tables import EVENTS, JOURNAL, OUTBOX, RESULTS, TASKS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from typing import Any

    from sqlalchemy.ext.asyncio import AsyncConnection

    from agent.service.database import Database
    from agent.service.records import Origin, StoredAnswer

MOST_ATTEMPTS = 5
"""A task that took so many workers with it is set aside."""
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
        before: StoredTask | None = None,
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

    async def claim(self, worker: str, most: int) -> list[StoredTask]:
        """Take up to so many tasks to work on, fairly between callers, the oldest first."""
        async with self._database.read() as connection:  # nearly always there is nothing
            waiting = await connection.execute(_WAITING.limit(1))
            if waiting.first() is None:
                return []
        taken: list[StoredTask] = []
        async with self._database.write() as connection:
            working = Counter(dict(map(tuple, await connection.execute(_WORKING))))
            callers = set((await connection.execute(_WAITING)).scalars())
            while callers and len(taken) < most:
                caller = min(callers, key=lambda each: (working[each], each))
                row = await self._take(connection, caller, worker)
                if row is None:
                    callers.discard(caller)
                else:
                    working[caller] += 1
                    taken.append(row)
        return taken

    async def _take(
        self, connection: AsyncConnection, caller: str, worker: str
    ) -> StoredTask | None:
        oldest = (
            select(TASKS)
            .where(TASKS.c.state == State.SUBMITTED, TASKS.c.caller == caller)
            .order_by(TASKS.c.created, TASKS.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = (await connection.execute(oldest)).one_or_none()
        if row is None:
            return None
        found = rows.task(row)
        taken = replace(found, state=State.WORKING, attempt=found.attempt + 1, changed=rows.now())
        await connection.execute(
            update(TASKS)
            .where(TASKS.c.id == taken.id)
            .values(state=taken.state, attempt=taken.attempt, worker=worker, changed=taken.changed)
        )
        return taken

    async def called_off(self, worker: str) -> list[str]:
        """Return the tasks of a worker that somebody wants canceled."""
        query = select(TASKS.c.id).where(
            TASKS.c.worker == worker, TASKS.c.state == State.WORKING, TASKS.c.cancel.is_(True)
        )
        async with self._database.read() as connection:
            return list((await connection.execute(query)).scalars())

    async def release(
        self, worker: str, only: str | None = None, *, is_guilty: bool
    ) -> list[StoredTask]:
        """Give back all that a worker had, or one task of it, for others to take.

        Args:
            worker: Which has it.
            only: The id of that task (None: all).
            is_guilty: The work may be why it ended like this; the attempt counts.

        Returns:
            The tasks that took too many workers with them: they are still its own, to be ended.

        """
        mine = [TASKS.c.worker == worker, TASKS.c.state == State.WORKING]
        if only is not None:
            mine.append(TASKS.c.id == only)
        attempt = TASKS.c.attempt if is_guilty else TASKS.c.attempt - 1
        async with self._database.write() as connection:
            await connection.execute(
                update(TASKS)
                .where(*mine, attempt < MOST_ATTEMPTS)
                .values(state=State.SUBMITTED, worker=None, attempt=attempt, changed=rows.now())
            )
            left = await connection.execute(select(TASKS).where(*mine))
            return [rows.task(row) for row in left]

    async def end(
        self,
        task: StoredTask,
        worker: str | None,
        state: State,
        answer: StoredAnswer,
        messages: Sequence[Outgoing],
        about: Mapping[str, str] | None = None,
    ) -> bool:
        """Keep what came of a task, and what is to leave because of it, together.

        Args:
            task: The task, as it was taken.
            worker: Who had it (None: nobody, it was waiting).
            state: The end, or ``input-required``.
            answer: The answer, and the project.
            messages: What is to leave.
            about: What is known of it for lists.

        Returns:
            Whether it counts: not where another worker, or another turn, has the task.

        """
        told = {**task.about, **(about or {})}
        has_it = (
            TASKS.c.id == task.id,
            TASKS.c.worker == worker if worker else TASKS.c.worker.is_(None),
            TASKS.c.attempt == task.attempt,
            TASKS.c.turn == task.turn,
            TASKS.c.state == task.state,
        )
        async with self._database.write() as connection:
            done = await connection.execute(
                update(TASKS)
                .where(*has_it)
                .values(state=state, worker=None, about=told, changed=rows.now())
            )
            if not done.rowcount:
                return False
            await self._keep(connection, task, answer)
            await self._send(connection, task, messages)
            if state.is_end:
                await connection.execute(delete(JOURNAL).where(JOURNAL.c.task == task.id))
            ended = {"state": state.value, "turn": task.turn}
            await connection.execute(
                insert(EVENTS).values(task=task.id, name="task-ended", data=ended, at=rows.now())
            )
        return True

    async def _keep(
        self, connection: AsyncConnection, task: StoredTask, answer: StoredAnswer
    ) -> None:
        await connection.execute(delete(RESULTS).where(RESULTS.c.task == task.id))
        files = rows.packed(answer.files)
        await connection.execute(
            insert(RESULTS).values(task=task.id, answer=answer.answer, files=files)
        )

    async def _send(
        self, connection: AsyncConnection, task: StoredTask, messages: Sequence[Outgoing]
    ) -> None:
        if not messages:
            return
        await self._database.number(connection)
        known = select(OUTBOX.c.id).where(OUTBOX.c.id.in_([each.id for each in messages]))
        there = set((await connection.execute(known)).scalars())
        new = [
            {
                "id": each.id,
                "task": task.id,
                "caller": task.caller,
                "kind": each.kind,
                "to": each.to,
                "data": each.data,
                "origin": rows.origin_data(task.origin),
                "at": rows.now(),
            }
            for each in messages
            if each.id not in there
        ]
        if new:
            await connection.execute(insert(OUTBOX), new)

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
                    cancel=False,
                    changed=rows.now(),
                )
            )
            if done.rowcount:
                await self._send(connection, task, messages)
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

    async def prune(self, before: datetime) -> int:
        """Forget all tasks that ended before a time, with all that belongs to them.

        A task one of whose messages has not left yet stays.
        """
        waiting = select(OUTBOX.c.task).where(
            OUTBOX.c.published.is_(None), OUTBOX.c.acknowledged.is_(None)
        )
        ends = [state for state in State if state.is_end]
        async with self._database.write() as connection:
            done = await connection.execute(
                delete(TASKS).where(
                    TASKS.c.changed < before,
                    TASKS.c.state.in_(ends),
                    TASKS.c.id.not_in(waiting),
                )
            )
        return int(done.rowcount)


_WAITING = select(TASKS.c.caller).where(TASKS.c.state == State.SUBMITTED).distinct()
_WORKING = (
    select(TASKS.c.caller, func.count())
    .where(TASKS.c.state == State.WORKING)
    .group_by(TASKS.c.caller)
)


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
        "cancel": task.cancel,
        "about": task.about,
        "created": task.created,
        "changed": task.changed,
    }
