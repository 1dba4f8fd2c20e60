"""How are ends of tasks kept? Each with everything that leaves because of it, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from agent.service.messages import leave
from agent.service.records import State
from agent.service.tables import JOURNAL, RESULTS, TASKS
from agent.service.telling import NEW_EVENTS
from agent.service.together import Together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row, Select, Update

    from agent.service.database import Database
    from agent.service.records import StoredTask


@dataclass(frozen=True, slots=True)
class End:
    """What came of a task, as rows.

    ``task`` is the task as it was taken, by ``worker`` (None: nobody, it was waiting). ``changed``
    are the columns of the task that change, ``result``, ``events`` and ``leaving`` what is new.
    """

    task: StoredTask
    worker: str | None
    state: State
    changed: dict[str, Any]
    result: dict[str, Any]
    events: list[dict[str, Any]]
    leaving: list[dict[str, Any]]

    def counts(self, found: Row[Any]) -> bool:
        """Tell whether a task, as it is found, still is as it was taken.

        One that somebody called off asks nothing any more.
        """
        task = self.task
        had = (self.worker, task.attempt, task.turn, task.state)
        is_as_taken = had == (found.worker, found.attempt, found.turn, found.state)
        return is_as_taken and (self.state.is_end or not found.cancel)


class Endings:
    """The ends of all tasks of this process."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._together = Together(database, partial(_keep, database))

    async def keep(self, end: End, seconds: float) -> bool:
        """Keep an end; tell whether it counts, and nothing of it is kept where it does not.

        ``seconds`` is how long a database that does not answer is waited for.

        Raises:
            SQLAlchemyError: the database does not answer, or refuses.

        """
        return await self._together.keep(end, seconds)


_FOUND: Select[Any] = (
    select(TASKS.c.id, TASKS.c.worker, TASKS.c.attempt, TASKS.c.turn, TASKS.c.state, TASKS.c.cancel)
    .where(TASKS.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(TASKS.c.id)  # all lock tasks in one order
    .with_for_update(key_share=True)  # who writes what belongs to a task does not wait
)
_NEW_RESULT = insert(RESULTS)
_FORGET_RESULT = delete(RESULTS).where(RESULTS.c.task.in_(bindparam("ids", expanding=True)))
_FORGET_JOURNAL = delete(JOURNAL).where(JOURNAL.c.task.in_(bindparam("ids", expanding=True)))


@cache
def _change(*, is_sqlite: bool) -> Update:
    # by one clock for all workers: when it is forgotten depends on it
    changed = bindparam("at") if is_sqlite else func.now()
    change = update(TASKS).where(TASKS.c.id == bindparam("ended"))
    return change.values(worker=None, setbacks=0, changed=changed)


def _keep(database: Database, ends: Sequence[End], connection: Connection) -> Sequence[bool]:
    found = connection.execute(_FOUND, {"ids": [each.task.id for each in ends]})
    tasks = {row.id: row for row in found}
    counting: dict[str, End] = {}
    for end in ends:  # of two that say the same of a task, the second finds it changed
        task = tasks.get(end.task.id)
        if task is not None and end.task.id not in counting and end.counts(task):
            counting[end.task.id] = end
    if counting:
        _write(database, connection, counting)
    return [counting.get(each.task.id) is each for each in ends]


def _write(database: Database, connection: Connection, ends: dict[str, End]) -> None:
    changes = [{"ended": task, **each.changed} for task, each in ends.items()]
    connection.execute(_change(is_sqlite=database.is_sqlite), changes)
    asked = [each.task for each in ends.values() if _was_asked(each.task)]
    if asked:
        connection.execute(_FORGET_RESULT, {"ids": [each.id for each in asked]})
    connection.execute(_NEW_RESULT, [each.result for each in ends.values()])
    over = [task for task, each in ends.items() if each.state.is_end]
    if over:
        connection.execute(_FORGET_JOURNAL, {"ids": over})
    connection.execute(NEW_EVENTS, [row for each in ends.values() for row in each.events])
    leave(database, connection, [row for each in ends.values() for row in each.leaving])


def _was_asked(task: StoredTask) -> bool:
    """Tell whether there is an answer of a task already, which is a question."""
    return bool(task.turn) or task.state is State.INPUT_REQUIRED
