"""Is what is emitted formatted and sorted, whatever its names are?"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from agent.emitter import formatting
from agent.emitter.formatting import laid_out
from agent.emitter.layout import Imports, export_key, natural
from agent.emitter.project import emit
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from tests.made import SHOP, library, made

if TYPE_CHECKING:
    from pathlib import Path

SPEC = """
project x
database sqlite
auth jwt
entity {Company}
  {name}: string(50) unique
  {state}: open -> closed by admin
entity {Document} owner user
  user -> User as {documents} cascade
  {price}: decimal(10,2) >= 0 <= 100
  {parent} -> {Document}? as {children}
  {tags} <-> {Tag} as {tagged}
entity {Tag}
  {first}: integer key
  {second}: string(5) key
  third: date key
  kin <-> {Tag} as kin_of
"""
WORDS = ["Company", "Document", "Tag", "name", "state", "documents", "price", "parent", "children",
         "tags", "tagged", "first", "second"]  # fmt: skip
RUFF = [sys.executable, "-m", "ruff"]


def test_names_of_every_length_are_formatted(tmp_path: Path) -> None:
    for length in range(8, 62, 6):
        names = {word: (word + "_of_a_longer_kind" * 5)[:length] for word in WORDS}
        names |= {w: names[w].replace("_", "") for w in ("Company", "Document", "Tag")}
        for file in emit(resolve(parse(SPEC.format(**names))).spec, library()):
            path = tmp_path / str(length) / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.content, encoding="utf-8")
    for command in (["format", "--check"], ["check"]):
        done = subprocess.run(
            [*RUFF, *command, "--no-cache", "."], cwd=tmp_path, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-3000:]


def test_names_of_usual_length_are_formatted_by_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    planned, files, _ = made(SHOP)
    monkeypatch.setattr(formatting, "_format", lambda _: pytest.fail("formatted"))
    assert laid_out(planned.spec, files) == files


def test_people_count() -> None:
    given = ["Item10", "Item2", "item1", "Item", "Item02", "ITEM", "Item1a", "Item1"]
    assert sorted(given, key=natural) == [
        "ITEM", "Item", "Item02", "Item1", "Item1a", "Item2", "Item10", "item1",
    ]  # fmt: skip
    imports = Imports()
    imports.add("app.item10", "A")
    imports.add("app.item2", "Item10", "Item2", "Item1")
    assert imports.render() == (
        "from app.item2 import Item1, Item2, Item10\nfrom app.item10 import A"
    )
    assert sorted(["Another", "AVery", "Bo2", "Bo10", "x", "Y_Z"], key=export_key) == [
        "Y_Z", "AVery", "Another", "Bo2", "Bo10", "x",
    ]  # fmt: skip
