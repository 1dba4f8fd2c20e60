"""What is a sender told about its request? Faults, warnings, questions and assumptions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.documents.base import Ours
from agent.some import some

if TYPE_CHECKING:
    from collections.abc import Iterable


_MOST_ALIKE = 3
"""Things of which the same is told one by one; of more it is told once."""
_OF_SOMETHING = re.compile(
    r"line (?P<line>\d+): (?P<thing>[^:(]{1,120}): (?P<rest>.+?)(?: \(#[^ )]*\))?"
)


class Fault(Ours):
    """One reason for a refusal: what, where (JSON Pointer, line, column), and what is right."""

    code: str
    message: str
    pointer: str = ""
    line: int | None = None
    column: int | None = None
    expected: str | None = None


class Warn(Ours):
    """Something the sender should know that stopped nothing."""

    code: str
    message: str
    pointer: str = ""


class UnderstoodEntity(Ours):
    """An entity as it was read from words: its attributes and relations in the spec language."""

    name: str
    attributes: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    line: int | None = None
    column: int | None = None


class Understood(Ours):
    """What was understood of words that are not enough to build from.

    ``coverage`` is the share of the words that were understood and ``needed`` the least that is
    built from, both from 0 to 1. ``draft`` is a text in the spec language, to correct and to run.
    """

    coverage: float
    needed: float
    entities: tuple[UnderstoodEntity, ...] = ()
    draft: str


class Question(Ours):
    """A question left open, or an assumption made in its place."""

    id: str
    text: str
    about: str = ""


def for_people(notes: Iterable[Question]) -> list[str]:
    """Return what notes say, each once: the same of several things is one text that names them.

    Of very many the first are named, and how many more there are.
    """
    found: dict[str, list[str]] = {}
    for note in notes:
        subject = _subject(note)
        found.setdefault(note.text[len(subject) :], []).append(subject)
    return [
        f"Each of {some(several)}{rest}" if len(several) > 1 else several[0] + rest
        for rest, subjects in found.items()
        for several in ([*dict.fromkeys(subjects)],)
    ]


def warned(warnings: Iterable[Warn]) -> dict[str, list[str]]:
    """Return what warnings say, under a title: what was not carried over has one of its own."""
    found: dict[str, list[str]] = {"Warnings": [], "Not carried over": []}
    for each in warnings:
        title = "Not carried over" if each.code == "not-carried-over" else "Warnings"
        found[title].append(f"{each.pointer}: {each.message}" if each.pointer else each.message)
    return {title: _folded(texts) for title, texts in found.items() if texts}


def _folded(texts: list[str]) -> list[str]:
    """Return texts with those that say the same of more than a few things as one, at the first."""
    each = [(text, _OF_SOMETHING.fullmatch(text)) for text in texts]
    alike: dict[str, list[re.Match[str]]] = {}
    for _, told in each:
        if told:
            alike.setdefault(told["rest"], []).append(told)
    told_once = {
        rest: _together(found) for rest, found in alike.items() if len(found) > _MOST_ALIKE
    }
    kept = (told_once.get(told["rest"], text) if told else text for text, told in each)
    return [*dict.fromkeys(kept)]


def _together(found: list[re.Match[str]]) -> str:
    lines = [*dict.fromkeys(each["line"] for each in found)]
    things = some([each["thing"] for each in found], _MOST_ALIKE)
    where = f"line{'s' if len(lines) > 1 else ''} {some(lines, _MOST_ALIKE)}"
    return f"{where}: {things}: {found[0]['rest']}"


def _subject(note: Question) -> str:
    """Return what a text begins with, where that is what the note is about or a part of it."""
    about = note.about
    if about and note.text.startswith(f"{about} "):
        return about
    first = note.text.partition(" ")[0]
    bare = first.strip("'")
    same = about and (bare.startswith(f"{about}.") or about.startswith(f"{bare}."))
    is_old_name = (
        first != bare and "." in bare and bare.partition(".")[0] == about.partition(".")[0]
    )
    return first if same or is_old_name else ""
