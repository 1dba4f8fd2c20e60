"""Is what is laid out by us what the formatter would leave, and says it the same?"""

from __future__ import annotations

import ast
import re
from itertools import product

import pytest

from agent.emitter import formatting
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


@pytest.mark.parametrize(
    ("text", "is_longer"),
    [
        ("", False),
        (f"{'x' * 100}\n", False),
        (f"{'x' * 101}\n", True),
        (f"x\n{'x' * 101}", True),
        (f"x\n{'x' * 100}", False),
        (f"x\n\n{'x' * 101}\nx\n", True),
        (f"x\nx = 1  # {'x' * 99}\n", False),
        (f'    "{"x" * 99}",\n', False),
        (f'    "{"x" * 99}",\n{"x" * 101}\n', True),
    ],
)
def test_lines_that_can_be_broken_are_found_wherever_they_stand(
    text: str, *, is_longer: bool
) -> None:
    assert formatting._is_longer(text) is is_longer


def test_signs_that_nobody_sees_are_left_out_of_docstrings() -> None:
    assert docstring("a  plain\ttext") == '"""a plain text."""'
    assert docstring("turned\u202e round") == '"""turned round."""'
    assert docstring("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645") == (
        '"""\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645."""'
    )
