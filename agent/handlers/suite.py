"""How is the project tested? Files and fixtures, read from the tests that were emitted."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from agent.documents import Coverage, TestFile, TestFixture, Testing
from agent.inspection import KEPT, first_line, module

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.inspection import Inspection

    Kind = Literal["unit", "integration", "e2e"]
    Scope = Literal["function", "class", "module", "session"]

FOLDER = "tests/"
SCOPES: tuple[Scope, ...] = ("function", "class", "module", "session")


def testing(project: Inspection) -> Testing:
    """Return the test files, the fixtures and the coverage that the project demands of itself."""
    files = []
    fixtures: list[TestFixture] = []
    for path in project.under(FOLDER):
        file = project.files[path]
        if path.rsplit("/", 1)[-1].startswith("test_"):
            files.append(TestFile(path=path, type=_kind(path), description=file.description))
        if "fixture" in file.content:  # parsing every test would take longer than all the rest
            fixtures += _fixtures(file.content)
    kinds = {file.type for file in files}
    return Testing(
        coverage=Coverage(
            target=project.pyproject["tool"]["coverage"]["report"]["fail_under"],
            types=tuple(kind for kind in ("unit", "integration", "e2e") if kind in kinds),
        ),
        test_files=tuple(files),
        fixtures=tuple(fixtures),
    )


def _kind(path: str) -> Kind:
    if path.startswith("tests/unit/"):
        return "unit"
    return "integration" if path.startswith("tests/integration/") else "e2e"


@lru_cache(maxsize=KEPT)
def _fixtures(text: str) -> Sequence[TestFixture]:
    return list(_read_fixtures(module(text)))


def _read_fixtures(tree: ast.Module) -> Iterator[TestFixture]:
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for decorator in node.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            if ast.unparse(call.func if call else decorator).endswith("fixture"):
                keywords = {k.arg: k.value for k in call.keywords} if call else {}
                name = keywords.get("name")
                yield TestFixture(
                    name=node.name if name is None else str(ast.literal_eval(name)),
                    scope=_scope(keywords.get("scope")),
                    purpose=first_line(node),
                )


def _scope(value: ast.expr | None) -> Scope:
    said = value.value if isinstance(value, ast.Constant) else "function"
    return next((scope for scope in SCOPES if scope == said), "function")
