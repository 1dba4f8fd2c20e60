"""What is read from a folder, what is left out, and what is refused."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from agent import applying, existing, output
from agent.errors import RefusedError
from agent.existing import load
from agent.types import Database
from tests.made import SHOP, TODO, made

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    planned, files, _ = made(TODO)
    folder = tmp_path / "todo"
    applying.write(files, planned.spec, folder)
    return folder


def paths(folder: Path) -> set[str]:
    return {file.path for file in load(folder).files}


def test_a_project_is_read_as_it_was_written(project: Path) -> None:
    planned, files, _ = made(TODO)
    found = load(project)
    assert {(f.path, f.content, f.type) for f in found.files} == {
        (f.path, f.content, f.type) for f in files
    }
    assert found.spec == planned.spec
    assert found.name == planned.spec.name
    assert found.database is planned.spec.database
    assert found.manifest.keys() == {*(f.path for f in files), output.SPEC}
    assert (found.changed, found.added, found.missing, found.left_out) == ((), (), (), ())


def test_what_people_did_is_told(project: Path) -> None:
    (project / "src/app/main.py").write_text("app = None\n")
    (project / "src/app/mine.py").write_text("")
    (project / "AGENTS.md").unlink()
    found = load(project)
    assert found.changed == ("src/app/main.py",)
    assert found.added == ("src/app/mine.py",)
    assert found.missing == ("AGENTS.md",)


def test_it_works_without_what_a_run_keeps(project: Path) -> None:
    shutil.rmtree(project / output.HOME)
    found = load(project)
    assert found.spec is None
    assert found.name == "todo"
    assert not found.manifest
    assert (found.changed, found.added, found.missing) == ((), (), ())


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"files": 3}', '{"name": 1}', "\ud7ff", "[" * 9999]
)
def test_what_a_run_keeps_may_be_broken(project: Path, text: str) -> None:
    (project / output.MANIFEST).write_text(text, encoding="utf-8")
    (project / output.SPEC).write_text(text, encoding="utf-8")
    assert not load(project).manifest


def test_what_nobody_wrote_is_left_out(project: Path) -> None:
    before = paths(project)
    for path in (
        *(".git/config", ".venv/lib/x.py", "node_modules/a/b.py", "src/app/__pycache__/main.pyc"),
        *("shop.db", "a.sqlite3", "x.db-journal", ".coverage", ".env", ".env.local", "dist/x.py"),
        *(".mypy_cache/x.json", "src/x.egg-info/PKG-INFO", "myenv/pyvenv.cfg", "myenv/x.py"),
        ".python-specialist/other.json",
    ):
        file = project / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x = 1\n")
    assert paths(project) == before
    (project / "src/app/dist").mkdir()
    (project / "src/app/dist/x.py").write_text("x = 1\n")
    assert paths(project) == {*before, "src/app/dist/x.py"}


def test_links_are_never_followed(project: Path, tmp_path: Path) -> None:
    before = paths(project)
    secret = tmp_path / "secret.py"
    secret.write_text("SECRET = 1\n")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/more.py").write_text("SECRET = 2\n")
    (project / "src/app/link.py").symlink_to(secret)
    (project / "src/app/inside.py").symlink_to("main.py")
    (project / "src/app/folder").symlink_to(tmp_path / "outside")
    (project / "broken").symlink_to("nowhere")
    found = load(project)
    assert {file.path for file in found.files} == before
    assert "SECRET" not in "".join(file.content for file in found.files)
    assert set(found.left_out) == {
        *("src/app/link.py", "src/app/inside.py", "src/app/folder", "broken")
    }


def test_the_folder_itself_may_be_a_link(project: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(project)
    assert paths(tmp_path / "link") == paths(project)


def test_pipes_and_binaries_are_left_out(project: Path) -> None:
    os.mkfifo(project / "pipe")
    (project / "logo.png").write_bytes(b"\x89PNG\0\0")
    (project / "latin.txt").write_bytes(b"caf\xe9")
    (project / "huge.bin").write_bytes(bytes(existing.LARGEST_FILE + 9))
    (project / os.fsdecode(b"n\xffme.txt")).write_text("")
    (project / "why?.md").write_text("")
    (project / "\x1b[31mred.md").symlink_to("nowhere")
    assert load(project).left_out == (
        *(
            "\\x1b[31mred.md",
            "huge.bin",
            "latin.txt",
            "logo.png",
            "n\\udcffme.txt",
            "pipe",
            "why?.md",
        ),
    )


def refused(folder: Path) -> list[tuple[str, str]]:
    with pytest.raises(RefusedError) as error:
        load(folder)
    return [(fault.code, fault.message) for fault in error.value.faults]


def test_what_is_no_such_project_is_told_what_it_lacks(project: Path, tmp_path: Path) -> None:
    (project / "alembic.ini").unlink()
    (project / "src/app/main.py").unlink()
    assert refused(project) == [
        ("not-a-project", "alembic.ini is missing"),
        ("not-a-project", "src/app/main.py is missing"),
    ]
    assert refused(tmp_path / "nowhere")[0][0] == "unreadable"
    assert refused(project / "pyproject.toml")[0][0] == "unreadable"


def test_code_that_is_no_text_is_refused(project: Path) -> None:
    (project / "src/app/latin.py").write_bytes(b"x = 'caf\xe9'\n")
    assert refused(project) == [("encoding", "src/app/latin.py is not UTF-8")]


def test_sizes_are_bounded(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count = len(load(project).files) + 2  # with the spec and the manifest
    monkeypatch.setattr(existing, "MOST_FILES", count)
    load(project)
    monkeypatch.setattr(existing, "MOST_FILES", count - 1)
    assert refused(project)[0][0] == "too-large"
    monkeypatch.undo()
    monkeypatch.setattr(existing, "MOST_ENTRIES", 20)
    assert refused(project)[0][1].endswith("more than 20 names")
    monkeypatch.undo()
    monkeypatch.setattr(existing, "LARGEST_PROJECT", 2**10)
    assert refused(project)[0][0] == "too-large"
    monkeypatch.undo()
    (project / "data.csv").write_text("1," * existing.LARGEST_FILE)
    assert refused(project) == [("too-large", "data.csv is larger than 2 MiB")]


def test_the_plan_that_a_run_keeps_may_be_larger_than_what_people_write(project: Path) -> None:
    kept = project / output.SPEC
    kept.write_text(kept.read_text() + " " * existing.LARGEST_FILE)
    assert load(project).spec is not None
    kept.write_text(kept.read_text() + " " * existing.LARGEST_KEPT)
    assert refused(project) == [("too-large", f"{output.SPEC} is larger than 16 MiB")]


@pytest.mark.parametrize(
    ("spec", "example", "requirements", "expected"),
    [
        ("mysql", "DATABASE_URL=postgresql://x", "asyncpg", Database.MYSQL),
        (None, "DATABASE_URL=mysql+aiomysql://x", "asyncpg", Database.MYSQL),
        (None, "DATABASE_URL='mariadb://x'", "", Database.MYSQL),
        (None, "#DATABASE_URL=mysql://", "asyncpg>=0.3\naiosqlite", Database.POSTGRESQL),
        (None, "", "aiosqlite\nPyMySQL[rsa]==1", Database.MYSQL),
        (None, "", "aiosqlite", Database.SQLITE),
    ],
)
def test_the_database_is_found_out(
    project: Path, spec: str | None, example: str, requirements: str, expected: Database
) -> None:
    if spec is None:
        shutil.rmtree(project / output.HOME)
    else:
        kept = json.loads((project / output.SPEC).read_text())
        (project / output.SPEC).write_text(json.dumps({**kept, "database": spec}))
    (project / ".env.example").write_text(example)
    (project / "requirements.txt").write_text(requirements)
    (project / "pyproject.toml").write_text('[project]\nname = "mine"\n')
    assert load(project).database is expected
    assert load(project, Database.SQLITE).database is Database.SQLITE


def test_golden_shop_is_for_postgresql(tmp_path: Path) -> None:
    planned, files, _ = made(SHOP)
    applying.write(files, planned.spec, tmp_path / "shop")
    shutil.rmtree(tmp_path / "shop" / output.HOME)
    assert load(tmp_path / "shop").database is planned.spec.database
