"""Which names may written code use, and where do they come from?

One closed table for the body of a custom operation, and one for the tests of its rule. A name that
is used is imported from where the table says; an argument of the function stands above the table.
"""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING

from agent.emitter import custom, ownership
from agent.emitter.testing.payloads import payload_names
from agent.planner import names
from agent.types import HttpMethod

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from agent.emitter.facts import Facts
    from agent.emitter.layout import Imports
    from agent.emitter.schemas import Schemas
    from agent.emitter.types import Pair
    from agent.types import Operation

CHANGES = frozenset({"delete", "update"})
STATEMENTS = frozenset(
    {"and_", "case", "exists", "false", "func", "not_", "or_", "select", "true", *CHANGES}
)
LOADERS = frozenset({"joinedload", "selectinload"})
ROUNDING = frozenset(
    {"ROUND_CEILING", "ROUND_DOWN", "ROUND_FLOOR", "ROUND_HALF_EVEN", "ROUND_HALF_UP", "ROUND_UP"}
)
ERRORS = frozenset({"ConflictError", "ForbiddenError", "InvalidError", "NotFoundError"})
FIXTURES: Mapping[str, Pair] = {
    "client": ("httpx", "AsyncClient"),
    "factory": ("tests.factories", "Factory"),
    "session": ("sqlalchemy.ext.asyncio", "AsyncSession"),
}
"""What a test is given by its name: the type of each, and where that comes from."""
_VALUES: dict[str, Pair] = {
    "dt": ("datetime as dt", ""),
    "Decimal": ("decimal", "Decimal"),
    "UUID": ("uuid", "UUID"),
}


def body_names(facts: Facts, schemas: Schemas, operation: Operation) -> dict[str, Pair]:
    """Return what the body of an operation may use beside its arguments and its own variables."""
    unit = custom.unit_of(facts, schemas, operation)
    found = {**_VALUES, **_models(facts), "utc_now": ("app.db.types", "utc_now")}
    is_reading = operation.method is HttpMethod.GET
    statements = STATEMENTS - CHANGES if is_reading else STATEMENTS
    found |= {name: ("sqlalchemy", name) for name in (*statements, "ColumnElement")}
    found |= {name: ("sqlalchemy.orm", name) for name in LOADERS}
    found |= {name: ("decimal", name) for name in ROUNDING}
    found |= {name: ("app.core.exceptions", name) for name in errors(facts, operation)}
    if ownership.needs_actor(unit, operation):
        found["has_role"] = ("app.services.permissions", "has_role")
    for direction, body in (("in", operation.input), ("out", operation.output)):
        for name in _reached(facts, body.schema_name if body else None):
            shown = schemas.input_class(name) if direction == "in" else name
            found[shown] = (f"app.schemas.{schemas.module_of(name)}", shown)
    hidden = {operation.name, "session", *(each.name for each in custom.given(unit, operation))}
    return {name: pair for name, pair in found.items() if name not in hidden}


def errors(facts: Facts, operation: Operation) -> set[str]:
    """Return the refusals that an operation may raise: those that its contract tells."""
    is_open = not facts.secured or "public" in (operation.permission or ())
    return set(ERRORS - {"ForbiddenError"} if is_open else ERRORS)


def acceptance_names(facts: Facts) -> dict[str, Pair]:
    """Return what a test may use beside its fixtures and its own variables."""
    found = {**_VALUES, **_models(facts), "pytest": ("pytest", "")}
    found |= {name: ("sqlalchemy", name) for name in ("func", "select")}
    found |= {name: ("tests.payloads", name) for name in payload_names(facts).values()}
    found["uuid4"] = ("uuid", "uuid4")
    if facts.secured:
        found["headers"] = ("tests.factories", "headers")
    return {name: pair for name, pair in found.items() if name not in FIXTURES}


def _models(facts: Facts) -> dict[str, Pair]:
    found = {name: (f"app.models.{names.snake(name)}", name) for name in facts.entities}
    return found | {name: ("app.models.enums", name) for name in facts.enums}


def _reached(facts: Facts, name: str | None, seen: Iterable[str] = ()) -> list[str]:
    """Return a schema and those that stand in it."""
    if name is None or name in seen:
        return []
    found = [name]
    for field in facts.schemas[name].fields:
        found += _reached(facts, field.schema_name, [*seen, *found])
    return found


@lru_cache(maxsize=256)  # a project is rendered again and again with what was written for it
def used(text: str) -> frozenset[str]:
    """Return the names that statements use.

    Raises:
        SyntaxError: the text is no Python.

    """
    names = (node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name))
    return frozenset(names)


def imports_of(text: str, table: Mapping[str, Pair], imports: Imports) -> None:
    """Add the imports that statements need, as far as the table knows their names."""
    imports.update(table[name] for name in used(text) if name in table)
