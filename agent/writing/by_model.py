"""What does a model write for the custom operations of a plan? Tests from each rule, then a body.

The tests come first, from the rule alone, so that they say what was asked for and not what was
written. What they lack beside the rule (a type, say) is found before there is anything that they
could judge, and asked for once more. Then the body is asked for, with the tests in view. What the
guard refuses goes back with its faults. Several operations are asked about at a time; what comes
out has the order of the plan.

Where a model gives nothing for an operation, its slot stays as it is, with what could be used, and
a warning says why. Nothing of this ends a task.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from agent.documents import Purpose, Warn
from agent.errors import BudgetError, ModelError
from agent.llm.expected import expect_text
from agent.writing.answers import Cannot, read_body, read_tests
from agent.writing.at_once import each
from agent.writing.guard import judge_body, judge_test
from agent.writing.written import Written

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from agent.llm.consultation import Consultation
    from agent.llm.model import OnText
    from agent.writing.answers import Vet
    from agent.writing.slots import Slot
    from agent.writing.written import AcceptanceTest

    Listener = Callable[[], OnText]
    Examine = Callable[[Mapping[str, Written]], Awaitable[Mapping[str, Sequence[str]]]]
    """Takes tests without bodies; returns what was found in them, by operation."""

NOT_WRITTEN = "operation-not-written"
"""Code of the warning that an operation answers 501, as nobody wrote it."""


@dataclass(frozen=True, slots=True)
class Writing:
    """What was written, by operation, in the order of the plan; and what was not, and why."""

    written: Mapping[str, Written] = field(default_factory=dict)
    warnings: tuple[Warn, ...] = ()


async def write(
    slots: Sequence[Slot],
    consultation: Consultation,
    listener: Listener | None = None,
    examine: Examine | None = None,
) -> Writing:
    """Ask for the tests and the body of each slot.

    Args:
        slots: What is to be written.
        consultation: Who is asked (for the purpose code), and what pays for it.
        listener: Gives a listener for one answer, which is told of it as it comes.
        examine: Tells what is wrong with tests beside their rule, before there is any body.

    """
    asking = _Asking(consultation, listener or (lambda: lambda _text: None))
    tested = await each(asking.tests, slots)
    with_tests = {draft.slot.operation: draft.written for draft in tested if draft.written.tests}
    faults = await examine(with_tests) if examine and with_tests else {}
    found = await each(lambda draft: asking.finished(draft, faults), tested)
    return Writing(
        {
            draft.slot.operation: draft.written
            for draft in found
            if draft.written.tests or draft.written.body is not None
        },
        tuple(draft.missing for draft in found if draft.missing is not None),
    )


@dataclass(frozen=True, slots=True)
class _Draft:
    """What there is of a slot so far, and what is to be said where the rest will not come."""

    slot: Slot
    written: Written
    missing: Warn | None = None


@dataclass(frozen=True, slots=True)
class _Asking:
    consultation: Consultation
    listener: Listener

    async def tests(self, slot: Slot) -> _Draft:
        """Return the tests of a slot's rule."""
        nothing = Written(slot.operation)
        try:
            said = await self._ask_tests(slot)
        except (ModelError, BudgetError) as error:
            why = f"no tests of its rule were written: {error}"
            return _Draft(slot, nothing, _missing(slot, why))
        if isinstance(said, Cannot):
            return _Draft(slot, nothing, _missing(slot, said.reason))
        return _Draft(slot, replace(nothing, tests=said))

    async def finished(self, draft: _Draft, faults: Mapping[str, Sequence[str]]) -> _Draft:
        """Return a slot with its body, and with its tests mended, where they have faults."""
        if draft.missing is not None:
            return draft
        slot, written = draft.slot, draft.written
        try:
            if found := faults.get(slot.operation):
                again = await self._ask_tests(slot, written.tests, found)
                written = written if isinstance(again, Cannot) else replace(written, tests=again)
            body = await self._ask_body(slot, written.tests)
        except (ModelError, BudgetError) as error:
            return _Draft(slot, written, _missing(slot, f"no body was written: {error}"))
        if isinstance(body, Cannot):
            return _Draft(slot, written, _missing(slot, body.reason))
        return _Draft(slot, replace(written, body=body))

    async def _ask_tests(
        self, slot: Slot, before: Sequence[AcceptanceTest] = (), found: Sequence[str] = ()
    ) -> tuple[AcceptanceTest, ...] | Cannot:
        said = {"slot": _told(slot, slot.tests_brief)}
        if found:
            said |= {"tests": as_text(before), "findings": "\n".join(found)}
        prompt = self.consultation.prompts.render("acceptance", facts=None, **said)
        expected = expect_text("tests", lambda text: read_tests(text, vet_of_test(slot)))
        return await self.consultation.models.ask(
            Purpose.CODE, prompt, expected, self.consultation.account, self.listener()
        )

    async def _ask_body(self, slot: Slot, tests: Sequence[AcceptanceTest]) -> str | Cannot:
        prompt = self.consultation.prompts.render(
            "body", slot=body_page(slot), tests=as_text(tests)
        )
        expected = expect_text("body", lambda text: read_body(text, vet_of_body(slot)))
        return await self.consultation.models.ask(
            Purpose.CODE, prompt, expected, self.consultation.account, self.listener()
        )


def vet_of_body(slot: Slot) -> Vet[str]:
    """Return what tells what is wrong with a body of a slot, a line for each objection."""
    return lambda body: [str(objection) for objection in judge_body(slot, body)]


def vet_of_test(slot: Slot) -> Vet[AcceptanceTest]:
    """Return what tells what is wrong with a test of a slot's rule, a line for each objection."""
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
