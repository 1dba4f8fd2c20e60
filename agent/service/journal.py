"""What was paid for already? What a task asked for and got, kept by what it asked.

A task is worked on again from its beginning when its process was killed. All of it that costs
nothing comes out the same again; a model's answer and a proof are looked up here. What is known by
what was asked needs no order of steps, and still fits where a newer version asks the same.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from agent.service.tables import JOURNAL

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pydantic import JsonValue

    from agent.service.database import Database


class Journal:
    """The journal of one task, while one worker works on it."""

    def __init__(self, database: Database, task: str) -> None:
        """Take the database, and the task's id."""
        self._database = database
        self._task = task
        self._asked: Counter[str] = Counter()

    async def kept(
        self, what: str, asked: JsonValue, get: Callable[[], Awaitable[JsonValue]]
    ) -> JsonValue:
        """Return what was got for this question before, or get it now and keep it.

        The same question, asked again by the same work, is another one: it has its own answer.

        Args:
            what: The kind of the question.
            asked: All that the answer depends on, as JSON data.
            get: What gets the answer; what it raises is not kept.

        """
        text = json.dumps([what, asked], sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()
        number = self._asked[digest]
        self._asked[digest] += 1
        key = {"task": self._task, "digest": digest, "number": number}
        query = select(JOURNAL.c.value).filter_by(**key)
        async with self._database.read() as connection:
            known = (await connection.execute(query)).scalar()
        if known is not None:
            return json.loads(known)  # type: ignore[no-any-return]
        try:
            value = await get()
        except BaseException:
            self._asked[digest] -= 1  # what got no answer is not known by it later
            raise
        try:
            async with self._database.write() as connection:
                await connection.execute(insert(JOURNAL).values(**key, value=json.dumps(value)))
        except IntegrityError:  # another worker took the task over, or it was forgotten: who cares
            pass
        return value
