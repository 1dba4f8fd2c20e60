"""How does one task plan? From data alone, or with a model, where there are one and words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.documents import Fault, Purpose
from agent.errors import BudgetError
from agent.planner.plan import plan

if TYPE_CHECKING:
    from agent.consulting import Consulting
    from agent.documents import InputDocument
    from agent.errors import ModelError
    from agent.knowledge import Library
    from agent.planner.resolve import Plan


class Planning:
    """The planning of one task."""

    def __init__(self, library: Library, consulting: Consulting) -> None:
        """Take what is needed; nothing is asked yet.

        Args:
            library: The patterns that projects are made from.
            consulting: Whom the task asks.

        """
        self._library = library
        self._consulting = consulting

    async def plan(self, document: InputDocument) -> Plan:
        """Turn a request into a resolved spec.

        Raises:
            RefusedError: the request cannot be worked on.
            QuestionError: it leaves a question that we may not answer.
            ModelError: it has words, and no model made a plan of them.
            BudgetError: the task has used what it was given for models.

        """
        if self._consulting.possible:
            # only who has a model pays for what asks it
            from agent.planner.by_model import has_words, plan_by_model  # noqa: PLC0415 - see above

            asked = await self._consulting.about(Purpose.PLAN) if has_words(document) else None
            if asked is not None:
                with self._consulting.asking(Purpose.PLAN) as listener:
                    return await plan_by_model(document, asked, self._library, listener())
        return plan(document)


def why(error: ModelError | BudgetError) -> tuple[Fault, ...]:
    """Return the errors of an answer to a task that a model could not be used for."""
    code = "budget" if isinstance(error, BudgetError) else "model"
    told = [str(error), *getattr(error, "__notes__", ())]
    return tuple(Fault(code=code, message=message) for message in told)
