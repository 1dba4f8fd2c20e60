"""What do the words of a request add to what else it says? A model is asked, and held to it.

Its answer is a text in the spec language, which is read, added to the structured sources, resolved
like every other, and looked up in the words. What is wrong with it is what the model is asked
again with.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from agent.calls import here
from agent.documents import Purpose, Question, SourceFormat
from agent.errors import ModelInvalidError, QuestionError, SpecError
from agent.llm.expected import expect_text
from agent.planner.additions import add
from agent.planner.evidence import unsaid
from agent.planner.plan import settle
from agent.planner.said import problems, understand
from agent.planner.selection import guide
from agent.planner.spec_writer import write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.calls import Calls
    from agent.documents import InputDocument
    from agent.knowledge import Library
    from agent.llm.consultation import Consultation
    from agent.llm.model import OnText
    from agent.planner.gathering import Given
    from agent.planner.resolve import Plan
    from agent.types import BackendSpec

NOTHING = (
    "there is neither a plan nor a question: name what the backend is to keep as entities, or ask"
    " in lines that begin with `# ask:`"
)


def has_words(document: InputDocument) -> bool:
    """Tell whether a request says something in words."""
    return bool(words_of(document))


async def plan_by_model(
    given: Given,
    consultation: Consultation,
    library: Library,
    compute: Calls = here,
    on_text: OnText | None = None,
) -> Plan:
    """Turn a request into a resolved spec, asking a model what its words mean.

    Args:
        given: A request that has words, with all else that it says.
        consultation: Who is asked, and what pays for it.
        library: The patterns that projects are made from.
        compute: Where an answer is read.
        on_text: Told of the answer as it comes.

    Raises:
        SpecError: what the request says in other forms contradicts itself; no model was asked.
        QuestionError: the model asks back, because the words are too thin or contradict themselves.
        ModelError: no model gave a plan.
        BudgetError: the budget does not allow another call.

    """
    if given.says_something:
        settle(given)  # what contradicts itself costs nothing
    words = words_of(given.document)
    heard = "\n".join(words.values())
    prompt = consultation.prompts.render(
        "plan",
        facts={"patterns": catalogue(library), "guide": guide()},
        **words,
        **_beside_words(given),
    )
    expected = expect_text("plan", partial(_planned, given, words=heard), compute)
    return await consultation.models.ask(
        Purpose.PLAN, prompt, expected, consultation.account, on_text
    )


def _planned(given: Given, text: str, *, words: str) -> Plan:
    """Return the plan that an answer makes.

    Raises:
        ModelInvalidError: the answer cannot be used.
        QuestionError: it asks, and plans nothing.

    """
    said = understand(text)
    if not said.plans_something and not given.says_something:
        if said.questions:
            raise QuestionError(
                [
                    Question(id=f"Q{number}", text=question, about="/request/description")
                    for number, question in enumerate(said.questions, 1)
                ]
            )
        raise ModelInvalidError([NOTHING])
    try:
        merged = add(given.merged, said)
        found = tuple(unsaid(said, given.merged.spec, words))
        merged = replace(merged, assumptions=(*merged.assumptions, *found))
        return settle(replace(given, merged=merged, words_read=True))
    except SpecError as error:
        raise ModelInvalidError(problems(error.faults)) from None


def words_of(document: InputDocument) -> dict[str, str]:
    """Return what is said in words, by the names that the prompt has for it."""
    texts = [s for s in document.context.sources if s.format is SourceFormat.TEXT]
    found = {
        "description": document.request.description,
        "requirements": "\n".join(f"- {each}" for each in document.request.requirements),
        "documents": "\n\n".join(f"{s.name or 'text'}:\n{s.content}" for s in texts),
    }
    return {name: text for name, text in found.items() if text.strip()}


def _beside_words(given: Given) -> Mapping[str, str]:
    """Return what stands fast, in the spec language: settings of the context, and the sources."""
    context = given.document.context
    settled = [f"project {context.project_name}"] if context.project_name else []
    if context.database and context.database.type:
        settled.append(f"database {context.database.type}")
    if context.authentication and context.authentication.method:
        settled.append(f"auth {context.authentication.method}")
    found = {
        "settled": "\n".join(settled),
        "sources": shown(given.merged.spec) if given.says_something else "",
    }
    return {name: text for name, text in found.items() if text}


def shown(spec: BackendSpec) -> str:
    """Write a spec for a model, to which what it does not have is of no use."""
    return write(spec.model_copy(update={"omitted": ()}))


def catalogue(library: Library) -> str:
    """Return a line for each pattern of the library, as prompts have it."""
    return "\n".join(f"- {name}: {each.description}" for name, each in library.patterns.items())
