"""Does a test of a rule show anything? It calls the API, and compares what comes of it.

What is asked is little: one comparison that can fail, and none that cannot. Whether it says what
the rule says is for who reads it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from agent.writing.data import bindings
from agent.writing.nodes import nodes_of
from agent.writing.same import meanings
from agent.writing.weak import all_of, holds_status, weak

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

Found = tuple[ast.AST, str]
NOTHING = (
    "a test asserts something of an answer: outside of loops, it compares by == what the client "
    "answered, or a row of the session, with what is expected"
)
_TRUTHS = frozenset({"all", "any", "bool"})


def shown(body: Sequence[ast.stmt]) -> Iterator[Found]:
    """Yield what keeps a test from showing something, and the asserts that hardly ever fail."""
    nodes = [each for node in body for each in nodes_of(node)]
    if not any(_is_of(each, {"client"}) for each in nodes):
        yield body[-1], "a test calls the API: await client.get(...)"
    answers = _holding(body, _mentions)
    asserts = [each for each in body if isinstance(each, ast.Assert)]
    if not any(_tells(part, answers) for each in asserts for part in all_of(each.test)):
        yield body[-1], NOTHING
    statuses = _holding(body, holds_status)
    known = meanings(body)
    for node in nodes:
        if isinstance(node, ast.Assert):
            yield from weak(node, statuses, known)


def _is_of(node: ast.AST, owners: Collection[str]) -> bool:
    """Tell whether a node is an awaited call of one of these."""
    match node:
        case ast.Await(value=ast.Call(func=ast.Attribute(value=ast.Name(id=owner)))):
            return owner in owners
    return False


def _holding(
    body: Sequence[ast.stmt], holds: Callable[[ast.expr, Collection[str]], bool]
) -> set[str]:
    """Return the variables that hold something; ``holds`` tells it of a value, by those found."""
    pairs = [pair for node in body for pair in bindings(node)]
    found: set[str] = set()
    while True:
        more = {name for names, value in pairs if holds(value, found) for name in names}
        if more <= found:
            return found
        found |= more


def _mentions(node: ast.AST, answers: Collection[str]) -> bool:
    return any(
        _is_of(each, {"client", "session"}) or (isinstance(each, ast.Name) and each.id in answers)
        for each in nodes_of(node)
    )


def _tells(node: ast.expr, answers: Collection[str]) -> bool:
    """Tell whether this compares something of an answer with something else."""
    if not isinstance(node, ast.Compare):
        return False
    left, right = node.left, node.comparators[0]
    if _names(left) & _names(right) & set(answers) or _is_truth(left) or _is_truth(right):
        return False
    match node.ops[0]:
        case ast.In():  # among some that might come is not which
            is_empty = isinstance(left, ast.Constant) and left.value == ""
            return _mentions(right, answers) and not is_empty
        case ast.Eq() | ast.Is():
            return _mentions(left, answers) or _mentions(right, answers)
    return False


def _is_truth(node: ast.expr) -> bool:
    """Tell whether this is only true or false, whatever the answer was."""
    match node:
        case ast.Compare() | ast.UnaryOp(op=ast.Not()):
            return True
        case ast.Call(func=ast.Name(id=name)):
            return name in _TRUTHS
    return False


def _names(node: ast.AST) -> set[str]:
    return {each.id for each in nodes_of(node) if isinstance(each, ast.Name)}
