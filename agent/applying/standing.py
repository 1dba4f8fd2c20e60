"""What will there be to prove, once a project is applied? What people made is part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent import existing, output
from agent.applying.changes import Fate
from agent.applying.record import begun, to_put_back
from agent.documents import GeneratedFile
from agent.emitter.project import file_type

if TYPE_CHECKING:
    from pathlib import Path

    from agent.applying.changes import Change, Changes


def standing(changes: Changes) -> existing.Existing:
    """Return the project as it would stand in the folder after ``changes``: what is to be proven.

    Where there is a conflict, ours stands, as markers do not run. Where nothing is known of the
    folder, only the project's own files do: what else lies there is no part of it.

    Raises:
        RefusedError: what people put there is too large, or no text where there must be text.

    """
    texts: dict[str, str] = {}
    left_out: list[str] = []
    if changes.was is not None:
        found, left_out = existing.read(changes.folder)
        texts = {path: text for path, (_, text) in found.items()}
        _take_back(texts, changes.folder.resolve())
    for change in changes.changes:
        content = _stands(change)
        if content is None:
            texts.pop(change.path, None)
        elif change.fate is not Fate.KEPT or change.path in texts:
            texts[change.path] = content.decode(errors="replace")
    texts = {p: text for p, text in sorted(texts.items()) if not p.startswith(f"{output.HOME}/")}
    ours = {change.path: change.ours for change in changes.changes if change.ours is not None}
    return existing.Existing(
        name=changes.spec.name,
        files=tuple(
            GeneratedFile(path=path, content=text, type=file_type(path))
            for path, text in texts.items()
        ),
        database=changes.spec.database,
        spec=changes.spec,
        manifest={path: {output.sha256(content)} for path, content in ours.items()},
        digests={path: output.sha256(text.encode()) for path, text in texts.items()},
        left_out=tuple(left_out),
    )


def _take_back(texts: dict[str, str], root: Path) -> None:
    """Undo in ``texts`` what an apply did that was killed: the next one takes it back first."""
    unfinished = begun(root)
    if unfinished is None:
        return
    for path in [path for path in texts if f"/{unfinished.mark}" in f"/{path}"]:
        del texts[path]
    for step in to_put_back(root, unfinished):
        texts.pop(step.path, None)
        if step.before.content is not None:
            texts[step.path] = step.before.content.decode(errors="replace")


def _stands(change: Change) -> bytes | None:
    return change.ours if change.fate is Fate.CONFLICT else change.after
