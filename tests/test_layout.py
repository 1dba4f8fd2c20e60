"""Is what is laid out by us what the formatter would leave, and says it the same?"""

from __future__ import annotations

import ast
import re
from itertools import product

import pytest

from agent.emitter.layout import docstring, quote
from agent.emitter.project import emit
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from tests.made import library


def test_every_text_is_quoted_as_itself() -> None:
    for length in range(6):
        for signs in product("\\'\"n\n", repeat=length):
            text = "".join(signs)
            assert ast.literal_eval(quote(text)) == text


def test_large_numbers_are_written_as_the_formatter_writes_them() -> None:
    text = "database sqlite\nentity A\n  x: float = 1e20 >= -1.5e300 <= 1.5e300\n"
    files = emit(resolve(parse(text)).spec, library())
    numbers = {w for f in files for w in re.findall(r"-?\d[\d.]*e[+]?\d+", f.content)}
    python = [f.content for f in files if f.path.endswith(".py")]
    assert {"1e20", "-1.5e300", "1.5e300"} <= numbers
    assert not any(re.search(r"\de\+\d", content) for content in python)


def test_a_docstring_has_three_quotes_whatever_it_begins_with() -> None:
    for text in ('"', '"a"', '""', "a\\", '"""'):
        assert docstring(text).startswith('"""')
        assert not docstring(text).startswith('""""')
        assert ast.literal_eval(docstring(text))


@pytest.mark.parametrize(
    ("base", "moves"), [("", False), ("ab", True), ("abcd", True), ("abcde", False)]
)
def test_a_path_moves_to_a_line_of_its_own_where_it_has_room_there(
    base: str, *, moves: bool
) -> None:
    # the tests of a link assign a path with two keys of 36 characters each
    text = "entity Tag\n  x: string\nentity Item\n  y: string\n  tags <-> Tag as items\n"
    spec = resolve(parse(f"database sqlite\napi /{base}\n{text}")).spec
    lines = [line for file in emit(spec, library()) for line in file.content.split("\n")]
    assert ("    path = (" in lines) is moves
