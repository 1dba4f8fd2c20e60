"""What is a sender told about its request? Faults, warnings, questions and assumptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.documents.base import Ours

if TYPE_CHECKING:
    from collections.abc import Iterable


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
    """Return what notes say, each once: the same of several things is one text that names them."""
    found: dict[str, list[str]] = {}
    for note in notes:
        subject = _subject(note)
        found.setdefault(note.text[len(subject) :], []).append(subject)
    return [
        f"Each of {', '.join(subjects)}{rest}" if len(set(subjects)) > 1 else subjects[0] + rest
        for rest, subjects in found.items()
    ]


def warned(warnings: Iterable[Warn]) -> dict[str, list[str]]:
    """Return what warnings say, under a title: what was not carried over has one of its own."""
    found: dict[str, list[str]] = {"Warnings": [], "Not carried over": []}
    for each in warnings:
        title = "Not carried over" if each.code == "not-carried-over" else "Warnings"
        found[title].append(f"{each.pointer}: {each.message}" if each.pointer else each.message)
    return {title: texts for title, texts in found.items() if texts}


def _subject(note: Question) -> str:
    """Return what a text begins with, where that is what the note is about or a part of it."""
    about = note.about
    if about and note.text.startswith(f"{about} "):
        return about
    first = note.text.partition(" ")[0]
    same = about and (first.startswith(f"{about}.") or about.startswith(f"{first}."))
    return first if same else ""
