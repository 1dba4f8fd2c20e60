"""What does a model write for the custom operations of a plan? Tests from each rule, then a body.

The tests come first, from the rule alone, so that they say what was asked for and not what was
written; the body is asked for with the tests in view. What the guard refuses goes back with its
faults. Several operations are asked about at a time; what comes out has the order of the plan.

Where a model gives nothing for an operation, its slot stays as it is, with what could be used, and
a warning says why. Nothing of this ends a task.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.documents import Purpose, Warn
from agent.errors import BudgetError, ModelError
from agent.llm.expected import expect_text
from agent.writing.answers import Cannot, read_body, read_tests
from agent.writing.at_once import each
from agent.writing.guard import judge_body, judge_test
from agent.writing.written import Written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from agent.llm.consultation import Consultation
    from agent.llm.model import OnText
    from agent.writing.answers import Vet
    from agent.writing.slots import Slot
    from agent.writing.written import AcceptanceTest

    Listener = Callable[[], OnText]

NOT_WRITTEN = "operation-not-written"
"""Code of the warning that an operation answers 501, as nobody wrote it."""


@dataclass(frozen=True, slots=True)
class Writing:
    """What was written, by operation, in the order of the plan; and what was not, and why."""

    written: Mapping[str, Written] = field(default_factory=dict)
    warnings: tuple[Warn, ...] = ()


async def write(
    slots: Sequence[Slot], consultation: Consultation, listener: Listener | None = None
) -> Writing:
    """Ask for the tests and the body of each slot.

    Args:
        slots: What is to be written.
        consultation: Who is asked (for the purpose code), and what pays for it.
        listener: Gives a listener for one answer, which is told of it as it comes.

    """
    asking = _Asking(consultation, listener or (lambda: lambda _text: None))
    found = await each(asking.written, slots)
    return Writing(
        {one.operation: one for one, _ in found if one.tests or one.body is not None},
        tuple(warning for _, warning in found if warning is not None),
    )


@dataclass(frozen=True, slots=True)
class _Asking:
    consultation: Consultation
    listener: Listener

    async def written(self, slot: Slot) -> tuple[Written, Warn | None]:
        """Return what was written for a slot, and what is to be said where something is missing."""
        tests: tuple[AcceptanceTest, ...] = ()
        try:
            said = await self._tests(slot)
            if isinstance(said, Cannot):
                return Written(slot.operation), _missing(slot, said.reason)
            tests = said
            body = await self._body(slot, tests)
        except (ModelError, BudgetError) as error:
            what = "no body was written" if tests else "no tests of its rule were written"
            return Written(slot.operation, tests), _missing(slot, f"{what}: {error}")
        if isinstance(body, Cannot):
            return Written(slot.operation, tests), _missing(slot, body.reason)
        return Written(slot.operation, tests, body), None

    async def _tests(self, slot: Slot) -> tuple[AcceptanceTest, ...] | Cannot:
        prompt = self.consultation.prompts.render("acceptance", slot=_told(slot, slot.tests_brief))
        expected = expect_text("tests", lambda text: read_tests(text, _test_vet(slot)))
        return await self.consultation.models.ask(
            Purpose.CODE, prompt, expected, self.consultation.account, self.listener()
        )

    async def _body(self, slot: Slot, tests: Sequence[AcceptanceTest]) -> str | Cannot:
        prompt = self.consultation.prompts.render(
            "body", slot=body_page(slot), tests=as_text(tests)
        )
        expected = expect_text("body", lambda text: read_body(text, body_vet(slot)))
        return await self.consultation.models.ask(
            Purpose.CODE, prompt, expected, self.consultation.account, self.listener()
        )


def body_vet(slot: Slot) -> Vet[str]:
    """Return what tells what is wrong with a body of a slot, a line for each objection."""
    return lambda body: [str(objection) for objection in judge_body(slot, body)]


def _test_vet(slot: Slot) -> Vet[AcceptanceTest]:
    return lambda test: [str(objection) for objection in judge_test(slot, test)]


def body_page(slot: Slot) -> str:
    """Return what whoever writes or mends a body is told of its operation."""
    return _told(slot, slot.body_brief)


def _told(slot: Slot, brief: str) -> str:
    return f"operation: {slot.operation}\n{brief}"


def as_text(tests: Sequence[AcceptanceTest]) -> str:
    """Return tests in the form in which they are answered."""
    return "\n\n".join(f"# test: {test.name}\n{test.body}" for test in tests)


def _missing(slot: Slot, why: str) -> Warn:
    return Warn(
        code=NOT_WRITTEN, message=f"{slot.operation} answers 501, as it is not written: {why}"
    )
