"""What was paid for already? What a task asked for and got, kept by what it asked.

A task is worked on again from its beginning when its process was killed. All of it that costs
nothing comes out the same again; what a model answered, and a proof that failed, are looked up
here. What is known by what was asked needs no order of steps, and still fits where a newer version
asks the same.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import Counter, defaultdict, deque
from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pydantic import JsonValue

    from agent.service.answers import Answers
    from agent.service.records import StoredTask


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
        self._keeping: list[asyncio.Task[None]] = []

    async def kept(
        self,
        what: str,
        asked: JsonValue,
        get: Callable[[], Awaitable[JsonValue]],
        matters: Callable[[JsonValue], bool] = lambda _value: True,
    ) -> JsonValue:
        """Return what was got for this question before, or get it now and keep it.

        The same question, asked again by the same work, is another one: it has its own answer.
        What was got is kept while the caller goes on, and also where it is cancelled meanwhile;
        the next question is not asked before.

        Args:
            what: The kind of the question.
            asked: All that the answer depends on, as JSON data.
            get: What gets the answer; what it raises is not kept.
            matters: Tells of an answer whether it is to be kept.

        Raises:
            SQLAlchemyError: the database did not take an earlier answer for a while.

        """
        text = json.dumps([what, asked], sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()
        known = self._known[digest]
        if known:  # from here to the return nobody else asks
            self._had[digest] += 1
            return json.loads(known.popleft())  # type: ignore[no-any-return]
        await self.settled()
        value = await get()
        number = self._had[digest]
        self._had[digest] += 1
        if matters(value):
            keeping = self._keep(digest, number, json.dumps(value))
            self._keeping.append(asyncio.create_task(keeping))
        return value

    async def settled(self) -> None:
        """Wait until all is kept that was got so far.

        Raises:
            SQLAlchemyError: the database did not take it for a while.

        """
        keeping = tuple(self._keeping)
        if not keeping:
            return
        await asyncio.wait(keeping)
        failures = [each.exception() for each in keeping]
        failure = next(filter(None, failures), None)
        if failure is not None:
            raise failure

    async def _keep(self, digest: str, number: int, value: str) -> None:
        new = {"task": self._task.id, "digest": digest, "number": number, "value": value}
        # else another worker took the task over and has it, or it was forgotten
        with suppress(IntegrityError):
            await self._answers.keep(self._task, new)
