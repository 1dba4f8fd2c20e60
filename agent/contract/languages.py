"""Which language is a text in? Said instead of a fault for every line of it."""

from __future__ import annotations

import re

from agent.documents import Fault, SourceFormat

# No part of a mark can match in two ways, nor go over empty lines: a text takes linear time.
_MARKS: tuple[tuple[str, str], ...] = (
    ("Prisma", r"^[^\S\n]*(?:datasource|generator|model)\s+\w+\s*\{"),
    ("DBML", r"^[^\S\n]*(?:[Tt]able\s+[\w.\"].*\{|[Rr]ef\b[^\n:]*:.*[<>-])"),
    ("PlantUML", r"^[^\S\n]*@startuml"),
    (
        "JDL",
        r"^[^\S\n]*(?:[Ee]ntity\s+\w+\s*(?:\(\w+\)\s*)?\{|relationship\s+(?:One|Many)To(?:One|Many)\b)",
    ),
    ("Mermaid", r"^[^\S\n]*erDiagram\b"),
    ("Mermaid of another kind", r"^[^\S\n]*(?:classDiagram|flowchart\b|graph\s+[A-Z]{2}\b)"),
    ("OpenAPI", r"^[^\S\n]*[\"']?(?:openapi|swagger)[\"']?\s*:"),
    ("JSON Schema", r"^(?:\{|[^\S\n])*[\"']?\$schema[\"']?\s*:"),
    ("GraphQL", r"^[^\S\n]*(?:type|input|interface)\s+\w.*\{[^\S\n]*$"),
    (
        "Python",
        r"^[^\S\n]*(?:from\s+[\w.]+\s+import\s|import\s+[\w.]+[^\S\n]*$|class\s+\w+\(.*\):)",
    ),
    ("JDL", r"^[^\S\n]*enum\s+\w+\s*\{"),  # others have the same, and more beside it
)
_LANGUAGES = tuple((name, re.compile(mark, re.MULTILINE)) for name, mark in _MARKS)
READ = {
    "Prisma": SourceFormat.PRISMA,
    "DBML": SourceFormat.DBML,
    "JDL": SourceFormat.JDL,
    "Mermaid": SourceFormat.MERMAID,
    "OpenAPI": SourceFormat.OPENAPI,
    "JSON Schema": SourceFormat.JSON_SCHEMA,
}
"""The languages among them that a source may be in, by their names."""
PROSE = "prose"
_WORDS = re.compile(r"(?:[^\W\d_][\w'-]*[,.;:!?]?\s+){4,}")
_LONGEST = 100_000


def language(text: str) -> str | None:
    """Return the name of the language that a text seems to be in, if it is none of our own.

    Asked only of what cannot be read as what it is to be: a line of the spec language may look
    like another one's.
    """
    head = text[:_LONGEST]
    found = next((name for name, mark in _LANGUAGES if mark.search(head)), None)
    if found is None and _WORDS.match(head.lstrip()):
        return PROSE
    return found


def not_read(name: str, *, line: int | None = None, column: int | None = None) -> Fault:
    """Return the fault of a text in a language that is not read, or not in this place."""
    told = "which is not read"
    expected = "SQL (CREATE TABLE statements), the spec language, or a BackendSpec as JSON"
    form = SourceFormat.TEXT if name == PROSE else READ.get(name)
    if form is not None:
        told, expected = "and stands where another is expected", f"a source of format '{form}'"
    return Fault(
        code="unread-language",
        message=f"this looks like {name}, {told}",
        expected=expected,
        line=line,
        column=column,
    )
