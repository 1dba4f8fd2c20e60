"""Is a parser whose tables were kept the same as one that was just made?"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import lark
import pytest

from agent.planner.readers.spec_tables import parser

if TYPE_CHECKING:
    from pathlib import Path

GRAMMAR = """
in_top: "entity" NAME
in_entity: NAME ":" NAME
NAME: /[a-z]+/
%ignore " "
"""
STARTS = ("in_top", "in_entity")


@pytest.fixture
def grammar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    file = tmp_path / "small.lark"
    file.write_text(GRAMMAR, encoding="utf-8")
    return file


def kept(grammar: Path) -> Path:
    return next(grammar.parent.glob("__pycache__/small.lark.*"))


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note each grammar that tables are made of."""
    made: list[str] = []
    real = lark.Lark.__init__

    def noted(self: lark.Lark, text: str, **options: object) -> None:
        made.append(text)
        real(self, text, **options)

    monkeypatch.setattr(lark.Lark, "__init__", noted)
    return made


def test_tables_are_made_once_and_parse_the_same(
    grammar: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = counted(monkeypatch)
    first, second = parser(grammar, STARTS), parser(grammar, STARTS)
    assert made == [GRAMMAR]
    trees = [each.parse("entity shop", start="in_top") for each in (first, second)]
    assert trees[0] == trees[1]
    assert trees[1].meta.column == 1
    wanted = []
    for each in (first, second):
        with pytest.raises(lark.UnexpectedToken) as caught:
            each.parse("name name", start="in_entity")
        wanted.append((caught.value.accepts, caught.value.expected, caught.value.column))
    assert wanted[0] == wanted[1]


@pytest.mark.parametrize("content", [b"", b"short", b"\x00" * 5000])
def test_a_broken_file_is_made_anew(
    grammar: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    parser(grammar, STARTS)
    whole = kept(grammar).read_bytes()
    kept(grammar).write_bytes(content or whole[:-1])
    made = counted(monkeypatch)
    assert parser(grammar, STARTS).parse("a: b", start="in_entity").children == ["a", "b"]
    assert made == [GRAMMAR]
    parser(grammar, STARTS)
    assert made == [GRAMMAR]


def test_another_grammar_has_other_tables(grammar: Path) -> None:
    parser(grammar, STARTS)
    grammar.write_text(GRAMMAR.replace('":"', '"="'), encoding="utf-8")
    assert parser(grammar, STARTS).parse("a = b", start="in_entity").children == ["a", "b"]


def test_nothing_is_kept_where_python_keeps_no_bytecode(
    grammar: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    parser(grammar, STARTS)
    assert [*grammar.parent.iterdir()] == [grammar]


def test_who_may_not_write_goes_on_without(grammar: Path) -> None:
    grammar.parent.joinpath("__pycache__").write_text("no folder", encoding="utf-8")
    assert parser(grammar, STARTS).parse("entity a", start="in_top").children == ["a"]
