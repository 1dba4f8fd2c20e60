"""Which language is a text in that we do not read? Said instead of a fault for every line of it."""

from __future__ import annotations

import re

from agent.documents import Fault

_MARKS: tuple[tuple[str, str], ...] = (
    ("Prisma", r"^\s*(?:datasource|generator|model)\s+\w+\s*\{"),
    ("DBML", r"^\s*(?:Table\s+[\w.\"]+.*\{|Ref\b.*:.*[<>-])"),
    (
        "JDL",
        r"^\s*(?:entity\s+\w+\s*(?:\(\w+\)\s*)?\{|relationship\s+(?:One|Many)To(?:One|Many)\b)",
    ),
    ("Mermaid", r"^\s*(?:erDiagram|classDiagram|flowchart\b|graph\s+[A-Z]{2}\b)"),
    ("PlantUML", r"^\s*@startuml"),
    ("OpenAPI", r"^\s*[\"']?(?:openapi|swagger)[\"']?\s*:"),
    ("GraphQL", r"^\s*(?:type|input|interface)\s+\w+.*\{\s*$"),
    ("Python", r"^\s*(?:from\s+[\w.]+\s+import\s|import\s+[\w.]+\s*$|class\s+\w+\(.*\):)"),
)
_LANGUAGES = tuple((name, re.compile(mark, re.MULTILINE)) for name, mark in _MARKS)
PROSE = "prose"
_WORDS = re.compile(r"(?:[^\W\d_][\w'-]*[,.;:!?]?\s+){4,}")
_LONGEST = 100_000


def unread_language(text: str) -> str | None:
    """Return the name of the language that a text seems to be in, if it is none that we read.

    Asked only of what cannot be read: a line of the spec language may look like another one's.
    """
    head = text[:_LONGEST]
    found = next((name for name, mark in _LANGUAGES if mark.search(head)), None)
    if found is None and _WORDS.match(head.lstrip()):
        return PROSE
    return found


def not_read(language: str, *, line: int | None = None, column: int | None = None) -> Fault:
    """Return the fault of a text in a language that we do not read, or not in this place."""
    told = "which is not read yet"
    expected = "SQL (CREATE TABLE statements), the spec language, or a BackendSpec as JSON"
    if language == PROSE:
        told, expected = "and is to be the spec language", f"the format 'text', {expected}"
    return Fault(
        code="unread-language",
        message=f"this looks like {language}, {told}",
        expected=expected,
        line=line,
        column=column,
    )
