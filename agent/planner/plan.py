"""What is to be built? One validated document in, one resolved spec out.

The spec comes from ``context.spec`` and ``context.sources``, in this order; where both are silent,
from the words of the request. What the context says about name, database, authentication and Python
stands above what they say.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agent.contract.faults import shown
from agent.documents import Fault, Question, SourceFormat, Warn
from agent.errors import QuestionError, RefusedError, SourceError, SpecError, UnsupportedError
from agent.planner.faults import certain
from agent.planner.formats import READERS, read
from agent.planner.merge import Merged, Part, merge
from agent.planner.notes import NOBODY
from agent.planner.resolve import Plan, resolve
from agent.planner.security import open_requirements
from agent.planner.support import check_supported
from agent.planner.words import pieces
from agent.types import AuthMethod, BackendSpec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agent.documents import InputDocument, Understood
    from agent.planner.reading import Reading

CONTEXT = "the context"
"""What notes call the context, where it stands above the spec; ``about`` is the place in it."""
_IN_CONTEXT = {
    "name": "/context/projectName",
    "database": "/context/database/type",
    "python": "/context/pythonVersion",
}
_NOT_READ = "not read, as there is a spec or a source"
_SILENT = frozenset(READERS) - {SourceFormat.SPEC, SourceFormat.OPENAPI}
"""The formats in which nobody says who signs in; JDL may, and then it is said."""
MAX_DESCRIPTION = 4000
"""Characters that a spec's description holds."""


@dataclass(frozen=True, slots=True)
class Given:
    """A document whose spec and sources are read: what they say together.

    ``texts`` are the places of the words that are part of it; ``words_read``: all of them are.
    """

    document: InputDocument
    merged: Merged
    warnings: tuple[Warn, ...] = ()
    texts: frozenset[str] = frozenset()
    words_read: bool = False

    @property
    def says_something(self) -> bool:
        """Tell whether there is anything to build in it."""
        return bool(self.merged.spec.entities or self.merged.spec.operations)


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


def gather(document: InputDocument, *, words: bool = False) -> Given:
    """Read what a request says, its words as prose in fixed shapes of sentences.

    Args:
        document: A request.
        words: Whether its words are read elsewhere.

    Raises:
        RefusedError: as ``plan`` does.

    """
    refused: list[Fault] = []
    warnings: tuple[Warn, ...] = ()
    try:
        warnings = check_supported(document)
    except UnsupportedError as error:
        refused += error.faults
        document = _supported_part(document)
    sources = _read_sources(document)
    if not words:
        _read_words(document, sources)
    if refused or sources.faults:
        faults = [*refused, *sources.faults, *_contradictions(document, sources)]
        raise _refusal(faults, sources.understood)
    if sources.question is not None:
        raise sources.question
    return Given(document, merge(sources.parts), warnings, sources.texts)


def settle(given: Given) -> Plan:
    """Resolve what a request says.

    Raises:
        SpecError: it contradicts itself; faults point into the document, or into the text that its
            words became.

    """
    document, merged = given.document, given.merged
    notes = [*merged.assumptions]
    spec = _with_context(merged.spec, document, notes)
    notes += _nobody(spec, document)
    spec, cut = _with_description(spec, document)
    try:
        resolved = resolve(spec)
    except SpecError as error:
        raise SpecError(_in_order(_in_document(fault, merged) for fault in error.faults)) from error
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


@dataclass(slots=True)
class _Sources:
    """What all descriptions of a document say, and what in them cannot be read."""

    parts: list[Part] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unsure: set[str] = field(default_factory=set)
    texts: frozenset[str] = frozenset()
    understood: Understood | None = None
    question: QuestionError | None = None


def _read_sources(document: InputDocument) -> _Sources:
    context = document.context
    found = _Sources()
    if context.spec is not None:
        found.parts.append(
            Part(spec=context.spec, name="context.spec", pointer="/context/spec", is_spec=True)
        )
    for index, source in enumerate(context.sources):
        if source.format not in READERS:
            continue
        pointer = f"/context/sources/{index}/content"
        try:
            reading = read(source)
        except SourceError as error:
            found.faults += [
                fault.model_copy(update={"pointer": pointer}) for fault in error.faults
            ]
            continue
        found.faults += [fault.model_copy(update={"pointer": pointer}) for fault in reading.faults]
        found.unsure |= reading.unsure
        name = source.name or f"source {index + 1} ({source.format.value})"
        found.parts.append(_part(reading, name, pointer))
    return found


def _read_words(document: InputDocument, found: _Sources) -> None:
    """Add what the words of a request say, where they are what it is to be planned from."""
    texts = pieces(document, found.parts)
    if not texts:
        return
    from agent.planner.readers import prose  # noqa: PLC0415 - only words need it

    found.texts = frozenset(text.pointer for text in texts)
    try:
        reading = prose.read(texts)
    except SourceError as error:
        found.faults += error.faults
        found.understood = error.understood
    except QuestionError as question:
        found.question = question
    else:
        found.parts.append(_part(reading, "the description", texts[0].pointer))


def _part(reading: Reading, name: str, pointer: str) -> Part:
    return Part(
        spec=reading.spec,
        name=name,
        pointer=pointer,
        assumptions=reading.assumptions,
        questions=reading.questions,
        warnings=tuple(
            warning.model_copy(update={"pointer": pointer}) for warning in reading.warnings
        ),
        places=reading.places,
    )


def _supported_part(document: InputDocument) -> InputDocument:
    """Leave out what is refused already, to look at the rest."""
    given = document.context.authentication
    context = document.context.model_copy(
        update={
            "project_name": None,
            "python_version": None,
            "database": None,
            # whichever way people sign in, a spec's relations may lead to them
            "authentication": given and given.model_copy(update={"method": "jwt"}),
        }
    )
    return document.model_copy(update={"context": context})


def _contradictions(document: InputDocument, sources: _Sources) -> list[Fault]:
    """Return what is wrong for certain with a document of which not everything can be used."""
    if not any(part.says_something for part in sources.parts):
        return []
    try:
        merged = merge(sources.parts)
    except SpecError as error:
        return certain(error.faults, sources.unsure)
    try:
        resolve(_with_context(merged.spec, document, []))
    except SpecError as error:
        return [_in_document(fault, merged) for fault in certain(error.faults, sources.unsure)]
    return []


def _refusal(faults: list[Fault], understood: Understood | None = None) -> RefusedError:
    """Return the error that says of what kind the faults are, the gravest first."""
    faults = _in_order(faults)
    codes = {fault.code for fault in faults}
    if codes == {"unsupported"}:
        return UnsupportedError(faults, understood)
    if codes <= {"unsupported", "spec"}:
        return SpecError(faults, understood)
    return SourceError(faults, understood)


def _in_order(faults: Iterable[Fault]) -> list[Fault]:
    """Sort the faults of a text by line; others stay where they are, before them."""
    return sorted(faults, key=lambda fault: (fault.pointer if fault.line else "", fault.line or 0))


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


def _with_context(spec: BackendSpec, document: InputDocument, notes: list[Question]) -> BackendSpec:
    """Lay the context over the spec; say so where the two contradict each other."""
    context = document.context
    wanted: dict[str, Any] = {}
    if context.project_name is not None:
        wanted["name"] = context.project_name
    if context.database is not None and context.database.type is not None:
        wanted["database"] = context.database.type
    if context.python_version is not None:
        wanted["python"] = context.python_version
    for key, value in wanted.items():
        if key in spec.model_fields_set and getattr(spec, key) != value:
            notes.append(_overruled(key, getattr(spec, key), value, _IN_CONTEXT[key]))
    if context.authentication is not None and context.authentication.method is not None:
        auth = spec.auth
        if "method" in auth.model_fields_set and auth.method is not AuthMethod.JWT:
            said = auth.method.value
            where = "/context/authentication/method"
            notes.append(_overruled("auth.method", said, AuthMethod.JWT.value, where))
        wanted["auth"] = auth.model_copy(update={"method": AuthMethod.JWT})
    if "database" in wanted:
        wanted["database"] = type(spec.database)(wanted["database"])
    return spec.model_copy(update=wanted)


def _nobody(spec: BackendSpec, document: InputDocument) -> list[Question]:
    """Tell that nobody signs in, where tables or models are given and nobody chose so."""
    context = document.context
    is_chosen = "auth" in spec.model_fields_set or bool(context.spec and context.spec.entities)
    if is_chosen or not {source.format for source in context.sources} <= _SILENT:
        return []
    return [Question(id="", text=NOBODY, about="auth")] if context.sources else []


def _overruled(key: str, said: object, value: object, where: str) -> Question:
    text = f"The spec says {key} {said}, {CONTEXT} {value}: {CONTEXT} is followed."
    return Question(id="", text=text, about=where)


def _with_description(
    spec: BackendSpec, document: InputDocument
) -> tuple[BackendSpec, tuple[Warn, ...]]:
    """Keep the request's description as the project's, where the spec has none."""
    if spec.description is not None:
        return spec, ()
    words = " ".join(
        "".join(c if c.isprintable() else " " for c in document.request.description).split()
    )
    if not words:
        return spec, ()
    cut: tuple[Warn, ...] = ()
    if len(words) > MAX_DESCRIPTION:
        message = f"the project's description keeps the first {MAX_DESCRIPTION} characters of this"
        cut = (Warn(code="description-cut", pointer="/request/description", message=message),)
        words = words[:MAX_DESCRIPTION]
    return spec.model_copy(update={"description": words}), cut


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


def _in_document(fault: Fault, merged: Merged) -> Fault:
    pointer, name, place = merged.locate(fault.pointer)
    message = f"{name}: {fault.message}" if name else fault.message
    line, column = place or (None, None)
    update = {"pointer": pointer, "message": message, "line": line, "column": column}
    return fault.model_copy(update=update)


def _warn_in_document(warning: Warn, merged: Merged) -> Warn:
    pointer = merged.locate(warning.pointer)[0] if warning.pointer else ""
    return warning.model_copy(update={"pointer": pointer})


def _numbered(letter: str, notes: tuple[Question, ...]) -> tuple[Question, ...]:
    """Give each note an id of its own: several steps counted for themselves."""
    return tuple(
        note.model_copy(update={"id": f"{letter}{number}"}) for number, note in enumerate(notes, 1)
    )
