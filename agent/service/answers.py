"""How are answers kept that were paid for? As rows of the journals of their tasks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, update

from agent.service.queue import held
from agent.service.tables import JOURNAL, TASKS
from agent.service.together import KEEPS_TRYING, Together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from agent.service.database import Database
    from agent.service.records import StoredTask


class Answers:
    """The answers of all tasks of this process."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._together = Together(database, _keep)

    async def keep(self, task: StoredTask, row: dict[str, Any]) -> None:
        """Keep an answer, a row of the journal. With it, its task came on: its setbacks are over.

        It was paid for: a database that was just restarted is waited for.

        Raises:
            IntegrityError: the journal has it already, or the task was forgotten.
            SQLAlchemyError: the database does not answer for a while, or refuses.

        """
        await self._together.keep(_Answer(task, row), KEEPS_TRYING)


@dataclass(frozen=True, slots=True)
class _Answer:
    task: StoredTask
    row: dict[str, Any]


_NEW = insert(JOURNAL)


def _keep(answers: Sequence[_Answer], connection: Connection) -> Sequence[None]:
    ordered = sorted(answers, key=lambda each: each.task.id)  # all lock tasks in one order
    connection.execute(_NEW, [each.row for each in ordered])
    for task in (each.task for each in ordered if each.task.setbacks):
        connection.execute(update(TASKS).where(held(task)).values(setbacks=0))
    return [None] * len(answers)
