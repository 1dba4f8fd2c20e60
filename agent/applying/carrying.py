"""How does an apply happen whole or not at all? What it replaces is kept first, then it is done."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from agent import output
from agent.applying import archive, record
from agent.applying.changes import Changes, Conflicts, Fate, Undone, Written
from agent.applying.comparing import IGNORE, IGNORED
from agent.applying.disk import (
    NOTHING,
    Found,
    locked,
    look,
    missing_folders,
    put,
    remove_empty,
    told,
)
from agent.applying.record import Record, Step
from agent.applying.view import View
from agent.errors import OutputError
from agent.some import some

if TYPE_CHECKING:
    from pathlib import Path

    from agent.applying.changes import Change


def carry_out(changes: Changes, conflicts: Conflicts = Conflicts.REFUSE) -> Written:
    """Do what ``changes`` say, whole or not at all.

    Raises:
        OutputError: there are conflicts and they are to be refused; the folder is no longer as it
            was compared; another run is writing there; or the disk refuses. Nothing was written
            then, or (the disk) what was written was taken back.

    """
    if changes.conflicts and conflicts is Conflicts.REFUSE:
        raise OutputError(refused(changes))
    root = changes.folder.resolve()
    with told("the project was not written"):
        is_new = not root.exists()
        root.mkdir(parents=True, exist_ok=True)
        try:
            with locked(root):
                return _carry_out(root, changes, conflicts, is_new=is_new)
        finally:
            if is_new:
                with suppress(OSError):  # it is not empty, as everything went well
                    root.rmdir()


def refused(changes: Changes) -> str:
    """Say why nothing is written where there are conflicts, and what can be done."""
    reasons: dict[str, list[str]] = {}
    for change in changes.conflicts:
        reasons.setdefault(change.reason, []).append(change.path)
    named = "; ".join(f"{reason}: {some(each)}" for reason, each in reasons.items())
    return (
        f"not written, because this would overwrite what is not ours alone. {named}. Move it away, "
        "choose another folder, or use --merge (both sides between markers, as git does; ours "
        "beside what can have none) or --force (ours replaces it)."
    )


def _carry_out(root: Path, changes: Changes, conflicts: Conflicts, *, is_new: bool) -> Written:
    unfinished = record.begun(root)
    if unfinished is not None:
        record.take_back(root, unfinished)
    _as_compared(changes)
    new, done = _planned(changes, conflicts)
    steps = []
    for path, content in new.items():
        before = look(root, path)
        if path == IGNORE and before != NOTHING:
            continue
        after = Found() if content is None else Found(content, before.mode)
        digest = after.digest
        if digest != before.digest:
            steps.append((path, before, after, digest))
    if not steps:
        return done
    one_in_each = {path.rpartition("/")[0]: path for path, *_ in steps}
    made = {f: None for path in one_in_each.values() for f in missing_folders(root, path)}
    kept = Record(
        mark=record.new_mark(),
        steps=tuple(Step(path, before, digest) for path, before, _, digest in steps),
        made=(*([""] if is_new else []), *made),
    )
    try:
        record.begin(root, kept)
        for path, _, after, _ in steps:
            put(root, path, after, kept.mark)
        for path, _, after, _ in steps:
            if after == NOTHING:
                remove_empty(root, path)
        record.finish(root)
    except BaseException:
        record.take_back(root, kept)
        raise
    return done


def _as_compared(changes: Changes) -> None:
    """See that the folder is as it was when it was compared."""
    view = View(changes.folder)
    different = []
    for path, digest in changes.seen.items():
        if path.endswith("/"):
            view.modules(path.rstrip("/"))
        else:
            view.look(path)
        if view.seen[path] != digest:
            different.append(path)
    if different:
        raise OutputError(
            f"not written, because the folder was changed meanwhile: {some(different)}. "
            "Run it again."
        )


def _planned(changes: Changes, conflicts: Conflicts) -> tuple[dict[str, bytes | None], Written]:
    """Return path -> what is to stand there (None: nothing), and what that means."""
    new: dict[str, bytes | None] = {}
    done = Written(changes.folder, revisions=list(changes.revisions))
    for change in changes.changes:
        if change.fate is Fate.CONFLICT:
            _decide(change, conflicts, new, done)
        elif change.fate is Fate.KEPT:
            if conflicts is Conflicts.OURS and change.before is None:  # deleted by hand
                new[change.path] = change.ours
                done.written.append(change.path)
            else:
                done.kept.append(change.path)
        elif change.path == output.SPEC:  # not of the project: nobody counts it
            new[change.path] = change.after
        elif change.fate is Fate.UNCHANGED:
            done.unchanged.append(change.path)
        elif change.fate is Fate.REMOVED:
            new[change.path] = None
            done.removed.append(change.path)
        else:
            new[change.path] = change.after
            done.written.append(change.path)
            if change.fate is Fate.MERGED:
                done.merged.append(change.path)
    ours = {change.path: change.ours for change in changes.changes if change.ours is not None}
    new[IGNORE] = IGNORED
    base = {path: content for path, content in ours.items() if path != output.SPEC}
    new[output.BASE] = archive.pack(base)
    new[output.MANIFEST] = output.manifest_of(ours)
    return new, done


def _decide(
    change: Change, conflicts: Conflicts, new: dict[str, bytes | None], done: Written
) -> None:
    if conflicts is Conflicts.OURS:
        new[change.path] = change.ours
        done.written.append(change.path)
    elif change.beside is not None:
        new[change.beside] = change.ours
        done.written.append(change.beside)
        done.beside.append(change.beside)
    else:
        new[change.path] = change.after
        done.written.append(change.path)
        done.conflicts.append(change.path)


def undo(folder: Path) -> Undone:
    """Take back the last apply: every file is as it was before, and removed ones are back.

    Raises:
        OutputError: there is nothing to take back, or files were edited since: they are named, and
            nothing was changed.

    """
    root = folder.resolve()
    with told("not undone"):
        if not root.is_dir():
            raise OutputError(f"{folder} is no folder: nothing was applied to it")
        with locked(root):
            return _undo(root, folder)


def _undo(root: Path, folder: Path) -> Undone:
    last = record.begun(root)
    number = None
    if last is None:
        known = record.numbers(root)
        if not known:
            raise OutputError(f"there is nothing to take back in {folder}")
        number = record.numbered(known[-1])
        last = record.parse(look(root, number).content or b"", number)
    if edited := record.edited(root, last):
        raise OutputError(
            f"not undone, because this would destroy what was edited since: "
            f"{some(edited)}. Move it away first."
        )
    if number is not None:
        output.target(root, number).replace(output.target(root, record.BEGUN))
    restored, removed = record.take_back(root, last)
    left = len(record.numbers(root)) if root.is_dir() else 0
    shown = [path for path in restored if not path.startswith(f"{output.HOME}/")]
    gone = [path for path in removed if not path.startswith(f"{output.HOME}/")]
    return Undone(folder, shown, gone, left)
