"""Whatever stands in a text, it is read or refused with its place, in whichever format."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agent.errors import SourceError
from agent.planner.formats import READERS
from tests.described import DIFFICULT, reading

if TYPE_CHECKING:
    from agent.documents import Fault

CASES = {
    "dbml": "shop.dbml",
    "jdl": "clinic.jdl",
    "prisma": "blog.prisma",
    "mermaid": "school.md",
    "json-schema": "store.schema.json",
}


def faults(form: str, text: str) -> tuple[Fault, ...]:
    try:
        reading(form, text)
    except SourceError as error:
        return error.faults
    return ()


@pytest.mark.parametrize("form", CASES)
def test_a_text_that_ends_anywhere_is_read_or_refused_with_its_place(form: str) -> None:
    text = (DIFFICULT / CASES[form]).read_text(encoding="utf-8")
    for end in range(0, len(text), 101):
        assert all(fault.line for fault in faults(form, text[:end])), text[:end][-40:]


@pytest.mark.parametrize("form", CASES)
@pytest.mark.parametrize("mark", ['"', "'''", "`", "/*", "{", "[", "(", "%%{", "```", "\\"])
def test_marks_that_are_never_closed_take_no_longer_than_others(form: str, mark: str) -> None:
    assert len(faults(form, f"{mark} a\n" * 20_000)) <= 1


def test_a_process_that_others_are_forked_from_knows_every_grammar() -> None:
    from agent.planner.warm import SOURCES  # noqa: PLC0415 - it plans when it is imported

    assert READERS.keys() == SOURCES.keys()
