"""What is to be built? One validated document in, one resolved spec out.

The spec comes from ``context.spec`` and ``context.sources``, in this order; where both are silent,
from the words of the request. What the context says about name, database, authentication and Python
stands above what they say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.contract.faults import shown
from agent.documents import Question, Warn
from agent.errors import QuestionError, SpecError
from agent.planner.faults import in_order
from agent.planner.gathering import gather
from agent.planner.overlay import nobody_signs_in, with_context, with_description
from agent.planner.resolve import Plan, resolve
from agent.planner.security import open_requirements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.documents import InputDocument
    from agent.planner.gathering import Given
    from agent.planner.merge import Merged

_NOT_READ = "not read, as there is a spec or a source"


def plan(document: InputDocument) -> Plan:
    """Turn a request into a resolved spec, with what was assumed, asked and left unread.

    Raises:
        UnsupportedError: the request asks for what is not supported yet.
        QuestionError: there is nothing to plan from.
        SourceError: a source cannot be read; its faults have line and column.
        SpecError: the spec contradicts itself; faults point into the document.

    """
    given = gather(document)
    if not given.says_something:
        raise QuestionError([_what_to_build(document)])
    return settle(given)


def settle(given: Given) -> Plan:
    """Resolve what a request says.

    Raises:
        SpecError: it contradicts itself; faults point into the document, or into the text that its
            words became.

    """
    document, merged = given.document, given.merged
    notes = [*merged.assumptions]
    spec = with_context(merged.spec, document, notes)
    notes += nobody_signs_in(spec, document)
    spec, cut = with_description(spec, document)
    try:
        resolved = resolve(spec)
    except SpecError as error:
        raise SpecError(in_order(merged.placed(fault) for fault in error.faults)) from error
    questions = (
        *merged.questions,
        *open_requirements(document.constraints.security_requirements, resolved.spec),
    )
    return Plan(
        spec=resolved.spec,
        assumptions=_numbered("A", (*notes, *resolved.assumptions)),
        questions=_numbered("Q", questions),
        warnings=(
            *given.warnings,
            *merged.warnings,
            *cut,
            *(() if given.words_read else _unread(document, given.texts)),
            *(_warn_in_document(warning, merged) for warning in resolved.warnings),
        ),
        given=spec,
    )


def _what_to_build(document: InputDocument) -> Question:
    context = document.context
    what = "a spec" if context.spec else "a source" if context.sources else ""
    given = f"{what} without an entity" if what else "no words"
    text = (
        f"What is the backend to hold? The request gives {given}. Say it in words"
        " (request.description: 'a book has a title and an isbn'), or send context.spec (a"
        " BackendSpec with its entities), or context.sources with the format 'spec' (the spec"
        " language), 'sql' (CREATE TABLE statements), or another that the contract names."
    )
    return Question(id="Q1", text=text, about="context.spec")


def _unread(document: InputDocument, read: frozenset[str]) -> Iterator[Warn]:
    pointer = "/request/description"
    if document.request.description.strip() and pointer not in read:
        message = f"{_NOT_READ}; it is only kept as the project's description"
        yield Warn(code="unread-description", pointer=pointer, message=message)
    for index, words in enumerate(document.request.requirements):
        pointer = f"/request/requirements/{index}"
        if pointer in read:
            continue
        message = f"{_NOT_READ}: {shown(words)}"
        yield Warn(code="unread-requirement", pointer=pointer, message=message)


def _warn_in_document(warning: Warn, merged: Merged) -> Warn:
    pointer = merged.locate(warning.pointer)[0] if warning.pointer else ""
    return warning.model_copy(update={"pointer": pointer})


def _numbered(letter: str, notes: tuple[Question, ...]) -> tuple[Question, ...]:
    """Give each note an id of its own: several steps counted for themselves."""
    return tuple(
        note.model_copy(update={"id": f"{letter}{number}"}) for number, note in enumerate(notes, 1)
    )
