"""Which tests does a suite have? Read from its source: a run that leaves one out is found out."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agent.documents import GeneratedFile

Place = tuple[str, str]
"""The path of a file and the name of a test function in it (``TestThing::test_it`` in a class)."""


def is_test_module(path: str) -> bool:
    """Tell whether pytest looks for tests in the file at ``path``, as it is told to."""
    name = path.rpartition("/")[2]
    return path.startswith("tests/") and name.startswith("test_") and name.endswith(".py")


def tests_of(files: Iterable[GeneratedFile]) -> dict[Place, int]:
    """Give every test below ``tests/`` that pytest would collect, and its line."""
    found = {}
    for file in files:
        if is_test_module(file.path):
            try:
                tree = ast.parse(file.content)
            except (SyntaxError, ValueError, RecursionError):
                continue  # another check says so
            for test, line in _tests(tree.body, ""):
                found[file.path, test] = line
    return found


def _tests(body: Iterable[ast.stmt], within: str) -> Iterator[tuple[str, int]]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name.startswith("test"):
                yield f"{within}{node.name}", node.lineno
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from _tests(node.body, f"{within}{node.name}::")
