"""What does a request change of a plan that stands? No model is asked; see by_model for that.

What it says in a form (the spec language, SQL, a spec as JSON) is laid over the plan. Its words
are read sentence by sentence: as one of the plain sentences that change something, else as prose.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.documents import Fault, Question, SourceFormat, Warn
from agent.errors import RefusedError, SourceError
from agent.planner.changes import sentences, values
from agent.planner.changes.edits import EditError
from agent.planner.changes.found import entity_named
from agent.planner.changes.lines import Left, split
from agent.planner.changes.overlay import lay, lay_words
from agent.planner.gathering import Given, gather
from agent.planner.merge import COLLECTIONS, Merged, Part
from agent.planner.names import article, plural, snake
from agent.planner.plan import settle
from agent.planner.reading import Places
from agent.planner.spec_writer import write
from agent.planner.words import pieces
from agent.types import BackendSpec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agent.documents import InputDocument, Source
    from agent.planner.readers.prose_text import Piece
    from agent.planner.resolve import Plan

_UNREAD = frozenset({"too-little-understood", "not-understood"})
_EXPECTED = "a sentence of docs/chat.md or docs/prose.md, or the spec language"
_FOREIGN = re.compile(r"points to (?:[^\s,]+\.)?(?P<table>[^\s,.]+), which is not in")
# what a source in another form says of the project beside its rows is not laid over the plan
_OF_PROJECTS = frozenset({SourceFormat.SPEC, SourceFormat.TEXT})
_NOTHING = "this changes nothing of the plan"


def change(document: InputDocument, standing: BackendSpec, *, again: bool = False) -> Plan:
    """Plan what stands with what a request changes of it.

    Args:
        document: The request.
        standing: The given spec of the plan.
        again: Whether a request that changes nothing gives the plan as it stands.

    Raises:
        RefusedError: the request cannot be worked on, or contradicts the plan.

    """
    laid = laid_over(document, standing)
    read = _Words(laid.merged.spec)
    texts = pieces(document, _of_request(laid))
    for text in texts:
        read.read(text)
    if read.faults:
        raise SourceError(read.faults)
    if not again and not read.changed and laid.merged.spec == standing:
        pointer = texts[0].pointer if texts else ""
        kept = " ".join(each.text for each in read.kept)
        message = f"{_NOTHING}: {kept}" if kept else _NOTHING
        raise SourceError([Fault(code="no-change", message=message, pointer=pointer)])
    merged = laid.merged
    return finish(
        document,
        standing_part(
            read.spec,
            places=Places({**merged.added.known, **read.places}),
            assumptions=(*merged.assumptions, *read.assumptions),
            questions=(*merged.questions, *read.questions),
            warnings=(*merged.warnings, *read.warnings),
        ),
        laid.warnings,
    )


def laid_over(document: InputDocument, standing: BackendSpec) -> Given:
    """Lay what a request says in a form over a plan; its words are left to others.

    Raises:
        RefusedError: it cannot be read, or contradicts the plan.

    """
    try:
        given = gather(_knowing_enums(document, standing), words=True)
    except RefusedError as error:
        error.faults = tuple(_of_the_plan(fault, standing) for fault in error.faults)
        raise
    merged = given.merged
    if lost := [*_keys_to_the_plan(merged.warnings, standing)]:
        raise SourceError(lost)
    plain = [part for part in merged.parts if part.is_spec or part.says_something]
    only_rows = document.context.sources and not any(
        source.format in _OF_PROJECTS for source in document.context.sources
    )

    def at(pointer: str) -> tuple[int, int] | None:
        _, key, index, *rest = [*pointer.split("/"), "", ""][: max(3, pointer.count("/") + 1)]
        if key not in COLLECTIONS or not index.isdecimal():
            return plain[0].places.of(pointer) if plain else None
        part, position = merged.origins[key][int(index)]
        return part.places.of("/".join(["", key, str(position), *rest]))

    laid = lay(standing, merged.spec, at, settings=not only_rows)
    found = standing_part(
        laid.spec,
        places=laid.places,
        assumptions=(*merged.assumptions, *laid.notes),
        questions=merged.questions,
        warnings=merged.warnings,
    )
    return Given(given.document, found, given.warnings)


def standing_part(
    spec: BackendSpec,
    *,
    places: Places,
    assumptions: tuple[Question, ...] = (),
    questions: tuple[Question, ...] = (),
    warnings: tuple[Warn, ...] = (),
) -> Merged:
    """Return a plan that stands, as what is settled; faults in it are told by name."""
    part = Part(spec=spec, name="the plan", pointer="")
    return Merged(
        spec=spec,
        parts=(part,),
        origins={
            key: [(part, index) for index in range(len(getattr(spec, key)))] for key in COLLECTIONS
        },
        assumptions=assumptions,
        questions=questions,
        warnings=warnings,
        added=places,
    )


def finish(document: InputDocument, merged: Merged, warnings: tuple[Warn, ...] = ()) -> Plan:
    """Resolve a changed plan. The words that changed it do not become its description.

    Raises:
        SpecError: it contradicts itself.

    """
    request = document.request.model_copy(update={"description": "", "requirements": ()})
    silent = document.model_copy(update={"request": request})
    return settle(Given(silent, merged, warnings, words_read=True))


def _keys_to_the_plan(warnings: Iterable[Warn], standing: BackendSpec) -> Iterator[Fault]:
    """Refuse keys that would be left out, though the plan has the table that they lead to."""
    for warning in warnings:
        if warning.code == "unknown-table":
            what = warning.message.partition(": a plain column")[0]
            fault = Fault(code="sql-unknown-table", message=what, pointer=warning.pointer)
            if (told := _of_the_plan(fault, standing)) is not fault:
                yield told


def _of_the_plan(fault: Fault, standing: BackendSpec) -> Fault:
    """Say of a key in SQL that leads to a table of the plan how else it is said."""
    found = _FOREIGN.search(fault.message) if fault.code == "sql-unknown-table" else None
    entity = entity_named(standing, found["table"]) if found else None
    if found is None or entity is None:
        return fault
    words = snake(entity.name).replace("_", " ")
    meant = f"no REFERENCES to it, and then in words: a ... belongs to {article(words)} {words}"
    message = f"{fault.message}: SQL cannot refer to what the plan has"
    return fault.model_copy(update={"message": message, "expected": meant})


def _of_request(given: Given) -> list[Part]:
    """Return what in a form of its own a request says; words beside it only describe it."""
    context = given.document.context
    if context.spec is None:
        return []
    return [Part(spec=context.spec, name="context.spec", pointer="/context/spec", is_spec=True)]


def _knowing_enums(document: InputDocument, standing: BackendSpec) -> InputDocument:
    """Let a text in the spec language use the plan's enums: at its end, so that no line moves."""

    def knowing(source: Source) -> Source:
        if source.format is not SourceFormat.SPEC:
            return source
        used = [
            enum
            for enum in standing.enums
            if re.search(rf":\s*{re.escape(enum.name)}\b", source.content)
            and not re.search(rf"(?m)^\s*enum\s+{re.escape(enum.name)}\b", source.content)
        ]
        if not used:
            return source
        declared = write(BackendSpec(enums=tuple(used))).partition("\n\n")[2]
        return source.model_copy(update={"content": f"{source.content}\n\n{declared}"})

    sources = tuple(map(knowing, document.context.sources))
    context = document.context.model_copy(update={"sources": sources})
    return document.model_copy(update={"context": context})


@dataclass(slots=True)
class _Words:
    """A plan on its way through the sentences of a request."""

    spec: BackendSpec
    changed: bool = False
    faults: list[Fault] = field(default_factory=list)
    assumptions: list[Question] = field(default_factory=list)
    kept: list[Question] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    warnings: list[Warn] = field(default_factory=list)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)

    def read(self, text: Piece) -> None:
        """Read the sentences of a text, in their order."""
        left = Left(text)
        for line, column, sentence in split(text.text):
            try:
                prose = sentences.as_prose(self.spec, sentence)
                found = None if prose else sentences.change(self.spec, sentence)
                if prose is None and found is None:
                    chosen = values.listed(self.spec, sentence, alone=not left.lines)
                    found = None if chosen is None else (chosen, "")
            except EditError as error:
                self.fault(text, str(error), line, column)
                continue
            if prose is None and found is None:
                left.keep(line, sentence)
                continue
            self.prose(left)
            if prose:
                self.prose(left.like(line, prose))
            elif found:
                changed, note = found
                self.changed |= changed != self.spec
                self.spec = changed
                if note:
                    self.warnings.append(Warn(code="follow-up", message=note))
        self.prose(left)

    def prose(self, left: Left) -> None:
        """Read what is left as prose, and lay it over the plan."""
        text = left.taken()
        if not text.text.strip():
            return
        from agent.planner.readers import prose  # noqa: PLC0415 - only words need it

        try:
            reading = prose.read([text], [_nouns(each.name) for each in self.spec.entities])
        except SourceError as error:
            self.faults += [
                f.model_copy(update={"expected": _EXPECTED}) if f.code in _UNREAD else f
                for f in error.faults
            ]
            return
        more = _in_terms_of(self.spec, reading.spec)
        known = {each.name for each in reading.spec.entities if entity_named(self.spec, each.name)}
        laid = lay_words(self.spec, more, reading.places.of)
        self.changed |= laid.spec != self.spec
        self.spec = laid.spec
        self.places |= laid.places.known
        told = [each for each in reading.assumptions if not _is_moot(each, known)]
        self.kept += laid.notes
        self.assumptions += [*told, *laid.notes]
        self.questions += reading.questions

    def fault(self, text: Piece, message: str, line: int, column: int) -> None:
        self.faults.append(
            Fault(
                code="follow-up",
                message=message,
                pointer=text.pointer,
                line=line,
                column=column,
                expected="a name of the plan, as `Book.title`",
            )
        )


def _nouns(name: str) -> str:
    return plural(snake(name)).replace("_", " ")


def _in_terms_of(standing: BackendSpec, more: BackendSpec) -> BackendSpec:
    """Call what words speak of by the names that the plan has for it."""
    names = {}
    for each in more.entities:
        known = entity_named(standing, each.name)
        names[each.name] = known.name if known else each.name
    entities = tuple(
        each.model_copy(
            update={
                "name": names[each.name],
                "relations": tuple(
                    r.model_copy(update={"target": names.get(r.target, r.target)})
                    for r in each.relations
                ),
            }
        )
        for each in more.entities
    )
    return more.model_copy(update={"entities": entities})


def _is_moot(note: Question, known: set[str]) -> bool:
    """Tell what was only assumed because the words were read without the plan."""
    if note.about == "entities":
        return bool(known)
    return note.about in known and f"{note.about} gets a name:" in note.text
