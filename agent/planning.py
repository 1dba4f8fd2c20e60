"""How does one task plan? From data alone, or with a model where there is one and there are words.

It keeps what the task used of models, and tells of it in events.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from agent.documents import Fault, Purpose, Usage
from agent.errors import BudgetError
from agent.events import EntityPlanned, ModelAnswered, ModelAsked
from agent.planner.plan import plan

if TYPE_CHECKING:
    from agent.documents import InputDocument
    from agent.errors import ModelError
    from agent.events import OnEvent
    from agent.knowledge import Library
    from agent.llm.consultation import Consult, Consultation
    from agent.llm.model import OnText
    from agent.planner.resolve import Plan
    from agent.types import BackendSpec

_HEADER = re.compile(r"(?m)^(?=(?:entity|schema|operation|enum|api)\s)")
_ENTITY = re.compile(r'entity\s+"?([^\s"]{1,120})')
STEP = 50
"""Tokens of an answer between two events that tell of it."""


class Planning:
    """The planning of one task."""

    def __init__(self, library: Library, consult: Consult | None, on_event: OnEvent) -> None:
        """Take what is needed; nothing is asked yet.

        Args:
            library: The patterns that projects are made from.
            consult: What begins a task's consultation of models (None: there are none).
            on_event: Told when a model is asked, how far it is, and what it took.

        """
        self._library = library
        self._consult = consult
        self._on_event = on_event
        self._consultation: Consultation | None = None

    async def plan(self, document: InputDocument, standing: BackendSpec | None = None) -> Plan:
        """Turn a request into a resolved spec.

        Args:
            document: The request.
            standing: The given spec of a plan that it changes (None: it plans anew).

        Raises:
            RefusedError: the request cannot be worked on.
            QuestionError: it leaves a question that we may not answer.
            ModelError: it has words, and no model made a plan of them.
            BudgetError: the task has used what it was given for models.

        """
        if self._consult is not None:
            # only who has a model pays for what asks it
            from agent.planner.by_model import has_words  # noqa: PLC0415 - see above

            if has_words(document):
                return await self._by_model(document, self._consult, standing)
        if standing is not None:
            from agent.planner.changes.change import change  # noqa: PLC0415 - few need it

            return change(document, standing)
        return plan(document)

    async def _by_model(
        self, document: InputDocument, consult: Consult, standing: BackendSpec | None
    ) -> Plan:
        from agent.planner.by_model import plan_by_model  # noqa: PLC0415 - see plan
        from agent.planner.changes.by_model import change_by_model  # noqa: PLC0415 - see plan

        # in a thread: it loads the SDK, and meanwhile the task can be called off
        self._consultation = consultation = await asyncio.to_thread(consult)
        try:
            if standing is not None:
                return await change_by_model(
                    document, standing, consultation, self._library, self._hearing()
                )
            return await plan_by_model(document, consultation, self._library, self._hearing())
        finally:
            if calls := consultation.account.calls:
                event = ModelAnswered(
                    Purpose.PLAN,
                    calls=len(calls),
                    input_tokens=sum(call.input_tokens for call in calls),
                    output_tokens=sum(call.output_tokens for call in calls),
                    seconds=consultation.account.seconds,
                )
                self._on_event(event)

    def _hearing(self) -> OnText:
        """Return a listener that tells of an answer every few words; the first telling is now."""
        from agent.llm.account import estimate  # noqa: PLC0415 - see plan

        told = 0
        known: list[EntityPlanned] = []
        self._on_event(ModelAsked(Purpose.PLAN))

        def hear(text: str) -> None:
            nonlocal told, known
            found = forming(text)
            for each in found:
                if each not in known:
                    self._on_event(each)
            known = found
            tokens = estimate(text)
            if tokens < told or tokens >= told + STEP:  # fewer: it is asked again
                told = tokens
                self._on_event(ModelAsked(Purpose.PLAN, tokens))

        return hear

    @property
    def asked(self) -> bool:
        """Tell whether a model was asked."""
        return self._consultation is not None and bool(self._consultation.account.calls)

    def usage(self, seconds: float) -> Usage:
        """Return what a task of so many seconds has used so far."""
        if self._consultation is None:
            return Usage(seconds=round(seconds, 3))
        return self._consultation.account.usage(seconds)

    async def aclose(self) -> None:
        """Close the connections of the models."""
        if self._consultation is not None:
            await self._consultation.aclose()


def forming(text: str) -> list[EntityPlanned]:
    """Return the entities that an answer which is still coming has said to their ends."""
    *blocks, _ = _HEADER.split(text)
    found = []
    for block in blocks:
        head, *lines = [line.strip() for line in block.strip().split("\n")]
        if entity := _ENTITY.match(head):
            said = tuple(line for line in lines if line and not line.startswith("#"))
            found.append(EntityPlanned(entity[1], said))
    return found


def why(error: ModelError | BudgetError) -> tuple[Fault, ...]:
    """Return the errors of an answer to a task that a model could not be used for."""
    code = "budget" if isinstance(error, BudgetError) else "model"
    told = [str(error), *getattr(error, "__notes__", ())]
    return tuple(Fault(code=code, message=message) for message in told)
