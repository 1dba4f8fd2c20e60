"""How are templates filled? Each once, or once for each of the items that its path names."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from agent.emitter.layout import Imports, comment, docstring, one_line, quote
from agent.emitter.operations import fixed_first
from agent.planner import names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from jinja2 import Environment, Template

    from agent.knowledge import Pattern

    Kinds = Mapping[str, str]

_MARK = ".j2"
OF_PLAN: Kinds = {
    "": "",
    "entity.module": "entities",
    "entity.plural": "entities",
    "schema.module": "schema_modules",
    "case.plural": "test_modules",
}
"""What stands in a template's path -> the name of the items that it is rendered once for each."""
OF_WRITTEN: Kinds = {
    "revision.file": "revisions",
    "slot.name": "slots",
    "acceptance.name": "acceptance",
}
"""The same, for templates of what changes while the plan does not."""
_KINDS = tuple(kind for kind in (*OF_PLAN, *OF_WRITTEN) if kind)


def filled(
    patterns: Iterable[Pattern], context: Mapping[str, Any], kinds: Kinds, cache: Path | None
) -> Iterator[tuple[Pattern, str, str]]:
    """Yield the files of patterns whose templates are of these kinds: each with path and text."""
    from jinja2.defaults import DEFAULT_NAMESPACE  # noqa: PLC0415 - heavy

    values = {**DEFAULT_NAMESPACE, **context}
    for pattern in patterns:
        for path, kind, source in _sources(pattern.folder, pattern.templates, cache):
            if kind not in kinds:
                continue
            if isinstance(source, str):
                yield pattern, path, source
                continue
            if not kind:
                content = _rendered(source, values)
                if content.strip():
                    yield pattern, path, content
                continue
            variable, name = kind.split(".")
            for item in context[kinds[kind]]:
                content = _rendered(source, {**values, variable: item})
                if content.strip():
                    yield pattern, path.replace(f"{{{{ {kind} }}}}", getattr(item, name)), content


@lru_cache(maxsize=64)
def _sources(
    folder: Path, templates: tuple[str, ...], cache: Path | None
) -> tuple[tuple[str, str, Template | str], ...]:
    """Return what files of a pattern are made of; nothing of it is read twice.

    Each has the path of what it makes, what stands in it, if anything, and the template, or the
    text that every project has as it is.
    """
    root = folder / "assets" / "project"
    environment = environment_of(root, cache)
    found: list[tuple[str, str, Template | str]] = []
    for template in templates:
        path = template.removesuffix(_MARK)
        if path == template:
            found.append((path, "", (root / path).read_text("utf-8")))
        else:
            kind = next((each for each in _KINDS if f"{{{{ {each} }}}}" in path), "")
            found.append((path, kind, environment.get_template(template)))
    return tuple(found)


def _rendered(template: Template, values: dict[str, Any]) -> str:
    """Render a template, as its own method does, which copies all values each time."""
    environment = template.environment
    context = environment.context_class(environment, values, template.name, template.blocks)
    try:
        return environment.concat(template.root_render_func(context))
    except Exception:  # noqa: BLE001 - it is raised again, with the template's own lines
        environment.handle_exception()


@lru_cache(maxsize=64)
def environment_of(root: Path, cache: Path | None) -> Environment:
    """Return what reads the templates of a folder, with all that they may call."""
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
