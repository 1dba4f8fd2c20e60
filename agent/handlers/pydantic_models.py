"""Which pydantic models does the project have? Read from the schema modules that were emitted."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING

from agent.documents import ModelField, PydanticModel
from agent.inspection import KEPT, first_line, module

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agent.inspection import Inspection

FOLDER = "src/app/schemas/"
ROOT = "BaseModel"


def pydantic_models(project: Inspection) -> tuple[PydanticModel, ...]:
    """Return every model class, in the order of files and lines."""
    classes = [each for path in project.under(FOLDER) for each in _classes(project.text(path))]
    parents = {model.name: bases for model, bases in classes}
    return tuple(model for model, _ in classes if _is_model(model.name, parents, set()))


@lru_cache(maxsize=KEPT)
def _classes(text: str) -> Sequence[tuple[PydanticModel, frozenset[str]]]:
    """Return the classes of a module as if all were models, each with the names of its bases."""
    return [
        (
            PydanticModel(name=node.name, purpose=first_line(node), fields=_fields(node)),
            frozenset(map(_base_name, node.bases)),
        )
        for node in module(text).body
        if isinstance(node, ast.ClassDef)
    ]


def _is_model(name: str, parents: Mapping[str, frozenset[str]], seen: set[str]) -> bool:
    if name == ROOT:
        return True
    if name in seen:
        return False
    return any(_is_model(base, parents, seen | {name}) for base in parents.get(name, ()))


def _base_name(node: ast.expr) -> str:
    generic = node.value if isinstance(node, ast.Subscript) else node
    return _code(generic)


def _fields(node: ast.ClassDef) -> tuple[ModelField, ...]:
    return tuple(
        ModelField(name=line.target.id, type=hint, validation=_validation(line.value))
        for line in node.body
        if isinstance(line, ast.AnnAssign)
        and isinstance(line.target, ast.Name)
        and not (hint := _code(line.annotation)).startswith("ClassVar")
    )


def _code(node: ast.expr) -> str:
    """Return an expression as code; most are a name, which takes no unparser."""
    return node.id if isinstance(node, ast.Name) else ast.unparse(node)


def _validation(value: ast.expr | None) -> str:
    """Return what is said of a field beside its type, as the code says it."""
    if value is None:
        return "required"
    text = _code(value)
    return text if text.startswith("Field(") else f"default {text}"
