"""What does the answer show of the project? Its tree, dependencies, configuration and patterns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.documents import (
    Architecture,
    Configuration,
    Dependencies,
    DockerConfiguration,
    PatternUse,
    Solution,
)
from agent.some import some

_MOST_FILES = 12

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agent.documents import GeneratedFile, Selection
    from agent.handlers.handler import Handler
    from agent.inspection import Inspection
    from agent.knowledge import Library


def solution(handler: Handler, project: Inspection, selection: Selection) -> Solution:
    """Return the handler's slice, within facts about the whole project."""
    return Solution(
        architecture=Architecture(
            framework=selection.framework, structure=tree(project.files.values())
        ),
        files=handler.slice(project.files.values()),
        dependencies=_dependencies(project),
        configuration=_configuration(project),
    )


def tree(files: Iterable[GeneratedFile]) -> dict[str, Any]:
    """Return folders as objects within each other; a file's name has its description."""
    root: dict[str, Any] = {}
    for file in files:
        *folders, name = file.path.split("/")
        here = root
        for folder in folders:
            here = here.setdefault(folder, {})
        here[name] = file.description
    return root


def patterns(handler: Handler, project: Inspection, library: Library) -> tuple[PatternUse, ...]:
    """Return the patterns that the handler combines, as far as this project uses them."""
    files: dict[str, list[str]] = {}
    for file in project.files.values():
        files.setdefault(file.pattern, []).append(file.path)
    return tuple(
        PatternUse(
            name=name,
            rationale=library.patterns[name].description,
            implementation=some(files[name], _MOST_FILES),
        )
        for name in handler.patterns
        if name in files
    )


def _dependencies(project: Inspection) -> Dependencies:
    table = project.pyproject["project"]
    optional = {name: tuple(items) for name, items in table["optional-dependencies"].items()}
    return Dependencies(
        production=tuple(table["dependencies"]),
        development=optional.pop("dev", ()),
        optional=optional,
    )


def _configuration(project: Inspection) -> Configuration:
    tools = project.pyproject["tool"]
    return Configuration(
        pyproject=project.pyproject,
        ruff=tools["ruff"],
        mypy=tools["mypy"],
        pytest=tools["pytest"],
        docker=DockerConfiguration(
            dockerfile=project.text("Dockerfile"), compose=project.text("compose.yaml")
        ),
    )
