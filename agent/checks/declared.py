"""Does the application import only what it declares? What only we have installed is not elsewhere.

The sandbox has the agent's own packages, and so imports more than an environment that is made of
the project's requirements.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from functools import lru_cache
from importlib import metadata
from typing import TYPE_CHECKING

from agent.documents import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.checks.project import Project
    from agent.documents import GeneratedFile

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def undeclared(project: Project) -> Iterator[Finding]:
    """Name the imports below ``src/`` that no declared requirement brings.

    Only imports that always happen count, and only where ``pyproject.toml`` lists requirements.
    """
    requirements = _requirements(project.content("pyproject.toml"))
    if requirements is None:
        return
    brought = _with_their_own(requirements)
    own = {file.path.split("/")[1].removesuffix(".py") for file in _sources(project)}
    for file in _sources(project):
        for name, line in _imports(file.content):
            providers = _providers().get(name, frozenset())
            ours = name in own or name in sys.stdlib_module_names
            if providers and not ours and providers.isdisjoint(brought):
                message = f"{name} is imported, and no requirement brings {min(providers)}"
                yield Finding(message=message, path=file.path, line=line)


def _sources(project: Project) -> list[GeneratedFile]:
    return [each for each in project.files if re.fullmatch(r"src/.+\.py", each.path)]


def _requirements(text: str | None) -> list[str] | None:
    try:
        said = tomllib.loads(text or "").get("project", {}).get("dependencies")
    except (tomllib.TOMLDecodeError, AttributeError, RecursionError):
        return None
    return [str(each) for each in said] if isinstance(said, list) else None


def _with_their_own(requirements: list[str]) -> set[str]:
    """Follow requirements to what they require themselves; every extra counts as asked for."""
    brought: set[str] = set()
    waiting = list(requirements)
    while waiting:
        name = _plain(waiting.pop())
        if name in brought:
            continue
        brought.add(name)
        try:
            waiting += metadata.requires(name) or ()
        except metadata.PackageNotFoundError:
            continue
    return brought


def _imports(source: str) -> Iterator[tuple[str, int]]:
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError):
        return  # another check says so
    for node in body:
        if isinstance(node, ast.Import):
            for each in node.names:
                yield each.name.partition(".")[0], node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0], node.lineno


@lru_cache
def _providers() -> dict[str, frozenset[str]]:
    """Give the distributions that bring a module, by the module's name."""
    found = metadata.packages_distributions()
    return {module: frozenset(map(_plain, names)) for module, names in found.items()}


def _plain(requirement: str) -> str:
    """Give the name of a requirement, or of a distribution, as the index spells it."""
    name = NAME.match(requirement.strip())
    return re.sub(r"[._-]+", "-", name[0]).lower() if name else ""
