"""What was paid for already? What a task asked for and got, kept by what it asked.

A task is worked on again from its beginning when its process was killed. All of it that costs
nothing comes out the same again; a model's answer and a proof are looked up here. What is known by
what was asked needs no order of steps, and still fits where a newer version asks the same.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import Counter, defaultdict, deque
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from agent.to_its_end import to_its_end

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pydantic import JsonValue

    from agent.service.answers import Answers
    from agent.service.records import StoredTask

KEEPS_TRYING = 10
"""Seconds that an answer waits for a database that does not answer, before it is given up."""
PAUSE = 0.5


class Journal:
    """The journal of one task, while one worker works on it."""

    def __init__(self, answers: Answers, task: StoredTask) -> None:
        """Take where answers are kept, and the task as it was taken."""
        self._answers = answers
        self._task = task
        self._known: defaultdict[str, deque[str]] = defaultdict(deque)
        for digest, value in task.kept:
            self._known[digest].append(value)
        self._had: Counter[str] = Counter()

    async def kept(
        self, what: str, asked: JsonValue, get: Callable[[], Awaitable[JsonValue]]
    ) -> JsonValue:
        """Return what was got for this question before, or get it now and keep it.

        The same question, asked again by the same work, is another one: it has its own answer.
        What was got is kept also where the caller is cancelled meanwhile.

        Args:
            what: The kind of the question.
            asked: All that the answer depends on, as JSON data.
            get: What gets the answer; what it raises is not kept.

        Raises:
            SQLAlchemyError: the database did not take the answer for a while.

        """
        text = json.dumps([what, asked], sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()
        known = self._known[digest]
        if known:  # from here to the return nobody else asks
            self._had[digest] += 1
            return json.loads(known.popleft())  # type: ignore[no-any-return]
        value = await get()
        number = self._had[digest]
        self._had[digest] += 1
        await to_its_end(self._keep(digest, number, json.dumps(value)))
        return value

    async def _keep(self, digest: str, number: int, value: str) -> None:
        """Keep an answer. It was paid for: a database that was just restarted is waited for."""
        loop = asyncio.get_running_loop()
        until = loop.time() + KEEPS_TRYING
        new = {"task": self._task.id, "digest": digest, "number": number, "value": value}
        while True:
            try:
                await self._answers.keep(self._task, new)
            except IntegrityError:
                return  # another worker took the task over and has it, or it was forgotten
            except SQLAlchemyError:
                if loop.time() > until:
                    raise
                await asyncio.sleep(PAUSE)
            else:
                return
