"""Is what is emitted formatted and sorted, whatever its names are?"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from pwdlib import PasswordHash

from agent.emitter import formatting
from agent.emitter.layout import Imports, export_key, natural
from agent.emitter.project import emit
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from tests.golden_projects import PROJECTS, document
from tests.made import library, made

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
    _lint(tmp_path)


OF_ITS_OWN = """
project x
entity Shelf
  label: string(20)
schema Seal: code: string
schema Sealed for Shelf: id, label
operation {name}: POST /shelves/{{id}}/seal custom Shelf
  path id = id
  header X-Trace: string
  in Seal
  out Sealed
"""


def test_operations_of_their_own_of_every_length_are_formatted(tmp_path: Path) -> None:
    for length in range(32, 56, 3):
        text = OF_ITS_OWN.format(name="s" * length)
        for file in emit(resolve(parse(text)).spec, library()):
            path = tmp_path / str(length) / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.content, encoding="utf-8")
    _lint(tmp_path)


@pytest.mark.parametrize(
    "parts", ["page=- limit=- pages=-", "total=- page=- limit=- pages=-", "total=-", "pages=-"]
)
def test_lists_that_tell_less_are_formatted(parts: str, tmp_path: Path) -> None:
    text = "project x\napi /api\n  list items=data " + parts + "\nentity Tag\n  name: string(50)\n"
    for file in emit(resolve(parse(text)).spec, library()):
        path = tmp_path / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.content, encoding="utf-8")
    _lint(tmp_path)


def test_where_nobody_registers_the_readme_says_how_to_begin(tmp_path: Path) -> None:
    files = emit(resolve(parse("project x\nauth jwt closed\n")).spec, library())
    text = {file.path: file.content for file in files}
    assert "registers as everybody" not in text["README.md"] + text["src/app/manage.py"]
    (code,) = [
        line[len("python -c '") : -1]
        for line in text["README.md"].splitlines()
        if line.startswith("python -c '")
    ]
    module = tmp_path / "app" / "core" / "passwords.py"
    module.parent.mkdir(parents=True)
    module.write_text(text["src/app/core/passwords.py"], encoding="utf-8")
    asked = code.replace("getpass()", "'Correct-Horse-7'")
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONSAFEPATH"}  # as in a shell
    command = [sys.executable, "-c", asked]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert PasswordHash.recommended().verify("Correct-Horse-7", done.stdout.strip())


def _lint(folder: Path) -> None:
    for command in (["format", "--check"], ["check"]):
        done = subprocess.run(
            [*RUFF, *command, "--no-cache", "."], cwd=folder, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("name", PROJECTS)
def test_names_of_usual_length_are_formatted_by_nobody(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned, files, _ = made(document(name))
    monkeypatch.setattr(formatting, "_ruff", lambda *_: pytest.fail("formatted"))
    assert emit(planned.spec, library()) == files


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
