"""What does a generated project say about itself? Facts read from its files, never run.

Handlers and handoffs tell others only what stands here, so that it is true of the project that was
really made.
"""

from __future__ import annotations

import ast
import json
import re
import tomllib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from agent.errors import EmitError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from agent.documents import GeneratedFile

SETTINGS = "src/app/core/config.py"
HEALTH = "src/app/api/health.py"
WORKFLOW = ".github/workflows/ci.yaml"
_HEADER = re.compile(r"^(?=\[)", re.MULTILINE)
"""Before a table of a TOML file that our templates wrote: no other line begins so."""
KEPT = 64
"""Files of a kind of which is remembered what was read from them."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable of the project; a secret has no ``value``."""

    name: str
    value: str | None
    secret: bool


class Inspection:
    """Look-ups in the files of one project."""

    def __init__(self, files: Iterable[GeneratedFile]) -> None:
        """Index the files by path."""
        self.files = {file.path: file for file in files}

    def text(self, path: str) -> str:
        """Return the text of a file that every project has.

        Raises:
            EmitError: it is not there.

        """
        if path not in self.files:
            raise EmitError(f"the project has no {path}")
        return self.files[path].content

    def under(self, folder: str, ending: str = ".py") -> Iterator[str]:
        """Yield the paths in a folder, in order."""
        return (path for path in self.files if path.startswith(folder) and path.endswith(ending))

    @cached_property
    def pyproject(self) -> dict[str, Any]:
        """Return pyproject.toml as data."""
        found: dict[str, Any] = {}
        for table in _HEADER.split(self.text("pyproject.toml")):
            _merge(found, _table(table))
        return found

    @cached_property
    def port(self) -> int:
        """Return the port that the container listens on."""
        return int(self._instruction("EXPOSE"))

    @cached_property
    def base_image(self) -> str:
        """Return the image that the container's last stage builds on."""
        return self._instruction("FROM").split()[0]

    @cached_property
    def command(self) -> list[str]:
        """Return the container's command, as arguments."""
        command: list[str] = json.loads(self._instruction("CMD"))
        return command

    @cached_property
    def health_paths(self) -> Mapping[str, str]:
        """Return the probes: the function's name -> its path."""
        return _health_paths(self.text(HEALTH))

    @cached_property
    def variables(self) -> tuple[Variable, ...]:
        """Return the environment variables that a deployment sets, as .env.example lists them."""
        fields = _settings(self.text(SETTINGS))
        baked = dict(re.findall(r"([A-Z_]+)=(\S+)", " ".join(self._instructions("ENV"))))
        found = []
        for name, example in re.findall(
            r"^([A-Z][A-Z0-9_]*)=(.*)$", self.text(".env.example"), re.MULTILINE
        ):
            # a URL with a user in it carries a password
            secret = "Secret" in fields.get(name, "") or bool(re.search(r"://[^/]*@", example))
            found.append(Variable(name, None if secret else baked.get(name, example), secret))
        return tuple(found)

    @cached_property
    def workflow_stages(self) -> tuple[str, ...]:
        """Return the commands that the CI workflow runs, in order."""
        if WORKFLOW not in self.files:
            return ()
        return tuple(re.findall(r"^\s*- run: (.+)$", self.text(WORKFLOW), re.MULTILINE))

    def _instruction(self, keyword: str) -> str:
        found = self._instructions(keyword)
        if not found:
            raise EmitError(f"the Dockerfile has no {keyword}")
        return found[-1]

    def _instructions(self, keyword: str) -> list[str]:
        return re.findall(rf"^{keyword} (.+)$", self.text("Dockerfile"), re.MULTILINE)


def module(text: str) -> ast.Module:
    """Return a Python file's syntax tree; an empty one where the proof will find it broken.

    Parsing is the dearest part of looking: what is read from a file is kept for the next project,
    whose file is often the same.
    """
    try:
        return ast.parse(text)
    except SyntaxError:
        return ast.Module(body=[], type_ignores=[])


@lru_cache(maxsize=KEPT)
def _table(text: str) -> Mapping[str, Any]:
    """Return a table of a TOML file as data; most are the same in every project."""
    return tomllib.loads(text)


def _merge(whole: dict[str, Any], part: Mapping[str, Any]) -> None:
    for key, value in part.items():
        if isinstance(value, dict):
            _merge(whole.setdefault(key, {}), value)
        else:
            whole[key] = value


@lru_cache(maxsize=KEPT)
def _health_paths(text: str) -> Mapping[str, str]:
    found = {}
    for node in module(text).body:
        if isinstance(node, ast.AsyncFunctionDef):
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and decorator.args:
                    found[node.name] = str(ast.literal_eval(decorator.args[0]))
    return found


@lru_cache(maxsize=KEPT)
def _settings(text: str) -> Mapping[str, str]:
    """Return the fields of the settings, as their variables are called: name -> type."""
    return {
        node.target.id.upper(): ast.unparse(node.annotation)
        for cls in module(text).body
        if isinstance(cls, ast.ClassDef) and cls.name == "Settings"
        for node in cls.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }


def first_line(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Return the first line of a docstring, or nothing."""
    return (ast.get_docstring(node) or "").split("\n", 1)[0]
