"""Are two expressions of a test the same, though one stands in a variable?

Only what was answered over HTTP is followed: it never changes, while a row that is read again does.
"""

from __future__ import annotations

import ast
import hashlib
from typing import TYPE_CHECKING

from agent.writing.data import bindings
from agent.writing.nodes import nodes_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def meanings(body: Sequence[ast.stmt]) -> dict[str, str]:
    """Return what the variables mean that get an answer, or a part of one, and nothing else."""
    pairs = [pair for node in body for pair in bindings(node)]
    names = [name for found, _ in pairs for name in found]
    found: dict[str, str] = {}
    for node in body:  # in their order: what stands later is made of what stands before
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if names.count(name) == 1:
                used = {n.id for n in nodes_of(value) if isinstance(n, ast.Name)} & set(names)
                if _is_answer(value):
                    found[name] = f"answer {name}"
                elif used and used <= found.keys() and not _waits(value):
                    found[name] = meaning(value, found)
    return found


def meaning(node: ast.AST, known: Mapping[str, str]) -> str:
    """Return a digest that two expressions share where they say the same of the same."""
    if isinstance(node, ast.Name):
        return known.get(node.id, node.id)
    parts = [type(node).__name__]
    for _, value in ast.iter_fields(node):
        several = value if isinstance(value, list) else [value]
        parts += [
            meaning(each, known) if isinstance(each, ast.AST) else repr(each) for each in several
        ]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _waits(node: ast.expr) -> bool:
    return any(isinstance(each, ast.Await) for each in nodes_of(node))


def _is_answer(node: ast.expr) -> bool:
    match node:
        case ast.Await(value=ast.Call(func=ast.Attribute(value=ast.Name(id="client")))):
            return True
    return False
