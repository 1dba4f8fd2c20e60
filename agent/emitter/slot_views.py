"""What stands in the module of a slot? The function that somebody fills, or filled."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from agent.emitter import custom
from agent.emitter.layout import Imports
from agent.emitter.vocabulary import body_names, imports_of
from agent.errors import EmitError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.emitter.facts import Facts
    from agent.emitter.schemas import Schemas
    from agent.types import Operation
    from agent.writing.written import Written

_BLANK = re.compile(r"\A(?:[ \t]*\n)+")
_ONE_LINE = 90
PLACE = "src/app/services/operations/{}.py"
TESTS_PLACE = "tests/acceptance/test_{}.py"
"""Where the slot of an operation lies, and where the tests of its rule."""


@dataclass(frozen=True, slots=True)
class SlotView:
    """One slot, ready for its template."""

    name: str
    title: str
    imports: str
    head: str
    summary: str
    lines: list[str]


def slot_views(facts: Facts, schemas: Schemas, written: Mapping[str, Written]) -> list[SlotView]:
    """Return the slots of a project.

    Raises:
        EmitError: what is written is no Python, or belongs to no custom operation.

    """
    operations = {o.name: o for o in custom.customs(facts)}
    for name in written:
        if name not in operations:
            raise EmitError(
                f"there is no custom operation {name!r}, for which something is written"
            )
    return [_slot(facts, schemas, o, written.get(o.name)) for o in operations.values()]


def written_paths(written: Mapping[str, Written]) -> list[str]:
    """Return the paths of the files that hold what somebody wrote."""
    bodies = [PLACE.format(name) for name, each in written.items() if each.body is not None]
    return [*bodies, *(TESTS_PLACE.format(name) for name, each in written.items() if each.tests)]


def _slot(
    facts: Facts, schemas: Schemas, operation: Operation, written: Written | None
) -> SlotView:
    imports = Imports()
    head = custom.head(custom.unit_of(facts, schemas, operation), operation, imports)
    body = written.body if written else None
    if body is None:
        imports.add("app.core.exceptions", "NotBuiltError")
        lines = [f"    {custom.not_built(operation)}"]
    else:
        lines = indented(body, f"the body of {operation.name}")
        imports_of(body, body_names(facts, schemas, operation), imports)
    return SlotView(
        name=operation.name,
        title=title(operation),
        imports=imports.render(),
        head=head,
        summary=custom.summary(operation, 4),
        lines=lines,
    )


def title(operation: Operation) -> str:
    """Return an operation's rule, below what it is called where it takes more than a line."""
    called = operation.summary or operation.name.replace("_", " ").capitalize()
    rule = operation.rule or ""
    is_short = len(rule) <= _ONE_LINE and ". " not in rule
    return rule if rule and is_short else f"{called.rstrip('.')}. {rule}".strip()


def indented(text: str, what: str) -> list[str]:
    """Return statements as the lines of a function's body; texts over several lines stay.

    Raises:
        EmitError: they are no statements that a function's body can be.

    """
    try:
        moved, statements = _moved(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise EmitError(f"{what} is no Python: {error}") from error
    if statements != 1:
        raise EmitError(f"{what} is more than the statements of one function")
    return list(moved)


@lru_cache(maxsize=256)  # a project is rendered again and again with what was written for it
def _moved(text: str) -> tuple[tuple[str, ...], int]:
    """Return statements as lines below the head of a function, and how many it then has with it."""
    text = _BLANK.sub("", text).rstrip()
    within = _inside_texts(ast.parse(text))
    lines = tuple(
        line if number in within or not line.strip() else f"    {line}"
        for number, line in enumerate(text.split("\n"), 1)
    )
    inside = ast.parse("\n".join(("async def slot():", *lines)))
    return lines, len(inside.body)


def _inside_texts(tree: ast.Module) -> set[int]:
    """Return the lines that begin inside a text."""
    found: set[int] = set()
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
        if isinstance(node, ast.expr) and (is_text or isinstance(node, ast.JoinedStr)):
            found |= set(range(node.lineno + 1, (node.end_lineno or node.lineno) + 1))
    return found
