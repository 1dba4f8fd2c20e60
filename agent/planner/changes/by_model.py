"""What do words change of a plan that stands? A model is asked for the change alone.

It answers in the spec language with what is new or different, which is laid over the plan, and
with lines ``# drop:`` for what goes. What it does not name cannot change.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from agent.calls import here
from agent.documents import Purpose, Question, Warn
from agent.errors import ModelInvalidError, QuestionError, SpecError
from agent.llm.expected import expect_text
from agent.planner.by_model import catalogue, shown, words_of
from agent.planner.changes import removing
from agent.planner.changes.change import finish, laid_over, standing_part
from agent.planner.changes.edits import EditError
from agent.planner.changes.found import entity_named, members_named
from agent.planner.changes.overlay import lay
from agent.planner.evidence import unsaid
from agent.planner.merge import WORDS
from agent.planner.said import problems, understand
from agent.planner.selection import guide

if TYPE_CHECKING:
    from agent.calls import Calls
    from agent.documents import InputDocument
    from agent.knowledge import Library
    from agent.llm.consultation import Consultation
    from agent.llm.model import OnText
    from agent.planner.gathering import Given
    from agent.planner.resolve import Plan
    from agent.planner.said import Said
    from agent.prompts import Rendered
    from agent.types import BackendSpec

_DROP = re.compile(r"(?im)^[ \t]*#[ \t]*drop[ \t]*:[ \t]*(\S.*)$")
_NOTHING = (
    "it changes nothing: write what is new or different, `# drop:` lines for what goes, or ask in"
    " lines that begin with `# ask:`"
)


async def change_by_model(
    document: InputDocument,
    standing: BackendSpec,
    consultation: Consultation,
    library: Library,
    compute: Calls = here,
    on_text: OnText | None = None,
) -> Plan:
    """Plan what stands with what the words of a request change of it.

    Args:
        document: A request that has words.
        standing: The given spec of the plan that stands.
        consultation: Who is asked, and what pays for it.
        library: The patterns that projects are made from.
        compute: Where an answer is read.
        on_text: Told of the answer as it comes.

    Raises:
        RefusedError: what the request says in other forms is refused; no model was asked.
        QuestionError: the model asks back, and changes nothing.
        ModelError: no model gave a change.
        BudgetError: the budget does not allow another call.

    """
    given = laid_over(document, standing)
    words = words_of(document)
    heard = "\n".join(words.values())
    prompt = _prompt(given.merged.spec, words, consultation, library)
    expected = expect_text("change", partial(_changed, given, standing, words=heard), compute)
    return await consultation.models.ask(
        Purpose.PLAN, prompt, expected, consultation.account, on_text
    )


def _prompt(
    spec: BackendSpec, words: dict[str, str], consultation: Consultation, library: Library
) -> Rendered:
    """Return the prompt; its fixed beginning is that of a plan, which providers keep."""
    facts = {"patterns": catalogue(library), "guide": guide()}
    plan = consultation.prompts.render("plan", facts=facts)
    change = consultation.prompts.render("change", facts=None, standing=shown(spec), **words)
    return replace(change, name=f"{plan.name}+{change.name}", system=plan.system)


def _changed(given: Given, standing: BackendSpec, text: str, *, words: str) -> Plan:
    """Return the plan that an answer makes.

    Raises:
        ModelInvalidError: the answer cannot be used.
        QuestionError: it asks, and changes nothing.

    """
    said = understand(text)
    spec = _without(given.merged.spec, _DROP.findall(text))
    try:
        laid = lay(spec, said.reading.spec, said.reading.places.of)
        if laid.spec == standing:
            _nothing(said)
        merged = standing_part(
            laid.spec,
            places=laid.places,
            assumptions=(
                *given.merged.assumptions,
                *(Question(id="", text=each) for each in said.assumptions),
                *unsaid(said, standing, words),
            ),
            questions=tuple(Question(id="", text=each) for each in said.questions),
            warnings=(
                *given.merged.warnings,
                *(
                    Warn(code="not-planned", pointer=WORDS, message=f"not part of the plan: {each}")
                    for each in said.beyond
                ),
            ),
        )
        return finish(given.document, merged, given.warnings)
    except SpecError as error:
        raise ModelInvalidError(problems(error.faults)) from None


def _nothing(said: Said) -> None:
    """Let a change of nothing be a question, where there is one, or wrong."""
    if said.questions:
        raise QuestionError(
            [
                Question(id=f"Q{number}", text=question, about=WORDS)
                for number, question in enumerate(said.questions, 1)
            ]
        )
    if not said.beyond:
        raise ModelInvalidError([_NOTHING])


def _without(spec: BackendSpec, dropped: list[str]) -> BackendSpec:
    """Take away what goes.

    Raises:
        ModelInvalidError: there is no such thing, or it cannot go.

    """
    wrong = []
    for name in (each.strip().rstrip(".") for line in dropped for each in line.split(",")):
        try:
            if entity := entity_named(spec, name):
                spec = removing.without_entity(spec, entity.name)
            elif "." in name and (found := members_named(spec, name)):
                spec = removing.without_member(spec, found[0].entity, found[0].name)
            else:
                wrong.append(
                    f"# drop: there is no '{name[:100]}': name `Entity` or `Entity.member`"
                )
        except EditError as error:
            wrong.append(f"# drop: {error}")
    if wrong:
        raise ModelInvalidError(wrong[:10])
    return spec
