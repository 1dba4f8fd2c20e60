"""Which Alembic revisions does a folder have, and where do they end? Read, never run."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from agent.emitter.applied import Applied
from agent.emitter.revisions import FOLDER
from agent.emitter.slot_views import PLACE, TESTS_PLACE
from agent.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from agent.applying.view import View


PACKAGE = f"{FOLDER}/__init__.py"
SLOTS = (PLACE.partition("{")[0], TESTS_PLACE.partition("{")[0])


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision: its identifier, and those that it follows."""

    identifier: str
    follows: tuple[str, ...]


def applied(view: View) -> Applied | None:
    """Return what was applied last, or None where the plan is not known.

    Raises:
        OutputError: a revision cannot be read.

    """
    if view.spec is None:
        return None
    texts = texts_of(view)
    found = parsed(texts)
    written = {
        path: text
        for path in view.manifest
        if path.startswith(f"{FOLDER}/") and path.endswith(".py")
        if (text := _written(view, path)) is not None
    }
    slots = (path for path in view.manifest if path.startswith(SLOTS) and path.endswith(".py"))
    names = (path.rpartition("/")[2].removesuffix(".py") for path in texts)
    return Applied(
        spec=view.spec,
        heads=heads(found),
        revisions={path: text for path, text in written.items() if path != PACKAGE},
        others=tuple(
            path for path, text in texts.items() if path != PACKAGE and written.get(path) != text
        ),
        taken=frozenset({*names, *(each.identifier for each in found)}),
        written={path: _written(view, path) or "" for path in slots},
    )


def texts_of(view: View) -> dict[str, str]:
    """Return path -> text of the modules in the folder of revisions.

    Raises:
        OutputError: one is no UTF-8.

    """
    texts = {}
    for name in view.modules(FOLDER):
        path = f"{FOLDER}/{name}"
        content = view.look(path).content
        if content is None:
            raise OutputError(f"{path} is a link: a revision is read only where it is a file")
        try:
            texts[path] = content.decode()
        except UnicodeDecodeError as error:
            raise OutputError(f"{path} cannot be read: it is not UTF-8") from error
    return texts


def _written(view: View, path: str) -> str | None:
    base = view.base(path)
    return None if base is None else base.decode(errors="replace")


def parsed(texts: Mapping[str, str]) -> list[Revision]:
    """Return the revisions among some modules.

    Raises:
        OutputError: a module is no Python, or computes what it follows.

    """
    found = (_revision(path, text) for path, text in texts.items())
    return [each for each in found if each is not None]


def heads(revisions: Iterable[Revision]) -> tuple[str, ...]:
    """Return the identifiers that no other revision follows."""
    all_of_them = list(revisions)
    followed = {each for revision in all_of_them for each in revision.follows}
    return tuple(sorted({r.identifier for r in all_of_them} - followed))


@lru_cache(maxsize=8)  # a folder is compared before a project is proven, and after it
def _revision(path: str, text: str) -> Revision | None:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise OutputError(f"{path} cannot be read as a revision: mend it first") from error
    given: dict[str, ast.expr] = {}
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                given[name] = value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                given[name] = value
    if "revision" not in given:
        return None
    identifier = _literal(path, given["revision"])
    follows = _literal(path, given["down_revision"]) if "down_revision" in given else None
    each = (follows,) if follows is None or isinstance(follows, str) else tuple(follows)
    return Revision(str(identifier), tuple(str(one) for one in each if one is not None))


def _literal(path: str, value: ast.expr) -> str | list[str] | tuple[str, ...] | None:
    try:
        found: object = ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        found = ...
    if found is None or isinstance(found, str | list | tuple):
        return found
    raise OutputError(
        f"{path} cannot be read as a revision: revision and down_revision have to be plain text"
    )
