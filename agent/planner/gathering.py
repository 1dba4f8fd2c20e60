"""What does a request say? All its descriptions, read and merged; all that is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.errors import QuestionError, RefusedError, SourceError, SpecError, UnsupportedError
from agent.planner.faults import certain, in_order
from agent.planner.formats import READERS, read
from agent.planner.merge import Merged, Part, merge
from agent.planner.overlay import with_context
from agent.planner.resolve import resolve
from agent.planner.support import check_supported
from agent.planner.words import pieces

if TYPE_CHECKING:
    from agent.documents import Fault, InputDocument, Understood, Warn
    from agent.planner.reading import Reading


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
        resolve(with_context(merged.spec, document, []))
    except SpecError as error:
        return [merged.placed(fault) for fault in certain(error.faults, sources.unsure)]
    return []


def _refusal(faults: list[Fault], understood: Understood | None = None) -> RefusedError:
    """Return the error that says of what kind the faults are, the gravest first."""
    faults = in_order(faults)
    codes = {fault.code for fault in faults}
    if codes == {"unsupported"}:
        return UnsupportedError(faults, understood)
    if codes <= {"unsupported", "spec"}:
        return SpecError(faults, understood)
    return SourceError(faults, understood)
