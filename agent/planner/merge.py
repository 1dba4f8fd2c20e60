"""How do several descriptions become one spec? Joined, and refused where two name one thing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from agent.documents import Fault, Question, Warn
from agent.errors import SpecError
from agent.planner.reading import Places
from agent.types import BackendSpec, SpecModel

if TYPE_CHECKING:
    from collections.abc import Iterable

COLLECTIONS = ("enums", "entities", "schemas", "operations")
WORDS = "/request/description"
"""Where in a document the words stand that became a part of the spec."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LONGEST = 4000
"""Characters of a text in a spec."""
_MORE = re.compile(r"and ([0-9]{1,9}) more")
"""What stands for those that are not told: a plan that was cut may be cut again."""
MOST_OMITTED = 500
"""Texts about what is omitted: nobody reads more of them in a project's page."""


def fault_in_words(message: str, place: tuple[int, int] | None, expected: str) -> Fault:
    """Return what is wrong in what words became, at a line and a column where they are known."""
    line, column = place or (None, None)
    return Fault(
        code="spec", pointer=WORDS, message=message, line=line, column=column, expected=expected
    )


def meant(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that differs from another at most in how it is spelled."""
    return {_plain(other): other for other in known}.get(_plain(name))


def _plain(name: str) -> str:
    return "".join(sign for sign in name.lower() if sign.isalnum())


@dataclass(frozen=True, slots=True)
class Part:
    """One description: a given spec, and where in the document it came from.

    ``pointer`` is that of the spec (``is_spec``: places in it can be pointed to) or of the text
    that it was read from, in which ``places`` are known.
    """

    spec: BackendSpec
    name: str
    pointer: str
    is_spec: bool = False
    assumptions: tuple[Question, ...] = ()
    questions: tuple[Question, ...] = ()
    warnings: tuple[Warn, ...] = ()
    places: Places = field(default_factory=Places)

    @property
    def says_something(self) -> bool:
        """Tell whether there is anything to build in it."""
        return bool(self.spec.entities or self.spec.operations)


@dataclass(frozen=True, slots=True)
class Merged:
    """One spec out of all parts, and where each of its items came from.

    ``added`` are the places of what was added to it afterwards, in the text that added it.
    """

    spec: BackendSpec
    parts: tuple[Part, ...]
    origins: dict[str, list[tuple[Part, int]]]
    assumptions: tuple[Question, ...] = ()
    questions: tuple[Question, ...] = ()
    warnings: tuple[Warn, ...] = ()
    added: Places = field(default_factory=Places)

    def locate(self, pointer: str) -> tuple[str, str, tuple[int, int] | None]:
        """Return where in the document a place of the merged spec stands, and its name in words.

        The words (``Order.total``) are empty where the pointer alone says it. The last is the line
        and the column in the text that the place was read from, where they are known.
        """
        if place := self.added.of(pointer):
            return WORDS, _in_words(self.spec, pointer), place
        if not self.parts:
            return WORDS, "", None
        _, collection, *rest = pointer.split("/") if "/" in pointer else ("", "")
        part, index = self.parts[0], None
        items = self.origins.get(collection, [])
        if rest and rest[0].isdecimal() and int(rest[0]) < len(items):
            part, index = items[int(rest[0])]
        inner = [collection, *([] if index is None else [str(index)]), *rest[1:]]
        local = "/".join(["", *inner]) if collection else ""
        if part.is_spec:
            return f"{part.pointer}{local}", "", None
        text = part.places.text_of(local) or part.pointer
        return text, _in_words(self.spec, pointer), part.places.of(local)

    def placed(self, fault: Fault) -> Fault:
        """Return a fault of the merged spec as one of the document, at its place in that."""
        pointer, name, place = self.locate(fault.pointer)
        message = f"{name}: {fault.message}" if name else fault.message
        line, column = place or (None, None)
        update = {"pointer": pointer, "message": message, "line": line, "column": column}
        return fault.model_copy(update=update)


def merge(parts: list[Part]) -> Merged:
    """Join all parts. Of a setting that several give, the first one counts.

    Raises:
        SpecError: two parts have an entity, enum, schema or operation of the same name.

    """
    origins: dict[str, list[tuple[Part, int]]] = {key: [] for key in COLLECTIONS}
    faults: list[Fault] = []
    assumptions: list[Question] = []
    given: dict[str, Any] = {}
    givers: dict[str, Part] = {}
    for part in parts:
        for key in COLLECTIONS:
            faults += _join(key, part, origins[key])
        for key in part.spec.model_fields_set.difference({*COLLECTIONS, "omitted"}):
            value = getattr(part.spec, key)
            if givers.setdefault(key, part) is part:
                given[key] = value
            elif given[key] != value:
                assumptions.append(_first_counts(key, givers[key], part))
    if faults:
        raise SpecError(faults)
    for key in COLLECTIONS:
        given[key] = tuple(getattr(part.spec, key)[index] for part, index in origins[key])
    if omitted := _omitted(parts):
        given["omitted"] = omitted
    return Merged(
        # only joined from validated parts; a copy keeps what was left open open
        spec=BackendSpec().model_copy(update=given),
        parts=tuple(parts),
        origins=origins,
        assumptions=(*(note for part in parts for note in part.assumptions), *assumptions),
        questions=tuple(note for part in parts for note in part.questions),
        warnings=tuple(warning for part in parts for warning in part.warnings),
    )


def _omitted(parts: list[Part]) -> tuple[str, ...]:
    """Return what is in the sources and not in the spec; of several sources, with their names."""
    named = sum(bool(part.warnings) for part in parts) > 1
    found: list[str] = []
    for part in parts:
        source = f"{PurePath(part.name).name}, " if named else ""
        told = (_CONTROL.sub(" ", f"{source}{each.message}") for each in part.warnings)
        found += [*part.spec.omitted, *(text[:_LONGEST] for text in told)]
    return omitted_once(found)


def omitted_once(texts: Iterable[str]) -> tuple[str, ...]:
    """Return what is omitted, each once; of very much the first, and how many there are more."""
    found = dict.fromkeys(texts)
    counts = {text: int(count[1]) for text in found if (count := _MORE.fullmatch(text))}
    told = [text for text in found if text not in counts]
    more = sum(counts.values()) + max(0, len(told) - MOST_OMITTED)
    return (*told[:MOST_OMITTED], *([f"and {more} more"] if more else ()))


def _join(key: str, part: Part, known: list[tuple[Part, int]]) -> list[Fault]:
    """Add a part's items; what one part says twice is for the spec's own checks to tell."""
    before = {getattr(p.spec, key)[i].name: (p, i) for p, i in known}
    faults = []
    for index, item in enumerate(getattr(part.spec, key)):
        if item.name in before:
            other, position = before[item.name]
            if key == "enums" and getattr(other.spec, key)[position] == item:
                continue
            line, column = part.places.of(f"/{key}/{index}") or (None, None)
            faults.append(
                Fault(
                    code="spec",
                    line=line,
                    column=column,
                    pointer=f"{part.pointer}/{key}/{index}" if part.is_spec else part.pointer,
                    message=(
                        f"'{item.name}' is in {other.name} and in {part.name}: which one is meant?"
                    ),
                    expected=f"{item.name} in one of them only",
                )
            )
        known.append((part, index))
    return faults


def _first_counts(key: str, first: Part, later: Part) -> Question:
    text = f"{first.name} and {later.name} differ in {key}: {first.name} is followed."
    return Question(id="", text=text, about=key)


def _in_words(spec: BackendSpec, pointer: str) -> str:
    """Name the place in a spec that a JSON Pointer leads to: ``Order.total``."""
    names: list[str] = []
    here: Any = spec
    for step in pointer.split("/")[1:]:
        here = _member(here, step)
        if isinstance(name := getattr(here, "name", None), str):
            names.append(name)
    return ".".join(names)


def _member(here: object, step: str) -> object:
    """Return what a step of a JSON Pointer leads to in a part of a spec; None for nothing."""
    if isinstance(here, tuple):
        return here[int(step)] if step.isdecimal() and int(step) < len(here) else None
    if isinstance(here, SpecModel):
        fields = type(here).model_fields.items()
        name = next((name for name, field in fields if step in {name, field.alias}), None)
        return getattr(here, name) if name else None
    return None
