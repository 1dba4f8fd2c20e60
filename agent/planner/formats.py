"""Which reader reads a format of sources? One line for each in ``READERS``."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from agent.documents import SourceFormat

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.documents import Source
    from agent.planner.reading import Reading

READERS: Mapping[SourceFormat, str] = {
    SourceFormat.SQL: "sql",
    SourceFormat.OPENAPI: "openapi",
    SourceFormat.SPEC: "spec_language",
    SourceFormat.DBML: "dbml",
    SourceFormat.JDL: "jdl",
    SourceFormat.PRISMA: "prisma",
    SourceFormat.MERMAID: "mermaid",
    SourceFormat.JSON_SCHEMA: "json_schema",
}
"""The module of ``agent.planner.readers`` for each format; words have none of their own."""
SOURCES = (*READERS, SourceFormat.TEXT)
"""The formats that a source may be in."""


def read(source: Source) -> Reading:
    """Read a source with the reader of its format.

    A grammar or a parser is only loaded for a source that needs it.

    Raises:
        SourceError: it cannot be read; the faults have line and column.

    """
    module = import_module(f"agent.planner.readers.{READERS[source.format]}")
    reading: Reading = module.read(source)
    return reading
