"""What does ``run --out`` do to a folder that has a project, and people's work, already?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from agent import output
from agent.checks.prove import prove
from agent.documents import CheckName, VerificationLevel
from agent.knowledge import Library
from agent.resources import folder
from agent.runner import Runner
from agent.sandbox import Sandbox
from agent.transports import cli
from tests.test_repair import BAD
from tests.test_runner import Prover
from tests.test_writing import DEPOSIT, PLACE, changed
from tests.writers import SPEC as ACCOUNTS
from tests.writers import Judging, Writer, consulting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from agent.checks.prove import Prove
    from agent.documents import GeneratedFile, Proof

    Call = Callable[..., tuple[int, str, str]]
Json = Any  # whatever is passed on

SPEC = """project todo
database sqlite

entity Task
  title: string(80)
  note: text?
"""
RATED = SPEC.replace("  note: text?", "  note: text?\n  rating: integer = 3")
VERSIONS = "src/app/db/migrations/versions"
MODEL = "src/app/models/task.py"


class Seeing(Prover):
    """Passes whatever it is given, and remembers it."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, str] = {}

    async def __call__(self, files: Sequence[GeneratedFile], *args: Json, **rest: Json) -> Proof:
        self.files = {file.path: file.content for file in files}
        return await super().__call__(files, *args, **rest)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "todo"


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], tmp_path: Path, out: Path) -> Call:
    """Run the plan onto the folder: exit code, standard output, standard error."""

    def run(
        text: str, *options: str, prove: Prove | None = None, **rest: Json
    ) -> tuple[int, str, str]:
        file = tmp_path / "todo.spec"
        file.write_text(text, encoding="utf-8")

        def build() -> Runner:
            prover = prove or Prover()
            return Runner(Library(folder("knowledge")), Sandbox(), prove=prover, **rest)

        with pytest.raises(SystemExit) as ended:
            cli.main(["run", str(file), "--out", str(out), *options], build)
        told = capsys.readouterr()
        return int(str(ended.value.code)), told.out, told.err

    return run


def undo(out: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(["undo", str(out)], Runner)
    told = capsys.readouterr()
    return int(str(ended.value.code)), told.out, told.err


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def tree(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and output.HOME not in path.parts
    }


def test_a_changed_plan_brings_one_more_revision(
    call: Call, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(SPEC)[0] == 0
    before = tree(out)
    code, told, _ = call(RATED)
    assert code == 0
    assert f"New revision, to be applied with 'alembic upgrade head': {VERSIONS}/0002_tasks.py" in (
        told
    )
    assert (out / VERSIONS / "0001_initial.py").read_bytes() == (
        before[f"{VERSIONS}/0001_initial.py"]
    )
    text = (out / VERSIONS / "0002_tasks.py").read_text(encoding="utf-8")
    assert 'down_revision: str | None = "0001"' in text
    after = tree(out)
    code, told, _ = call(RATED)
    assert "0 written" in told
    assert tree(out) == after
    assert undo(out, capsys)[:2] == (
        0,
        f"taken back in {out}: 7 files as they were before, 1 removed; 1 more can be taken back\n",
    )
    assert tree(out) == before
    assert undo(out, capsys)[0] == 0
    assert not out.exists()
    code, _, errors = undo(out, capsys)
    assert code == 4
    assert "is no folder" in errors


def test_what_people_changed_is_merged_and_proven_with_it(call: Call, out: Path) -> None:
    call(SPEC)
    edit(out / MODEL, "    title: Mapped", "    # a word\n    title: Mapped")
    (out / "src/app/own.py").write_text('"""Of our own."""\n', encoding="utf-8")
    seen = Seeing()
    code, told, _ = call(RATED, prove=seen)
    assert code == 0
    assert f"Merged with what was changed by hand: {MODEL}" in told
    assert "Judged by tests, migrations or settings that are not those" not in told
    text = (out / MODEL).read_text(encoding="utf-8")
    assert "    # a word\n" in text
    assert "    rating: Mapped[int]" in text
    assert {path: text.encode() for path, text in seen.files.items()} == tree(out)


def test_conflicts_are_refused_or_marked_or_ours_wins(call: Call, out: Path) -> None:
    call(SPEC)
    edit(out / MODEL, "    note: Mapped[str | None]", "    remark: Mapped[str | None]")
    (out / VERSIONS / "0002_tasks.py").write_text("# not ours\n", encoding="utf-8")
    before = tree(out)
    prover = Prover()
    code, told, errors = call(RATED, prove=prover)
    assert (code, told, prover.calls) == (4, "", [])
    assert f"changed by hand and by us in 1 place: {MODEL}" in errors
    assert tree(out) == before
    code, told, _ = call(RATED, "--dry-run")
    assert code == 4
    assert f"in conflict (changed by hand and by us in 1 place): {MODEL}" in told
    assert "+<<<<<<< yours\n" in told
    assert tree(out) == before
    code, told, _ = call(RATED, "--merge")
    assert code == 0
    assert f"CONFLICTS, look for <<<<<<< in these before you run it: {MODEL}" in told
    assert f"Resolve the conflicts, then prove it: python-specialist check {out}" in told
    assert "<<<<<<< yours\n    remark" in (out / MODEL).read_text(encoding="utf-8")
    assert (out / VERSIONS / "0002_tasks.py").read_text(encoding="utf-8") == "# not ours\n"
    assert (out / VERSIONS / "0003_tasks.py").exists()
    assert call(SPEC, "--force")[0] == 0
    assert "remark" not in (out / MODEL).read_text(encoding="utf-8")


def test_a_dry_run_shows_the_diff_and_writes_nothing(call: Call, out: Path) -> None:
    code, told, _ = call(SPEC, "--dry-run", *("--verification", "none"))
    assert code == 0
    assert "Nothing was written" in told
    assert "--- /dev/null\n+++ b/src/app/main.py\n" in told
    assert not out.exists()
    call(SPEC)
    before = tree(out)
    code, told, errors = call(RATED, "--dry-run", "--json")
    assert json.loads(told)["status"] == "completed"
    assert "+    rating: Mapped[int]" in errors
    assert f"added: {VERSIONS}/0002_tasks.py" in errors
    assert tree(out) == before
    assert "  nothing\n" in call(SPEC, "--dry-run")[1]


def test_a_revision_of_peoples_own_is_followed(call: Call, out: Path) -> None:
    call(SPEC)
    first = (out / VERSIONS / "0001_initial.py").read_text(encoding="utf-8")
    theirs = first.replace('revision: str = "0001"', 'revision: str = "a1b2"')
    theirs = theirs.replace("down_revision: str | None = None", 'down_revision = "0001"')
    (out / VERSIONS / "a1b2_own.py").write_text(theirs, encoding="utf-8")
    code, told, _ = call(RATED)
    assert code == 0
    assert "Judged by tests, migrations or settings that are not those that were emitted:" in told
    assert f"1 added: {VERSIONS}/a1b2_own.py" in told
    assert 'down_revision: str | None = "a1b2"' in (out / VERSIONS / "0002_tasks.py").read_text(
        encoding="utf-8"
    )


def test_several_heads_are_refused_only_where_a_revision_is_needed(call: Call, out: Path) -> None:
    call(SPEC)
    first = (out / VERSIONS / "0001_initial.py").read_text(encoding="utf-8")
    other = first.replace('revision: str = "0001"', 'revision: str = "a1b2"')
    (out / VERSIONS / "a1b2_own.py").write_text(other, encoding="utf-8")
    before = tree(out)
    code, told, _ = call(RATED)
    assert code == 2
    assert "alembic merge heads" in told
    assert tree(out) == before
    assert call(SPEC)[0] == 0
    (out / VERSIONS / "a1b2_own.py").write_text("revision = f()\n", encoding="utf-8")
    code, _, errors = call(SPEC)
    assert code == 4
    assert "a1b2_own.py cannot be read as a revision" in errors


def test_another_database_begins_anew(call: Call, out: Path) -> None:
    call(SPEC)
    call(RATED)
    code, told, _ = call(RATED.replace("sqlite", "mysql"))
    assert code == 0
    assert "the revisions begin anew with" in told
    assert sorted(path.name for path in (out / VERSIONS).iterdir()) == [
        "0001_initial.py",
        "__init__.py",
    ]
    edit(out / VERSIONS / "0001_initial.py", "The first tables", "Ours")
    code, told, _ = call(RATED)
    assert code == 2
    assert "Move them away first" in told


def test_another_key_is_refused(call: Call) -> None:
    call(SPEC)
    code, told, _ = call(SPEC.replace("database sqlite", "database sqlite\nkey integer"))
    assert code == 2
    assert "the primary key of Task changes (id uuid -> id bigint)" in told


def test_options_that_do_not_go_together(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(SPEC, "--merge", "--force")[0] == 2
    with pytest.raises(SystemExit):
        cli.main(["run", "x", "--dry-run"], Runner)
    assert "--out" in capsys.readouterr().err


def test_what_is_merged_passes_the_proof(call: Call, out: Path) -> None:
    call(SPEC, *("--verification", "none"))
    edit(out / MODEL, "    title: Mapped", "    # a word\n    title: Mapped")
    code, told, _ = call(RATED, *("--verification", VerificationLevel.FAST), prove=prove)
    assert code == 0, told
    assert "proven at level fast" in told


def test_what_cannot_be_read_is_no_part_of_the_proof(call: Call, out: Path) -> None:
    call(SPEC)
    (out / "src/app/odd.py").write_bytes(b"\xff\n")
    seen = Seeing()
    code, told, _ = call(RATED, prove=seen)
    assert code == 0
    assert "proven without what people put into the folder, as src/app/odd.py is not UTF-8" in told
    assert "src/app/odd.py" not in seen.files
    assert (out / "src/app/odd.py").read_bytes() == b"\xff\n"


class Disturbed(Judging):
    """Finds a wrong sign in a body; in the middle of its first proof a person writes a comment."""

    def __init__(self, file: Path) -> None:
        super().__init__(self._look)
        self.file = file

    def _look(self, texts: Mapping[str, str]) -> Iterator[tuple[CheckName, str]]:
        if len(self.proven) == 1:
            text = self.file.read_text(encoding="utf-8")
            self.file.write_text(f"{text}# mine\n", encoding="utf-8")
        place = PLACE.format("deposit")
        yield from ((CheckName.TESTS, f"{place}: {n}") for n in range(texts[place].count("-=")))


@pytest.mark.parametrize("mended", [BAD + "\naccount.balance -= 0", DEPOSIT])
def test_what_changed_while_it_was_proven_is_told(call: Call, out: Path, mended: str) -> None:
    """Of the attempt that is handed over; an attempt that was dropped saw the change already."""
    assert call(ACCOUNTS)[0] == 0
    writer = Writer(changed(body_deposit=[BAD], repair_deposit=[mended]))
    prover = Disturbed(out / "src/app/main.py")
    means: Json = {"prove": prover, "examine": prover.read, "consult": consulting(writer)}
    code, told, _ = call(ACCOUNTS, "--json", **means)
    told_of = [each["message"] for each in json.loads(told)["warnings"]]
    is_mended = mended == DEPOSIT
    assert len(prover.proven) == 2
    assert code == (0 if is_mended else 1)
    assert ("changed while it was proven, so look at it again: src/app/main.py" in told_of) != (
        is_mended
    )
    body = (out / PLACE.format("deposit")).read_text(encoding="utf-8")
    assert ("+= data.amount" in body) == is_mended
    assert "account.balance -= 0" not in body
    assert (out / "src/app/main.py").read_text(encoding="utf-8").endswith("# mine\n")
