"""What stands in a slot now, and at which lines? A finding names a line of the project's file.

What was written is laid out by the formatter, so its lines are not those of the file.
"""

from __future__ import annotations

import ast
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from agent.documents import GeneratedFile


@dataclass(frozen=True, slots=True)
class Standing:
    """The statements of one function of a module, not indented.

    ``first`` is the line of the file that the text begins at, and ``last`` the one that it ends at.
    """

    name: str
    text: str
    first: int
    last: int


def functions(content: str) -> tuple[Standing, ...]:
    """Return the async functions of a slot's module, or of its tests, in order.

    A docstring is no statement. What is no Python has none.
    """
    tree = _parsed(content)
    if tree is None:
        return ()
    lines = content.split("\n")
    found = []
    for node in tree.body:
        if isinstance(node, ast.AsyncFunctionDef):
            told = ast.get_docstring(node) is not None
            body = node.body[int(told) :]
            if body:
                last = node.end_lineno or body[-1].lineno
                first = _beginning(lines, body[0].lineno)
                text = textwrap.dedent("\n".join(lines[first - 1 : last]))
                found.append(Standing(node.name, text, first, last))
    return tuple(found)


def _beginning(lines: Sequence[str], first: int) -> int:
    """Return the line of the comments that stand before a first statement, or its own."""
    begins = at = first
    while lines[at - 2].lstrip()[:1] in {"", "#"}:  # the head, or a docstring, is above
        at -= 1
        begins = at if lines[at - 1].strip() else begins
    return begins


def unimplemented(files: Iterable[GeneratedFile]) -> Iterator[str]:
    """Yield the names of a project's operations that still answer 501, as its code says."""
    for file in files:
        if file.path.startswith("src/"):
            yield from not_built(file.content)


def not_built(content: str) -> tuple[str, ...]:
    """Return the names of the operations that a module says are not built yet."""
    return tuple(_not_built(content)) if "NotBuiltError(" in content else ()


def _not_built(content: str) -> Iterator[str]:
    for node in ast.walk(_parsed(content) or ast.Module([], [])):
        match node:
            case ast.Raise(
                exc=ast.Call(func=ast.Name("NotBuiltError"), args=[ast.Constant(value=str(name))])
            ) if name.isprintable():  # it is shown on terminals
                yield name


def _parsed(content: str) -> ast.Module | None:
    try:
        return ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None  # the check of syntax tells of it
