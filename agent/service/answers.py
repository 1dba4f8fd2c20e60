"""How are answers kept that come at the same moment? All that wait by then, in one statement."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from agent.service.queue import held
from agent.service.tables import JOURNAL, TASKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from agent.service.database import Database
    from agent.service.records import StoredTask


class Answers:
    """The way of all answers of this process to where they are kept."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database
        self._turn = asyncio.Lock()
        self._waiting: list[_Answer] = []

    async def keep(self, task: StoredTask, row: dict[str, Any]) -> None:
        """Keep an answer, a row of the journal. With it, its task came on: its setbacks are over.

        Raises:
            IntegrityError: the journal has it already, or the task was forgotten.
            SQLAlchemyError: the database does not answer, or refuses.

        """
        answer = _Answer(task, row)
        self._waiting.append(answer)
        async with self._turn:
            if not answer.is_over:  # nobody took it along
                together, self._waiting = self._waiting, []
                await self._write(together)
        if answer.failure is not None:
            raise answer.failure

    async def _write(self, together: list[_Answer]) -> None:
        failure: BaseException | None = None
        try:
            await self._database.write(partial(_keep, together))
        except IntegrityError as error:
            if len(together) > 1:  # it is that of one of them
                for each in together:
                    await self._write([each])
                return
            failure = error
        except BaseException as error:  # noqa: BLE001 - it is told to all
            failure = error
        for each in together:
            each.is_over, each.failure = True, failure


@dataclass(slots=True)
class _Answer:
    """An answer on its way; ``failure`` is why it is not kept, when its way is over."""

    task: StoredTask
    row: dict[str, Any]
    is_over: bool = False
    failure: BaseException | None = None


_NEW = insert(JOURNAL)


def _keep(answers: Sequence[_Answer], connection: Connection) -> None:
    answers = sorted(answers, key=lambda each: each.task.id)  # all lock tasks in one order
    connection.execute(_NEW, [each.row for each in answers])
    for task in (each.task for each in answers if each.task.setbacks):
        connection.execute(update(TASKS).where(held(task)).values(setbacks=0))
