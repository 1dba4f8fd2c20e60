"""How are templates filled? Each once, or once for each of the items that its path names."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from agent.emitter.layout import Imports, comment, docstring, one_line, quote
from agent.emitter.operations import fixed_first
from agent.planner import names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
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
    pattern: Pattern, context: Mapping[str, Any], kinds: Kinds, cache: Path | None
) -> Iterator[tuple[str, str]]:
    """Yield the files of a pattern whose templates are of these kinds: paths and texts."""
    root = pattern.folder / "assets" / "project"
    environment = environment_of(root, cache)
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
            content = _rendered(compiled, values)
            if content.strip():
                yield path, content
            continue
        variable, name = kind.split(".")
        for item in context[kinds[kind]]:
            content = _rendered(compiled, values, {variable: item})
            if content.strip():
                yield path.replace(f"{{{{ {kind} }}}}", getattr(item, name)), content


@lru_cache(maxsize=256)
def _kind(template: str) -> tuple[str, str]:
    """Return the path that a template makes, and what stands in it, if anything."""
    path = template.removesuffix(_MARK)
    return path, next((each for each in _KINDS if f"{{{{ {each} }}}}" in path), "")


def _rendered(
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
