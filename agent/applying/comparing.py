"""What would become of a folder, if a project were applied to it? Decided for each path."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from agent import output
from agent.applying.changes import BESIDE, Change, Changes, Fate
from agent.applying.disk import NOTHING, Found, told
from agent.applying.merging import YOURS, merge
from agent.applying.revisions import PACKAGE, heads, parsed, texts_of
from agent.applying.view import View
from agent.emitter.revisions import FOLDER
from agent.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from agent.documents import GeneratedFile
    from agent.types import BackendSpec


def compare(files: Iterable[GeneratedFile], spec: BackendSpec, folder: Path) -> Changes:
    """Say what applying the whole project to ``folder`` would do. Nothing is written.

    Raises:
        OutputError: there is no way to write there at all: a link, a file or a folder is where the
            project has something else, the revisions would fall apart, or the disk refuses.

    """
    contents = {file.path: file.content.encode() for file in files}
    contents[output.SPEC] = spec_file(spec)
    with told("the project was not written"):
        view = View(folder)
        paths = sorted({*contents, *view.manifest})
        found = [_change(path, contents.get(path), view) for path in paths]
        changes = tuple(change for change in found if change is not None)
        view.look(output.BASE)
        view.look(IGNORE)
        _one_head(view, changes)
        return Changes(
            folder=folder,
            spec=spec,
            changes=changes,
            was=view.spec,
            revisions=tuple(
                change.path
                for change in changes
                if change.fate is Fate.ADDED and _is_revision(change.path) and view.spec
            ),
            seen=view.seen,
        )


IGNORE = f"{output.HOME}/.gitignore"
"""Keeps records of applies out of git: they are of this folder, and nobody else's."""
IGNORED = b"# what each apply replaced, for undo in this folder\n/undo/\n"


def spec_file(spec: BackendSpec) -> bytes:
    """Return the file that keeps the plan."""
    return (spec.model_dump_json(indent=2, exclude_defaults=True) + "\n").encode()


def _is_revision(path: str) -> bool:
    return path.startswith(f"{FOLDER}/") and path != PACKAGE


def _change(path: str, ours: bytes | None, view: View) -> Change | None:
    found = view.look(path)
    if ours is None:
        return _no_longer_part(path, found, view)
    if found == NOTHING:
        return _not_there(path, ours, view)
    yours = found.content
    if yours == ours:
        return Change(path, Fate.UNCHANGED, yours, ours, ours)
    if path == output.SPEC or found.digest in view.manifest.get(path, ()):
        return Change(path, Fate.CHANGED, yours, ours, ours)
    if yours is None or path not in view.manifest:
        reason = "a link" if yours is None else "not known to be ours"
        return _beside(path, found, ours, view, reason)
    return _changed_by_hand(path, yours, ours, view)


def _no_longer_part(path: str, found: Found, view: View) -> Change | None:
    if found == NOTHING:
        return None
    yours = found.content
    if found.digest in view.manifest[path]:
        return Change(path, Fate.REMOVED, yours, None, None, "no longer part of the project")
    reason = "no longer part of the project, but changed by hand"
    return Change(path, Fate.KEPT, yours, yours, None, reason)


def _not_there(path: str, ours: bytes, view: View) -> Change:
    base = view.base(path)
    if base is None:
        return Change(path, Fate.ADDED, None, ours, ours)
    if base == ours:
        return Change(path, Fate.KEPT, None, None, ours, "deleted by hand")
    reason = "deleted by hand, and changed by us"
    return Change(path, Fate.CONFLICT, None, ours, ours, reason)


def _changed_by_hand(path: str, yours: bytes, ours: bytes, view: View) -> Change:
    base = view.base(path)
    if base == ours:
        marked = any(line.startswith(YOURS.encode()) for line in yours.split(b"\n"))
        reason = "changed by hand" + (", conflict markers are left in it" if marked else "")
        return Change(path, Fate.KEPT, yours, yours, ours, reason)
    texts = _texts(base or b"", yours, ours)
    if texts is None:
        reason = "changed by hand, and no text"
        return _beside(path, Found(yours), ours, view, reason)
    fate, after, reason = _merged(path, texts, is_known=base is not None)
    return Change(path, fate, yours, after.encode(), ours, reason)


def _merged(path: str, texts: tuple[str, str, str], *, is_known: bool) -> tuple[Fate, str, str]:
    """Return what becomes of a file that both changed, what stands there then, and why."""
    base, yours, ours = texts
    merged = merge(base, yours, ours)
    if not is_known:
        reason = "changed by hand, and what it was is not known"
        return Fate.CONFLICT, merged.text, reason
    if merged.conflicts:
        many = "1 place" if merged.conflicts == 1 else f"{merged.conflicts} places"
        return Fate.CONFLICT, merged.text, f"changed by hand and by us in {many}"
    if path.endswith(".py") and _parses(yours) and not _parses(merged.text):
        reason = "changed by hand and by us: together it is no Python any more"
        return Fate.CONFLICT, merge("", yours, ours).text, reason
    if merged.text == yours:
        return Fate.KEPT, yours, "changed by hand, as we did"
    return Fate.MERGED, merged.text, "changed by hand and by us"


def _texts(base: bytes, yours: bytes, ours: bytes) -> tuple[str, str, str] | None:
    if any(b"\0" in each for each in (base, yours, ours)):
        return None
    try:
        return base.decode(), yours.decode(), ours.decode()
    except UnicodeDecodeError:
        return None


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _beside(path: str, found: Found, ours: bytes, view: View, reason: str) -> Change:
    """Give ours a name of its own next to what is not to be touched."""
    name = f"{path}{BESIDE}"
    number = 1
    while (there := view.look(name)) != NOTHING and there.content != ours:
        number += 1
        name = f"{path}{BESIDE}-{number}"
    before = found.content
    return Change(path, Fate.CONFLICT, before, before, ours, reason, beside=name)


def _one_head(view: View, changes: Iterable[Change]) -> None:
    """See that Alembic will find one way through the revisions.

    Raises:
        OutputError: there would be more ends than there are now.

    """
    before = texts_of(view)
    if not before:  # all that there will be are those of the project, which follow each other
        return
    after = dict(before)
    for change in changes:
        if change.path.startswith(f"{FOLDER}/") and change.path.endswith(".py"):
            after.pop(change.path, None)
            if change.after is not None:
                text = change.after if change.beside is None else change.ours or b""
                after[change.path] = text.decode(errors="replace")
    if after == before:
        return
    there, then = (heads(parsed(texts)) for texts in (before, after))
    if len(then) > max(1, len(there)):
        raise OutputError(
            f"{view.root / FOLDER} would have {len(then)} heads ({', '.join(then)}): the project's "
            "revisions do not follow those that are there. Move those that are not needed away, or "
            "choose another folder."
        )
