"""How does one task plan? From data alone, or with a model, where there are one and words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.calls import here
from agent.documents import Fault, Purpose
from agent.errors import BudgetError
from agent.events import EntityPlanned
from agent.planner.gathering import gather
from agent.planner.plan import plan

if TYPE_CHECKING:
    from agent.calls import Calls
    from agent.consulting import Consulting
    from agent.documents import InputDocument
    from agent.errors import ModelError
    from agent.events import OnEvent
    from agent.knowledge import Library
    from agent.llm.consultation import Consultation
    from agent.llm.model import OnText
    from agent.planner.resolve import Plan
    from agent.types import BackendSpec

LONG = 10_000
"""Characters of words from which on they are read apart."""
MANY = 50
"""Entities and operations of a plan, likewise."""
_HEADER = re.compile(r"(?m)^(?=(?:entity|schema|operation|enum|api)\s)")
_ENTITY = re.compile(r'entity\s+"?([^\s"]{1,120})')


class Planning:
    """The planning of one task."""

    def __init__(
        self,
        library: Library,
        consulting: Consulting,
        on_event: OnEvent,
        read: Calls = here,
        compute: Calls = here,
    ) -> None:
        """Take what is needed; nothing is asked yet.

        Args:
            library: The patterns that projects are made from.
            consulting: Whom the task asks.
            on_event: Told of entities as a model plans them.
            read: How a request is read whose reading may take long: ``apart`` or ``here``.
            compute: Where answers of models are read.

        """
        self._read = read
        self._compute = compute
        self._library = library
        self._consulting = consulting
        self._on_event = on_event

    async def plan(
        self,
        document: InputDocument,
        standing: BackendSpec | None = None,
        *,
        again: bool = False,
    ) -> Plan:
        """Turn a request into a resolved spec.

        Args:
            document: The request.
            standing: The given spec of a plan that it changes (None: it plans anew).
            again: Whether plain words that change nothing of it give the plan as it stands.

        Raises:
            RefusedError: the request cannot be worked on.
            QuestionError: it leaves a question that we may not answer.
            ModelError: it has words, and no model made a plan of them.
            BudgetError: the task has used what it was given for models.

        """
        if self._consulting.possible:
            # only who has a model pays for what asks it
            from agent.planner.by_model import has_words  # noqa: PLC0415 - see above

            asked = await self._consulting.about(Purpose.PLAN) if has_words(document) else None
            if asked is not None:
                with self._consulting.asking(Purpose.PLAN) as listener:
                    return await self._by_model(document, standing, asked, listener())
        if standing is not None:
            from agent.planner.changes.change import change  # noqa: PLC0415 - few need it

            return change(document, standing, again=again)
        read = self._read if _is_dear(document) else here
        return await read(plan, document)

    async def _by_model(
        self,
        document: InputDocument,
        standing: BackendSpec | None,
        asked: Consultation,
        listener: OnText,
    ) -> Plan:
        from agent.planner.by_model import plan_by_model  # noqa: PLC0415 - see plan
        from agent.planner.changes.by_model import change_by_model  # noqa: PLC0415 - see plan

        hear = self._watching(listener)
        if standing is not None:
            return await change_by_model(
                document, standing, asked, self._library, self._compute, hear
            )
        read = self._read if _is_dear(document) else here
        given = await read(gather, document, words=True)
        return await plan_by_model(given, asked, self._library, self._compute, hear)

    def _watching(self, listener: OnText) -> OnText:
        """Return a listener that tells of entities, too, as they are planned."""
        before, begun = "", 0  # what was heard, and where in it the last block begins

        def hear(text: str) -> None:
            nonlocal before, begun
            if not text.startswith(before):  # it was asked again
                begun = 0
            found, ended = forming(text[begun:])
            for each in found:
                self._on_event(each)
            before, begun = text, begun + ended
            listener(text)

        return hear


def _is_dear(document: InputDocument) -> bool:
    """Tell whether reading a request may take so long that nobody should have to wait for it."""
    spec = document.context.spec
    words = len(document.request.description) + sum(map(len, document.request.requirements))
    has_much = spec is not None and len(spec.entities) + len(spec.operations) > MANY
    return has_much or words > LONG or bool(document.context.sources)


def forming(text: str) -> tuple[list[EntityPlanned], int]:
    """Return the entities that an answer which still comes has said to their ends, and how far."""
    *blocks, last = _HEADER.split(text)
    found = []
    for block in blocks:
        head, *lines = [line.strip() for line in block.strip().split("\n")]
        if entity := _ENTITY.match(head):
            said = tuple(line for line in lines if line and not line.startswith("#"))
            found.append(EntityPlanned(entity[1], said))
    return found, len(text) - len(last)


def why(error: ModelError | BudgetError) -> tuple[Fault, ...]:
    """Return the errors of an answer to a task that a model could not be used for."""
    code = "budget" if isinstance(error, BudgetError) else "model"
    told = [str(error), *getattr(error, "__notes__", ())]
    return tuple(Fault(code=code, message=message) for message in told)
