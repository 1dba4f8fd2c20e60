"""How does a spec become files? Every template of every pattern that applies, over one context."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from agent.documents import FileType, GeneratedFile, Warn
from agent.emitter.context import of_operations, of_plan, of_written
from agent.emitter.formatting import formatted, laid_out
from agent.emitter.revisions import FIRST, revisions
from agent.emitter.slot_views import written_paths
from agent.emitter.templates import OF_PLAN, OF_WRITTEN, filled
from agent.errors import EmitError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from agent.emitter.applied import Applied
    from agent.emitter.revisions import Revisions
    from agent.emitter.templates import Kinds
    from agent.knowledge import Library, Pattern
    from agent.types import BackendSpec
    from agent.writing.written import Written


_NO_NAMES = frozenset({"", ".", ".."})
_TYPES = (
    ("tests/", FileType.TEST),
    ("migrations/", FileType.MIGRATION),
    ("alembic", FileType.MIGRATION),
    ("/endpoints/", FileType.ROUTER),
    ("/router.py", FileType.ROUTER),
    ("/services/", FileType.SERVICE),
    ("/repositories/", FileType.REPOSITORY),
    ("/models/", FileType.MODEL),
    ("/db/", FileType.MODEL),
    ("/schemas/", FileType.SCHEMA),
    ("/api/", FileType.DEPENDENCY),
    ("middleware", FileType.MIDDLEWARE),
)
"""What stands in a path -> the type of such a file; the first that is found counts."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """The files of a project in the order of their paths, and what should be known of them."""

    files: tuple[GeneratedFile, ...]
    warnings: tuple[Warn, ...]

    def __reduce__(self) -> tuple[Callable[..., Rendering], tuple[object, ...]]:
        """Say how a copy in another process is made: of plain data, read by one call."""
        return _rendering, ([vars(file) for file in self.files], self.warnings)


_FILES = TypeAdapter(tuple[GeneratedFile, ...])


def _rendering(files: Sequence[Mapping[str, Any]], warnings: tuple[Warn, ...]) -> Rendering:
    return Rendering(_FILES.validate_python(files), warnings)


def emit(
    spec: BackendSpec, library: Library, written: Mapping[str, Written] | None = None
) -> tuple[GeneratedFile, ...]:
    """Render the whole project of a resolved spec, in the order of the paths.

    Raises:
        EmitError: as ``render`` says.

    """
    return render(spec, library, written).files


def render(
    spec: BackendSpec,
    library: Library,
    written: Mapping[str, Written] | None = None,
    applied: Applied | None = None,
) -> Rendering:
    """Render the whole project of a resolved spec once, as ``Renderer.render`` does."""
    return Renderer(spec, library).render(written, applied)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all renderings have that have bodies of the same operations; nothing changes in it."""

    context: Mapping[str, Any]
    files: Mapping[str, GeneratedFile]


class Renderer:
    """Renders one plan, as often as what is written into its slots changes.

    Whatever does not depend on that is made once. Templates of it are rendered without what is
    written, and could not read it: a name that is not there is an error.
    """

    def __init__(self, spec: BackendSpec, library: Library) -> None:
        """Take a resolved plan and the patterns; nothing is rendered yet."""
        self.spec = spec
        self.library = library
        self._frames: dict[frozenset[str], _Frame] = {}

    def __reduce__(self) -> tuple[type[Renderer], tuple[BackendSpec, Library]]:
        """Say how a copy in another process is made: without what is made once."""
        return Renderer, (self.spec, self.library)

    def render(
        self,
        written: Mapping[str, Written] | None = None,
        applied: Applied | None = None,
    ) -> Rendering:
        """Render the whole project, and tell what is not as it should be.

        Args:
            written: What fills the slots of custom operations, by the operation's name.
            applied: What the folder has already that the project is for: its revisions stay as
                they are, and what is different now becomes a new one.

        Raises:
            EmitError: two patterns emit one path, a path leaves the project, or what is written
                for an operation is no Python, or is written for none.
            RefusedError: what is different from what is applied cannot become a revision.

        """
        written = written or {}
        found = revisions(self._plan["facts"], applied)
        changing = of_written(self._plan["facts"], self._plan["schemas"], written)
        frame = self._frame(frozenset(n for n, each in written.items() if each.body is not None))
        context = {**frame.context, **changing, "revisions": found.new}
        files = dict(frame.files)
        self._add(files, context, OF_WRITTEN)
        made = laid_out(self.spec, [files[path] for path in sorted(files)], written_paths(written))
        unkept = (_unkept(*rule) for rule in self._plan["unkept_rules"])
        return Rendering(files=_with_revisions(made, found), warnings=(*unkept, *found.warnings))

    @cached_property
    def _plan(self) -> dict[str, Any]:
        return of_plan(self.spec)

    def _frame(self, built: frozenset[str]) -> _Frame:
        if built not in self._frames:
            context = {**self._plan, **of_operations(self._plan["facts"], built)}
            files: dict[str, GeneratedFile] = {}
            self._add(files, context, OF_PLAN)
            self._frames[built] = _Frame(context, files)
        return self._frames[built]

    def _add(
        self, files: dict[str, GeneratedFile], context: Mapping[str, Any], kinds: Kinds
    ) -> None:
        """Render the templates of these kinds of all patterns that apply."""
        patterns = [p for p in self.library.patterns.values() if _applies(p, context)]
        for pattern, path, content in filled(patterns, context, kinds, self.library.cache):
            if path in files:
                raise EmitError(f"{pattern.name} and {files[path].pattern} both emit {path}")
            files[path] = _file(path, content, pattern.name)


def _file(path: str, content: str, pattern: str) -> GeneratedFile:
    return GeneratedFile(
        path=_checked(path),
        content=content,
        type=file_type(path),
        description=_description(path, content),
        pattern=pattern,
    )


def _with_revisions(
    files: tuple[GeneratedFile, ...], found: Revisions
) -> tuple[GeneratedFile, ...]:
    """Lay a new revision out, and put those in the first one's place that were applied."""
    if found.applied is None:
        return files
    new = {view.path for view in found.new}
    first = next(file for file in files if file.path == FIRST)
    settings = [file for file in files if file.path == "pyproject.toml"]
    kept = [file for file in files if file.path not in {*new, FIRST}]
    kept += formatted([file for file in files if file.path in new] + settings, new)[: len(new)]
    kept += [_file(path, text, first.pattern) for path, text in found.applied.revisions.items()]
    return tuple(sorted(kept, key=lambda file: file.path))


def _unkept(entity: str, rule: str) -> Warn:
    return Warn(
        code="row-rule",
        message=f"{entity}: no values were found that keep the check '{rule}'. The emitted tests "
        "make rows and bodies without regard to it, and fail where it refuses those.",
    )


def _applies(pattern: Pattern, context: Mapping[str, Any]) -> bool:
    condition = pattern.metadata.get("applies", "always")
    return condition == "always" or bool(context[condition])


def _checked(path: str) -> str:
    if "\\" in path or not _NO_NAMES.isdisjoint(path.split("/")):
        raise EmitError(f"the path {path!r} leaves the project")
    return path


@lru_cache(maxsize=4096)
def file_type(path: str) -> FileType:
    """Return the published type of a file, by where it lies."""
    for part, kind in _TYPES:
        if part in path:
            return kind
    return FileType.CONFIG


def _description(path: str, content: str) -> str:
    """Return a Python file's first docstring line, or a document's title."""
    first = content.lstrip().split("\n", 1)[0]
    if path.endswith(".py") and first.startswith('"""'):
        return first.strip('"').strip()
    if path.endswith(".md") and first.startswith("# "):
        return first.removeprefix("# ")
    return ""
