"""What becomes of a folder that people have edited, and does all of it come back?"""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

import pytest

from agent import applying, output
from agent.applying import Conflicts, Fate, carry_out, carrying, compare, disk, record, undo
from agent.applying.standing import standing
from agent.documents import FileType, GeneratedFile
from agent.errors import OutputError
from agent.types import BackendSpec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from agent.applying.disk import Found

SPEC, LATER = BackendSpec(name="todo"), BackendSpec(name="todo", version="0.2.0")
TEXT = "one\ntwo\nthree\nfour\nfive\n"
Tree = dict[str, tuple[bytes, int] | str | None]


def files(contents: dict[str, str]) -> list[GeneratedFile]:
    return [GeneratedFile(path=p, content=c, type=FileType.CONFIG) for p, c in contents.items()]


def tree(folder: Path) -> Tree:
    """Return all there is: files with their permissions, links, folders."""
    found: Tree = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = str(path.readlink())
        elif path.is_dir():
            found[name] = None
        else:
            found[name] = (path.read_bytes(), path.stat().st_mode)
    return found


def people(found: Tree) -> Tree:
    return {path: each for path, each in found.items() if not path.startswith(output.HOME)}


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """Return a folder with a project, in which people did all that can be done to files."""
    names = ["same", "ours", "mine", "both", "clash", "gone", "gone_too", "left", "src/old", "blob"]
    applying.write(files(dict.fromkeys(names, TEXT)), SPEC, tmp_path)
    for name, word in (("mine", "one"), ("both", "one"), ("clash", "three"), ("left", "one")):
        (tmp_path / name).write_text(TEXT.replace(word, "by hand"), encoding="utf-8")
    (tmp_path / "mine").chmod(0o755)
    (tmp_path / "gone").unlink()
    (tmp_path / "gone_too").unlink()
    (tmp_path / "blob").write_bytes(b"\xff\x00")
    (tmp_path / "stranger").write_text("not ours\n", encoding="utf-8")
    (tmp_path / "link").symlink_to("mine")
    return tmp_path


NEW = {
    "same": TEXT,
    "ours": TEXT.replace("five", "by us"),
    "mine": TEXT,
    "both": TEXT.replace("five", "by us"),
    "clash": TEXT.replace("three", "by us"),
    "gone": TEXT,
    "gone_too": TEXT.replace("five", "by us"),
    "blob": TEXT.replace("five", "by us"),
    "new/file": TEXT,
    "stranger": TEXT,
    "link": TEXT,
}
CLASH = TEXT.replace(
    "three\n", "<<<<<<< yours\nby hand\n=======\nby us\n>>>>>>> python-specialist\n"
)


def test_each_file_has_its_fate_and_nothing_is_written(edited: Path) -> None:
    before = tree(edited)
    changes = compare(files(NEW), LATER, edited)
    assert {change.path: (change.fate, change.reason) for change in changes.changes} == {
        output.SPEC: (Fate.CHANGED, ""),
        "same": (Fate.UNCHANGED, ""),
        "ours": (Fate.CHANGED, ""),
        "mine": (Fate.KEPT, "changed by hand"),
        "both": (Fate.MERGED, "changed by hand and by us"),
        "clash": (Fate.CONFLICT, "changed by hand and by us in 1 place"),
        "gone": (Fate.KEPT, "deleted by hand"),
        "gone_too": (Fate.CONFLICT, "deleted by hand, and changed by us"),
        "left": (Fate.KEPT, "no longer part of the project, but changed by hand"),
        "src/old": (Fate.REMOVED, "no longer part of the project"),
        "blob": (Fate.CONFLICT, "changed by hand, and no text"),
        "new/file": (Fate.ADDED, ""),
        "stranger": (Fate.CONFLICT, "not known to be ours"),
        "link": (Fate.CONFLICT, "a link"),
    }
    assert changes.was == SPEC
    assert not changes.nothing_to_do
    assert changes.counts[Fate.CONFLICT] == len(changes.conflicts) == 5
    both = "--- a/both\n+++ b/both\n@@ -2,4 +2,4 @@\n two\n three\n four\n-five\n+by us\n"
    assert both in changes.diff
    assert "+++ b/mine" not in changes.diff
    assert tree(edited) == before


def test_conflicts_are_refused_with_the_list(edited: Path) -> None:
    before = tree(edited)
    with pytest.raises(OutputError) as told:
        carry_out(compare(files(NEW), LATER, edited))
    assert "changed by hand, and no text: blob; changed by hand and by us in 1 place: clash; " in (
        str(told.value)
    )
    assert tree(edited) == before


def test_conflicts_are_marked_as_git_does(edited: Path) -> None:
    before = people(tree(edited))
    done = carry_out(compare(files(NEW), LATER, edited), Conflicts.MARK)
    texts = {
        path.relative_to(edited).as_posix(): path.read_bytes().decode(errors="replace")
        for path in edited.rglob("*")
        if path.is_file() and not path.is_symlink() and output.HOME not in path.parts
    }
    assert texts == {
        "same": TEXT,
        "ours": NEW["ours"],
        "mine": TEXT.replace("one", "by hand"),
        "both": TEXT.replace("one", "by hand").replace("five", "by us"),
        "clash": CLASH,
        "gone_too": NEW["gone_too"],
        "left": TEXT.replace("one", "by hand"),
        "blob": "\ufffd\x00",
        "blob.python-specialist-new": NEW["blob"],
        "new/file": TEXT,
        "stranger": "not ours\n",
        "stranger.python-specialist-new": TEXT,
        "link.python-specialist-new": TEXT,
    }
    assert (edited / "link").is_symlink()
    assert (edited / "mine").stat().st_mode & 0o777 == 0o755
    assert done.merged == ["both"]
    assert done.conflicts == ["clash", "gone_too"]
    assert done.beside == [f"{name}.python-specialist-new" for name in ("blob", "link", "stranger")]
    assert done.kept == ["gone", "left", "mine"]
    # What was written last is ours, as in git: the same again leaves the people's files alone.
    again = compare(files(NEW), LATER, edited)
    fates = {change.path: (change.fate, change.reason) for change in again.changes}
    assert fates["clash"] == (Fate.KEPT, "changed by hand, conflict markers are left in it")
    assert fates["both"] == (Fate.KEPT, "changed by hand")
    undone = undo(edited)
    assert people(tree(edited)) == before
    assert undone.left == 1
    assert undone.restored == ["both", "clash", "ours", "src/old"]


def test_ours_wins_by_force_and_undo_brings_back_what_it_replaced(edited: Path) -> None:
    before = people(tree(edited))
    carry_out(compare(files(NEW), LATER, edited), Conflicts.OURS)
    assert (edited / "stranger").read_text(encoding="utf-8") == TEXT
    assert (edited / "clash").read_text(encoding="utf-8") == NEW["clash"]
    assert not (edited / "link").is_symlink()
    assert (edited / "mine").read_text(encoding="utf-8") == TEXT.replace("one", "by hand")
    undo(edited)
    assert people(tree(edited)) == before


def test_several_undos_step_back_to_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    states = []
    for text in ("1\n", "2\n", "3\n"):
        applying.write(files({"src/a": text}), SPEC, folder)
        applying.write(files({"src/a": text}), SPEC, folder)  # changes nothing: no step
        states.append(people(tree(folder)))
    for state, left in ((states[1], 2), (states[0], 1)):
        assert undo(folder).left == left
        assert people(tree(folder)) == state
    assert undo(folder).removed == ["src/a"]
    assert not folder.exists()
    with pytest.raises(OutputError, match="is no folder"):
        undo(folder)
    with pytest.raises(OutputError, match="nothing to take back"):
        undo(tmp_path)


def test_undo_does_not_destroy_what_was_edited_since(edited: Path) -> None:
    carry_out(compare(files(NEW), LATER, edited), Conflicts.OURS)
    (edited / "ours").write_text("edited\n", encoding="utf-8")
    (edited / "new/file").write_text("edited\n", encoding="utf-8")
    before = tree(edited)
    with pytest.raises(OutputError, match=r"edited since: new/file, ours\. Move it away first"):
        undo(edited)
    assert tree(edited) == before


def test_only_the_last_applies_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "KEPT", 3)
    for number in range(6):
        applying.write(files({"a": f"{number}\n"}), SPEC, tmp_path)
    assert record.numbers(tmp_path) == [4, 5, 6]


def test_there_may_be_many_applies(tmp_path: Path) -> None:
    applying.write(files({"a": "1\n"}), SPEC, tmp_path)
    record_of = tmp_path / record.numbered(1)
    record_of.rename(tmp_path / record.numbered(9999))
    for number in (2, 3):
        applying.write(files({"a": f"{number}\n"}), SPEC, tmp_path)
    assert record.numbers(tmp_path) == [9999, 10000, 10001]
    undo(tmp_path)
    assert (tmp_path / "a").read_text() == "2\n"


class Killed(BaseException):
    """The process is gone: nothing that would run after it does."""


def kill_at(patch: pytest.MonkeyPatch, number: int) -> None:
    put, left = disk.put, iter(range(number))

    def broken(root: Path, path: str, new: Found, mark: str) -> None:
        if next(left, None) is None:
            (root / f"{mark}half").write_text("half a fi", encoding="utf-8")
            raise Killed
        put(root, path, new, mark)

    patch.setattr(carrying, "put", broken)
    patch.setattr(record, "take_back", lambda *_: ([], []))


def killed(folder: Path) -> Iterator[Tree]:
    """Break an apply off before each of its steps; yield what there was before."""
    for number in range(100):
        before = people(tree(folder))
        with pytest.MonkeyPatch.context() as patch:
            kill_at(patch, number)
            changes = compare(files(NEW), LATER, folder)
            try:
                carry_out(changes, Conflicts.OURS)
            except Killed:
                pass
            else:
                return
        assert (folder / record.BEGUN).exists()
        yield before


def test_what_was_killed_is_seen_as_if_it_had_not_begun(edited: Path) -> None:
    wanted = [(c.path, c.fate, c.after) for c in compare(files(NEW), LATER, edited).changes]
    steps = []
    for before in killed(edited):
        found = compare(files(NEW), LATER, edited)
        assert [(c.path, c.fate, c.after) for c in found.changes] == wanted
        undo(edited)
        steps.append(before)
    assert len(steps) > 10
    assert not list(edited.rglob(".new-*"))


def test_what_was_killed_is_proven_as_if_it_had_not_begun(edited: Path) -> None:
    changes = compare(files(NEW), LATER, edited)
    wanted = standing(changes).files
    for _ in killed(edited):
        assert standing(compare(files(NEW), LATER, edited)).files == wanted
        undo(edited)


def test_what_was_killed_is_taken_back_by_undo(edited: Path) -> None:
    for before in killed(edited):
        undo(edited)
        assert people(tree(edited)) == before
        assert record.numbers(edited) == [1]


def test_what_was_killed_is_taken_back_by_the_next_apply(edited: Path) -> None:
    for before in killed(edited):
        carry_out(compare(files(NEW), LATER, edited), Conflicts.OURS)
        undo(edited)
        assert people(tree(edited)) == before


def test_an_edit_after_a_kill_costs_nothing_of_what_was_there(edited: Path) -> None:
    file = edited / "clash"
    by_hand = file.read_text(encoding="utf-8")
    next(_ for _ in killed(edited) if file.read_text(encoding="utf-8") == NEW["clash"])
    file.write_text("edited\n", encoding="utf-8")
    carry_out(compare(files(NEW), LATER, edited), Conflicts.OURS)
    undo(edited)
    assert file.read_text(encoding="utf-8") == "edited\n"
    with pytest.raises(OutputError, match=r"edited since: clash\. Move it away first"):
        undo(edited)
    file.unlink()
    undo(edited)
    assert file.read_text(encoding="utf-8") == by_hand


def test_what_was_killed_is_not_proven(edited: Path) -> None:
    next(_ for _ in killed(edited) if (edited / "new/file").exists())
    changes = compare(files({"same": TEXT}), SPEC, edited)
    found = {each.path: each.content for each in applying.standing(changes).files}
    assert "new/file" not in found


def test_an_undo_that_was_killed_goes_on(edited: Path) -> None:
    before = people(tree(edited))
    carry_out(compare(files(NEW), LATER, edited), Conflicts.OURS)
    (edited / record.RECORDS / "0002.zip").rename(edited / record.BEGUN)
    (edited / "ours").write_text(TEXT, encoding="utf-8")  # taken back already
    undo(edited)
    assert people(tree(edited)) == before


def test_what_changed_since_it_was_compared_is_not_overwritten(edited: Path) -> None:
    changes = compare(files(NEW), LATER, edited)
    (edited / "same").write_text("edited\n", encoding="utf-8")
    with pytest.raises(OutputError, match="changed meanwhile: same"):
        carry_out(changes, Conflicts.OURS)


def test_two_do_not_write_at_once(edited: Path) -> None:
    descriptor = os.open(edited, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with pytest.raises(OutputError, match="another run is writing"):
            applying.write(files(NEW), LATER, edited, force=True)
    finally:
        os.close(descriptor)


def test_without_a_base_what_was_changed_is_in_conflict_in_full(tmp_path: Path) -> None:
    applying.write(files({"a": "1\n", "b": "1\n", "c": "1\n"}), SPEC, tmp_path)
    (tmp_path / output.BASE).unlink()
    (tmp_path / "a").write_text("edited\n", encoding="utf-8")
    (tmp_path / "c").unlink()
    changes = compare(files({"a": "2\n", "b": "2\n", "c": "2\n"}), SPEC, tmp_path)
    assert [change.fate for change in changes.changes[1:]] == [
        Fate.CONFLICT,
        Fate.CHANGED,
        Fate.ADDED,
    ]
    assert changes.conflicts[0].reason == "changed by hand, and what it was is not known"
    carry_out(changes, Conflicts.MARK)
    assert (tmp_path / "a").read_text(encoding="utf-8") == (
        "<<<<<<< yours\nedited\n=======\n2\n>>>>>>> python-specialist\n"
    )


def test_a_base_that_is_not_what_the_manifest_knows_is_none(tmp_path: Path) -> None:
    applying.write(files({"a": "1\n"}), SPEC, tmp_path)
    old = (tmp_path / output.BASE).read_bytes()
    applying.write(files({"a": "2\n"}), SPEC, tmp_path)
    for packed in (old, b"no archive", b""):
        (tmp_path / output.BASE).write_bytes(packed)
        (tmp_path / "a").write_text("edited\n", encoding="utf-8")
        changes = compare(files({"a": "3\n"}), SPEC, tmp_path)
        assert changes.conflicts[0].reason == "changed by hand, and what it was is not known"


def test_a_merge_that_is_no_python_is_a_conflict(tmp_path: Path) -> None:
    base = "def f(a):\n    return a\n\n\n\nf(1)\n"
    applying.write(files({"a.py": base}), SPEC, tmp_path)
    yours = "if a:\n    pass\n# a line\n" + base
    (tmp_path / "a.py").write_text("x = [\n    1]\n" + base, encoding="utf-8")
    ours = base.replace("f(1)\n", "f(1)\n")
    assert compare(files({"a.py": ours}), LATER, tmp_path).conflicts == ()
    (tmp_path / "a.py").write_text(f"{yours}", encoding="utf-8")
    broken = base.replace("f(1)", "f(1)\n  else")
    changes = compare(files({"a.py": broken}), LATER, tmp_path)
    assert changes.conflicts[0].reason.endswith("together it is no Python any more")


@pytest.mark.parametrize(
    "damage",
    [b"", b"no archive", b"PK\x05\x06" + bytes(18)],
)
def test_a_record_that_is_none_is_told(tmp_path: Path, damage: bytes) -> None:
    applying.write(files({"a": "1\n"}), SPEC, tmp_path)
    (tmp_path / record.RECORDS / "0001.zip").write_bytes(damage)
    with pytest.raises(OutputError, match=r"0001\.zip cannot be read: it is no record"):
        undo(tmp_path)
    (tmp_path / record.BEGUN).write_bytes(damage)
    with pytest.raises(OutputError, match=r"begun\.zip cannot be read: it is no record"):
        compare(files({"a": "2\n"}), SPEC, tmp_path)


@pytest.mark.parametrize("mark", ["", "a", ".new-*", ".new-0123456789abcdef"])
def test_a_record_cannot_make_us_remove_what_is_not_ours(tmp_path: Path, mark: str) -> None:
    packed = record.Record(mark, (), ()).pack()
    with pytest.raises(OutputError, match="it is no record"):
        record.parse(packed, "x")
    outside = tmp_path / "outside"
    outside.write_text("precious\n", encoding="utf-8")
    step = record.Step("../outside", disk.NOTHING, output.sha256(b"precious\n"))
    (tmp_path / "in").mkdir()
    output.replace(
        tmp_path / "in" / record.BEGUN, record.Record(record.new_mark(), (step,), ("..",)).pack()
    )
    with pytest.raises(OutputError, match="not a safe project path"):
        undo(tmp_path / "in")
    assert outside.exists()
