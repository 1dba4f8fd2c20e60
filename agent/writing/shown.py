"""Does a test of a rule show anything? It calls the API, and compares what comes of it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from agent.writing.data import bindings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

Found = tuple[ast.AST, str]
NOTHING = (
    "a test asserts something of an answer: outside of loops, it compares by == what the client "
    "answered, or a row of the session, with what is expected"
)
_TELLING = (ast.Eq, ast.In, ast.Is)


def shown(body: Sequence[ast.stmt]) -> Iterator[Found]:
    """Yield what keeps a test from showing something, and the asserts that always pass."""
    nodes = [each for node in body for each in ast.walk(node)]
    if not any(_is_of(each, {"client"}) for each in nodes):
        yield body[-1], "a test calls the API: await client.get(...)"
    answers = _answers(body)
    asserts = [each for each in body if isinstance(each, ast.Assert)]
    if not any(_tells(part, answers) for each in asserts for part in _all_of(each.test)):
        yield body[-1], NOTHING
    for node in nodes:
        if isinstance(node, ast.Assert):
            yield from _always(node)


def _is_of(node: ast.AST, owners: Collection[str]) -> bool:
    """Tell whether a node is an awaited call of one of these."""
    match node:
        case ast.Await(value=ast.Call(func=ast.Attribute(value=ast.Name(id=owner)))):
            return owner in owners
    return False


def _answers(body: Sequence[ast.stmt]) -> set[str]:
    """Return the variables that hold something of an answer or of a row."""
    pairs = [pair for node in body for pair in bindings(node)]
    found: set[str] = set()
    while True:
        more = {name for names, value in pairs if _mentions(value, found) for name in names}
        if more <= found:
            return found
        found |= more


def _mentions(node: ast.AST, answers: Collection[str]) -> bool:
    return any(
        _is_of(each, {"client", "session"}) or (isinstance(each, ast.Name) and each.id in answers)
        for each in ast.walk(node)
    )


def _all_of(node: ast.expr) -> Iterator[ast.expr]:
    """Yield what has to be true, each by itself."""
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        for each in node.values:
            yield from _all_of(each)
    else:
        yield node


def _tells(node: ast.expr, answers: Collection[str]) -> bool:
    """Tell whether this compares something of an answer with something else."""
    if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], _TELLING):
        return False
    left, right = node.left, node.comparators[0]
    if _names(left) & _names(right) & set(answers):
        return False
    return _mentions(left, answers) or _mentions(right, answers)


def _names(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _always(node: ast.Assert) -> Iterator[Found]:
    """Yield why an assert passes whatever comes."""
    if isinstance(node.test, ast.Tuple):
        yield node, "a tuple is always true: assert the condition, without brackets"
    for each in ast.walk(node.test):
        if isinstance(each, ast.Compare):
            sides = [ast.dump(side) for side in (each.left, *each.comparators)]
            if len(set(sides)) < len(sides):
                yield node, "an expression is not compared with itself"
    yield from ((node, "an assert has no or with a constant") for _ in _constants(node.test))


def _constants(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the parts of an ``or`` that decide which are made of nothing but constants."""
    if isinstance(node, ast.UnaryOp):
        yield from _constants(node.operand)
    if isinstance(node, ast.BoolOp):
        for each in node.values:
            if isinstance(node.op, ast.Or) and not _names(each):
                yield each
            yield from _constants(each)
