"""How does a spec become files? Every template of every pattern that applies, over one context."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from agent.documents import FileType, GeneratedFile, Warn
from agent.emitter.context import of_operations, of_plan, of_written
from agent.emitter.formatting import formatted, laid_out
from agent.emitter.layout import Imports, comment, docstring, one_line, quote
from agent.emitter.operations import fixed_first
from agent.emitter.revisions import FIRST, revisions
from agent.emitter.slot_views import written_paths
from agent.errors import EmitError
from agent.planner import names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from jinja2 import Environment, Template

    from agent.emitter.applied import Applied
    from agent.emitter.revisions import Revisions
    from agent.knowledge import Library, Pattern
    from agent.types import BackendSpec
    from agent.writing.written import Written

    Kinds = Mapping[str, str]

_MARK = ".j2"
_OF_PLAN: Kinds = {
    "": "",
    "entity.module": "entities",
    "entity.plural": "entities",
    "schema.module": "schema_modules",
    "case.plural": "test_modules",
}
"""What stands in a template's path -> the name of the items that it is rendered once for each."""
_OF_WRITTEN: Kinds = {
    "revision.file": "revisions",
    "slot.name": "slots",
    "acceptance.name": "acceptance",
}
"""The same, for templates of what changes while the plan does not."""
_KINDS = tuple(kind for kind in (*_OF_PLAN, *_OF_WRITTEN) if kind)


@dataclass(frozen=True, slots=True)
class Rendering:
    """The files of a project in the order of their paths, and what should be known of them."""

    files: tuple[GeneratedFile, ...]
    warnings: tuple[Warn, ...]


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
        self._add(files, context, _OF_WRITTEN)
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
            self._add(files, context, _OF_PLAN)
            self._frames[built] = _Frame(context, files)
        return self._frames[built]

    def _add(
        self, files: dict[str, GeneratedFile], context: Mapping[str, Any], kinds: Kinds
    ) -> None:
        """Render the templates of these kinds of all patterns that apply."""
        for pattern in self.library.patterns.values():
            if not _applies(pattern, context):
                continue
            for path, content in _render(pattern, context, kinds, self.library.cache):
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


def _render(
    pattern: Pattern, context: Mapping[str, Any], kinds: Kinds, cache: Path | None
) -> Iterator[tuple[str, str]]:
    """Yield the files of a pattern whose templates are of these kinds: paths and texts."""
    root = pattern.folder / "assets" / "project"
    environment = _environment(root, cache)
    values = {**environment.globals, **context}
    for template in pattern.templates:
        path, kind = _kind(template)
        if kind not in kinds:
            continue
        if path == template:
            yield path, _text(root, template)
            continue
        compiled = environment.get_template(template)
        if not kind:
            content = _filled(compiled, values)
            if content.strip():
                yield path, content
            continue
        variable, name = kind.split(".")
        for item in context[kinds[kind]]:
            content = _filled(compiled, values, {variable: item})
            if content.strip():
                yield path.replace(f"{{{{ {kind} }}}}", getattr(item, name)), content


@lru_cache(maxsize=256)
def _kind(template: str) -> tuple[str, str]:
    """Return the path that a template makes, and what stands in it, if anything."""
    path = template.removesuffix(_MARK)
    return path, next((each for each in _KINDS if f"{{{{ {each} }}}}" in path), "")


def _filled(
    template: Template, values: dict[str, Any], item: Mapping[str, Any] | None = None
) -> str:
    """Render a template, as its own method does, which copies all values each time."""
    context = template.new_context(values, shared=True, locals=item)
    try:
        return template.environment.concat(template.root_render_func(context))
    except Exception:  # noqa: BLE001 - it is raised again, with the template's own lines
        template.environment.handle_exception()


@lru_cache(maxsize=256)
def _text(root: Path, path: str) -> str:
    """Return a file that every project has as it is; like a template, it is read once."""
    return (root / path).read_text("utf-8")


@lru_cache(maxsize=64)
def _environment(root: Path, cache: Path | None) -> Environment:
    from jinja2 import (  # noqa: PLC0415 - heavy
        Environment,
        FileSystemBytecodeCache,
        FileSystemLoader,
        StrictUndefined,
    )

    if cache is not None:
        cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    environment = Environment(
        loader=FileSystemLoader(root),
        bytecode_cache=FileSystemBytecodeCache(str(cache)) if cache else None,
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - Python, not HTML; names are checked before they get here
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters["quote"] = quote
    environment.filters["doc"] = docstring
    environment.filters["fixed_first"] = fixed_first
    environment.filters["comment"] = comment
    environment.filters["line"] = one_line
    environment.filters["toml"] = lambda text: json.dumps(text, ensure_ascii=False)
    environment.filters["cell"] = cell
    environment.filters["article"] = names.article
    environment.filters["snake"] = names.snake
    environment.filters["import_from"] = import_from
    environment.filters["indented"] = lambda text, by: text.replace("\n", "\n" + " " * by)
    return environment


def cell(text: str) -> str:
    """Return text for a Markdown table or paragraph: one line, nothing that is markup."""
    plain = " ".join(text.split())
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")


def import_from(members: list[str], module: str) -> str:
    """Return one import statement."""
    imports = Imports()
    imports.add(module, *members)
    return imports.render()


def _checked(path: str) -> str:
    parts = path.split("/")
    if path.startswith("/") or "\\" in path or any(p in {"", ".", ".."} for p in parts):
        raise EmitError(f"the path {path!r} leaves the project")
    return path


def file_type(path: str) -> FileType:
    """Return the published type of a file, by where it lies."""
    rules = (
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
    return next((kind for part, kind in rules if part in path), FileType.CONFIG)


def _description(path: str, content: str) -> str:
    """Return a Python file's first docstring line, or a document's title."""
    first = content.lstrip().split("\n", 1)[0]
    if path.endswith(".py") and first.startswith('"""'):
        return first.strip('"').strip()
    if path.endswith(".md") and first.startswith("# "):
        return first.removeprefix("# ")
    return ""
