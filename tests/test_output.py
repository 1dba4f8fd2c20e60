"""How projects get onto the disk, and what is never touched."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from agent import applying, output
from agent.documents import FileType, GeneratedFile
from agent.errors import OutputError
from agent.types import BackendSpec

SPEC = BackendSpec(name="todo")


def files(**contents: str) -> list[GeneratedFile]:
    return [
        GeneratedFile(path=path.replace("__", "/"), content=text, type=FileType.CONFIG)
        for path, text in contents.items()
    ]


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file() and output.HOME not in path.parts
    }


def test_everything_is_written_with_a_manifest_and_the_spec(tmp_path: Path) -> None:
    out = tmp_path / "new" / "project"
    done = applying.write(files(a="1\n", src__b="ü\n"), SPEC, out)
    assert tree(out) == {"a": "1\n", "src/b": "ü\n"}
    assert done.written == ["a", "src/b"]  # the spec is kept, and not counted
    manifest = json.loads((out / output.MANIFEST).read_text(encoding="utf-8"))
    assert manifest["files"] == {
        path: [hashlib.sha256((out / path).read_bytes()).hexdigest()]
        for path in (output.SPEC, *done.written)
    }
    kept = BackendSpec.model_validate_json((out / output.SPEC).read_text(encoding="utf-8"))
    assert kept == SPEC


def test_written_again_nothing_changes(tmp_path: Path) -> None:
    applying.write(files(a="1\n"), SPEC, tmp_path)
    before = (tmp_path / "a").stat().st_mtime_ns
    done = applying.write(files(a="1\n"), SPEC, tmp_path)
    assert (done.written, done.unchanged) == ([], ["a"])
    assert (tmp_path / "a").stat().st_mtime_ns == before


def test_our_own_files_are_replaced_and_removed(tmp_path: Path) -> None:
    applying.write(files(a="1\n", old__b="2\n"), SPEC, tmp_path)
    done = applying.write(files(a="new\n", c="3\n"), SPEC, tmp_path)
    assert tree(tmp_path) == {"a": "new\n", "c": "3\n"}
    assert done.removed == ["old/b"]
    assert not (tmp_path / "old").exists()


def test_a_file_of_somebody_else_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("mine\n", encoding="utf-8")
    with pytest.raises(OutputError, match=r"not known to be ours: b\. Move it away"):
        applying.write(files(a="1\n", b="2\n"), SPEC, tmp_path)
    assert tree(tmp_path) == {"b": "mine\n"}
    assert not (tmp_path / output.HOME).exists()


def test_a_changed_file_is_not_overwritten_without_force(tmp_path: Path) -> None:
    applying.write(files(a="1\n", b="1\n"), SPEC, tmp_path)
    (tmp_path / "a").write_text("edited\n", encoding="utf-8")
    with pytest.raises(OutputError, match=": a\\. "):
        applying.write(files(a="2\n", b="2\n"), SPEC, tmp_path)
    assert tree(tmp_path) == {"a": "edited\n", "b": "1\n"}
    applying.write(files(a="2\n", b="2\n"), SPEC, tmp_path, force=True)
    assert tree(tmp_path) == {"a": "2\n", "b": "2\n"}


def test_a_file_that_already_says_the_same_is_taken_in(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1\n", encoding="utf-8")
    applying.write(files(a="1\n"), SPEC, tmp_path)
    applying.write(files(a="2\n"), SPEC, tmp_path)
    assert tree(tmp_path) == {"a": "2\n"}


def test_a_changed_file_that_is_no_longer_part_is_kept(tmp_path: Path) -> None:
    applying.write(files(a="1\n", b="2\n"), SPEC, tmp_path)
    (tmp_path / "b").write_text("edited\n", encoding="utf-8")
    done = applying.write(files(a="1\n"), SPEC, tmp_path)
    assert (done.kept, done.removed) == (["b"], [])
    assert tree(tmp_path) == {"a": "1\n", "b": "edited\n"}


def test_a_file_that_the_user_deleted_comes_back_only_by_force(tmp_path: Path) -> None:
    applying.write(files(a="1\n"), SPEC, tmp_path)
    (tmp_path / "a").unlink()
    assert applying.write(files(a="1\n"), SPEC, tmp_path).kept == ["a"]
    assert tree(tmp_path) == {}
    assert applying.write(files(a="1\n"), SPEC, tmp_path, force=True).written == ["a"]
    assert tree(tmp_path) == {"a": "1\n"}


def test_after_a_run_that_broke_off_the_next_one_goes_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    applying.write(files(a="1\n", b="1\n"), SPEC, tmp_path)
    replace = output.replace

    def broken(target: Path, content: bytes, *, mode: int | None = None, prefix: str = "") -> None:
        if target.name == "b":
            raise OSError(28, "No space left on device", str(target))
        replace(target, content, mode=mode, prefix=prefix)

    with monkeypatch.context() as patch:
        patch.setattr(output, "replace", broken)
        with pytest.raises(OutputError, match=r"No space left on device at .*b"):
            applying.write(files(a="2\n", b="2\n"), SPEC, tmp_path)
    assert tree(tmp_path) == {"a": "1\n", "b": "1\n"}
    applying.write(files(a="3\n", b="3\n"), SPEC, tmp_path)
    assert tree(tmp_path) == {"a": "3\n", "b": "3\n"}


def test_half_a_file_is_never_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_self: Path, _target: Path) -> Path:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "replace", broken)
    with pytest.raises(OutputError, match="Input/output error"):
        applying.write(files(a="1\n"), SPEC, tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("force", [False, True])
def test_links_lead_nowhere(tmp_path: Path, force: bool) -> None:  # noqa: FBT001 - a parameter
    outside, out = tmp_path / "outside", tmp_path / "out"
    outside.mkdir()
    out.mkdir()
    (out / "src").symlink_to(outside)
    with pytest.raises(OutputError, match="is a link"):
        applying.write(files(src__a="1\n"), SPEC, out, force=force)
    assert list(outside.iterdir()) == []


def test_a_link_in_the_place_of_a_file_is_replaced_only_by_force(tmp_path: Path) -> None:
    outside, out = tmp_path / "outside", tmp_path / "out"
    outside.write_text("1\n", encoding="utf-8")
    out.mkdir()
    (out / "a").symlink_to(outside)
    with pytest.raises(OutputError, match=": a\\. "):
        applying.write(files(a="1\n"), SPEC, out)
    applying.write(files(a="2\n"), SPEC, out, force=True)
    assert outside.read_text(encoding="utf-8") == "1\n"
    assert not (out / "a").is_symlink()


def test_a_manifest_cannot_make_us_delete_what_is_outside(tmp_path: Path) -> None:
    victim, out = tmp_path / "victim", tmp_path / "out"
    victim.write_text("precious\n", encoding="utf-8")
    digest = hashlib.sha256(victim.read_bytes()).hexdigest()
    (out / output.HOME).mkdir(parents=True)
    manifest = json.dumps({"version": 1, "files": {"../victim": [digest]}})
    (out / output.MANIFEST).write_text(manifest, encoding="utf-8")
    with pytest.raises(OutputError, match="not a safe project path"):
        applying.write(files(a="1\n"), SPEC, out)
    assert victim.exists()


@pytest.mark.parametrize("text", ["", "[]", '{"files": 3}', '{"files": {"a": 1}}', "\x00"])
def test_a_manifest_that_is_none_knows_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / output.HOME).mkdir()
    (tmp_path / output.MANIFEST).write_text(text, encoding="utf-8")
    (tmp_path / "a").write_text("mine\n", encoding="utf-8")
    with pytest.raises(OutputError, match=": a\\. "):
        applying.write(files(a="1\n"), SPEC, tmp_path)


@pytest.mark.parametrize("path", ["../a", "/a", "a//b", "a/./b", "a\\b", "a:b", ""])
def test_paths_do_not_leave_the_folder(tmp_path: Path, path: str) -> None:
    bad = GeneratedFile(path=path, content="", type=FileType.CONFIG)
    with pytest.raises(OutputError, match="not a safe project path"):
        applying.write([bad], SPEC, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_folders_and_files_in_each_others_place(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(OutputError, match="is a folder, where the project has a file"):
        applying.write(files(a="1\n"), SPEC, tmp_path, force=True)
    (tmp_path / "b").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="is a file, where the project has a folder"):
        applying.write(files(b__c="1\n"), SPEC, tmp_path, force=True)
    with pytest.raises(OutputError, match="name a folder"):
        applying.write(files(c="1\n"), SPEC, tmp_path / "b")


def test_a_long_list_is_cut(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"f{number:02}").write_text("mine\n", encoding="utf-8")
    with pytest.raises(OutputError, match="f19 and 10 more"):
        applying.write(files(**{f"f{number:02}": "1\n" for number in range(30)}), SPEC, tmp_path)


def test_a_folder_that_cannot_be_written_to_is_told_before_anything_is_made(tmp_path: Path) -> None:
    output.look_ahead(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OutputError, match="nothing can be written to /proc/x/y: "):
        output.look_ahead(Path("/proc/x/y"))
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="file is a file: name a folder"):
        output.look_ahead(tmp_path / "file" / "b")
