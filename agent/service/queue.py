"""Who works on which task? One worker at a time takes it, has it, and gives it back or ends it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from heapq import heapify, heapreplace
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Integer,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
    true,
    union_all,
    update,
)

from agent.service import rows
from agent.service.records import State
from agent.service.tables import JOURNAL, SHORT, TASKS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import BindParameter, ColumnElement, CompoundSelect, Connection, Update
    from sqlalchemy.sql.dml import ReturningUpdate

    from agent.service.database import Database
    from agent.service.records import StoredTask

MOST_SETBACKS = 5
"""A task that took so many workers with it, and did not come on meanwhile, is set aside."""
ALONE = 2
"""After so many it is suspected, and worked on alone."""


class Queue:
    """The tasks that wait, and those that are worked on."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    async def are_waiting(self, *, is_idle: bool = True) -> bool:
        """Tell whether there is something to claim, without keeping anybody from writing."""
        waiting = await self._database.read(lambda each: each.execute(_WAITING).all())
        return bool(waiting) and (is_idle or not any(is_suspect for _, is_suspect in waiting))

    async def claim(self, worker: str, most: int, *, is_idle: bool = True) -> list[StoredTask]:
        """Take up to so many tasks to work on, fairly between callers, the oldest first.

        A task that may be why workers were gone is taken alone, so that no other is suspected for
        what it does; a worker that is not idle takes nothing as long as such a task waits.
        """

        def take(connection: Connection) -> list[StoredTask]:
            waiting = connection.execute(_WAITING).all()
            are_suspect = any(is_suspect for _, is_suspect in waiting)
            by = {"by": worker, "at": rows.now()}
            if not are_suspect:
                taken = _take(connection, {caller for caller, _ in waiting}, most, by)
            elif is_idle:
                taken = list(map(rows.task, connection.execute(_TAKE_SUSPECT, by)))
            else:
                taken = []
            return with_kept(connection, taken)

        return await self._database.write(take)

    async def called_off(self, worker: str) -> list[str]:
        """Return the tasks of a worker that somebody wants canceled."""
        query = select(TASKS.c.id).where(
            TASKS.c.worker == worker, TASKS.c.state == State.WORKING, TASKS.c.cancel.is_(True)
        )
        return await self._database.read(lambda each: list(each.execute(query).scalars()))

    async def release(
        self, worker: str, only: str | None = None, *, is_guilty: bool
    ) -> list[StoredTask]:
        """Give back all that a worker had, or one task of it, for others to take.

        Args:
            worker: Which has it.
            only: The id of that task (None: all).
            is_guilty: The work may be why it ended like this; it is a setback.

        Returns:
            The tasks that took too many workers with them: they are still its own, to be ended.

        """
        mine = [TASKS.c.worker == worker, TASKS.c.state == State.WORKING]
        if only is not None:
            mine.append(TASKS.c.id == only)
        given_back = _given_back(mine)
        if is_guilty:
            setbacks = TASKS.c.setbacks + 1
            given_back = given_back.values(setbacks=setbacks).where(setbacks < MOST_SETBACKS)
        else:
            given_back = given_back.values(attempt=TASKS.c.attempt - 1)

        def give(connection: Connection) -> list[StoredTask]:
            connection.execute(given_back)
            return [rows.task(row) for row in connection.execute(select(*SHORT).where(*mine))]

        return await self._database.write(give)

    async def give_up(self, worker: str, had: Sequence[StoredTask]) -> None:
        """Give back what a worker had that lives, and stops, or could not reach the database.

        Others may have thought meanwhile that it was gone. That was no setback of its tasks, and is
        taken back.

        Args:
            worker: Which it was.
            had: What it worked on until then.

        """
        mine = [TASKS.c.worker == worker, TASKS.c.state == State.WORKING]
        given_back = _given_back(mine).values(attempt=TASKS.c.attempt - 1)

        def give(connection: Connection) -> None:
            still_had = set(connection.execute(given_back.returning(TASKS.c.id)).scalars())
            taken_over = [
                and_(TASKS.c.id == each.id, TASKS.c.turn == each.turn)
                for each in had
                if each.id not in still_had
            ]
            if taken_over:
                connection.execute(
                    update(TASKS)
                    .where(or_(*taken_over), TASKS.c.setbacks > 0)
                    .values(setbacks=TASKS.c.setbacks - 1)
                )

        await self._database.write(give)


def held(task: StoredTask) -> ColumnElement[bool]:
    """Tell of a row whether who took this task still has it."""
    return and_(
        TASKS.c.id == task.id,
        TASKS.c.worker == task.worker,
        TASKS.c.attempt == task.attempt,
        TASKS.c.turn == task.turn,
        TASKS.c.state == State.WORKING,
    )


def still_held(connection: Connection, tasks: Sequence[StoredTask]) -> set[str]:
    """Return the ids of the tasks that who took them still has, and has until this is kept."""
    found = connection.execute(_WORKED_ON, {"ids": [each.id for each in tasks]})
    has_them = {(row.id, row.worker, row.attempt, row.turn) for row in found}
    return {
        each.id for each in tasks if (each.id, each.worker, each.attempt, each.turn) in has_them
    }


def _given_back(which: Sequence[ColumnElement[bool]]) -> Update:
    """Return what lets others take tasks; they are locked in one order, as everywhere."""
    ids = select(TASKS.c.id).where(*which).order_by(TASKS.c.id).with_for_update().cte("mine")
    given_back = update(TASKS).where(TASKS.c.id.in_(select(ids.c.id)), *which)
    return given_back.values(state=State.SUBMITTED, worker=None, changed=rows.now())


OTHERS = (TASKS.c.state == State.SUBMITTED, TASKS.c.setbacks < ALONE)
SUSPECTS = (TASKS.c.state == State.SUBMITTED, TASKS.c.setbacks >= ALONE)


def _taking(*which: ColumnElement[bool], most: BindParameter[int] | int) -> ReturningUpdate[Any]:
    """Return what takes the oldest of these tasks for the worker ``by``."""
    oldest = select(TASKS.c.id).where(*which).order_by(TASKS.c.created, TASKS.c.id).limit(most)
    ids = oldest.with_for_update(skip_locked=True).cte("oldest")
    taken = {
        "state": State.WORKING,
        "attempt": TASKS.c.attempt + 1,
        "worker": bindparam("by"),
        "changed": bindparam("at"),
    }
    take = update(TASKS).where(TASKS.c.id.in_(select(ids.c.id)))
    return take.values(taken).returning(TASKS)


_TAKE = _taking(*OTHERS, TASKS.c.caller == bindparam("of"), most=bindparam("most", type_=Integer))
_TAKE_SUSPECT = _taking(*SUSPECTS, most=1)


def _waiting() -> CompoundSelect[str, bool]:
    """Return the query for each caller with tasks that wait, and whether one is a suspect.

    It looks for the next caller behind the last one: a queue may be long.
    """
    first = select(func.min(TASKS.c.caller).label("caller")).where(*OTHERS)
    callers = first.cte("callers", recursive=True)
    behind = first.where(TASKS.c.caller > callers.c.caller).scalar_subquery()
    callers = callers.union_all(select(behind).where(callers.c.caller.is_not(None)))
    others = select(callers.c.caller, false()).where(callers.c.caller.is_not(None))
    return union_all(select(TASKS.c.caller, true()).where(*SUSPECTS), others)


_WAITING = _waiting()
_WORKED_ON = (
    select(TASKS.c.id, TASKS.c.worker, TASKS.c.attempt, TASKS.c.turn)
    .where(
        TASKS.c.id.in_(bindparam("ids", expanding=True)),
        TASKS.c.state == State.WORKING,
    )
    .order_by(TASKS.c.id)
    .with_for_update(read=True)
)
_KEPT = (
    select(JOURNAL.c.task, JOURNAL.c.digest, JOURNAL.c.value)
    .where(JOURNAL.c.task.in_(bindparam("ids", expanding=True)))
    .order_by(JOURNAL.c.number)
)
_WORKING = (
    select(TASKS.c.caller, func.count())
    .where(TASKS.c.state == State.WORKING)
    .group_by(TASKS.c.caller)
)


def _take(
    connection: Connection, callers: set[str], most: int, by: Mapping[str, object]
) -> list[StoredTask]:
    """Take up to so many tasks of these callers, which are none's suspects."""
    working: Counter[str] = Counter()
    if len(callers) > 1:
        working.update(dict(map(tuple, connection.execute(_WORKING))))
    taken: list[StoredTask] = []
    while callers and len(taken) < most:
        for caller, share in _shares(callers, working, most - len(taken)).items():
            some = {**by, "of": caller, "most": share}
            got = list(map(rows.task, connection.execute(_TAKE, some)))
            taken += got
            working[caller] += len(got)
            if len(got) < share:
                callers.discard(caller)
    return taken


def with_kept(connection: Connection, tasks: Sequence[StoredTask]) -> list[StoredTask]:
    """Return tasks with what their journals keep."""
    if not tasks:
        return []
    kept = defaultdict(list)
    for task, digest, value in connection.execute(_KEPT, {"ids": [each.id for each in tasks]}):
        kept[task].append((digest, value))
    return [replace(task, kept=tuple(kept[task.id])) for task in tasks]


def _shares(callers: set[str], working: Mapping[str, int], most: int) -> dict[str, int]:
    """Return how many each caller gets of so many: the next one who has the fewest at work."""
    shares: Counter[str] = Counter()
    heap = [(working[caller], caller) for caller in callers]
    heapify(heap)
    for _ in range(most):
        count, caller = heap[0]
        shares[caller] += 1
        heapreplace(heap, (count + 1, caller))
    return shares
