"""What may a statement of written code be? Assignments, decisions, loops with an end, refusals."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from agent.writing import rules as allowed
from agent.writing.calls import arguments

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.writing.walk import Walk


def _expression(walk: Walk, node: ast.Expr) -> None:
    if isinstance(node.value, ast.Constant):
        walk.object_to(node, "a bare value does nothing: a comment begins with #")
    walk.look(node.value)


def _assign(walk: Walk, node: ast.Assign) -> None:
    if len(node.targets) > 1:
        walk.object_to(node, "one assignment a line")
    for target in node.targets:
        walk.target(target)
    walk.look(node.value)


def _augmented(walk: Walk, node: ast.AugAssign) -> None:
    walk.target(node.target)
    # The same as the operator between what was there and the value.
    left = ast.copy_location(ast.Constant(value=None), node)
    if isinstance(node.target, ast.Name):
        left = ast.copy_location(ast.Name(id=node.target.id, ctx=ast.Load()), node)  # type: ignore[assignment]  # either is an expression
    walk.look(ast.copy_location(ast.BinOp(left=left, op=node.op, right=node.value), node))


def _annotated(walk: Walk, node: ast.AnnAssign) -> None:
    if not isinstance(node.target, ast.Name):
        walk.object_to(node, "only a variable is given a type")
    walk.target(node.target)
    if not _is_type(walk, node.annotation):
        walk.object_to(node, f"{ast.unparse(node.annotation)} is no type that is known here")
    if node.value is not None:
        walk.look(node.value)


def _is_type(walk: Walk, node: ast.expr) -> bool:
    """Tell whether an annotation is made of types that are given."""
    if isinstance(node, ast.Name):
        return node.id in walk.rules.types | allowed.TYPES
    if isinstance(node, ast.Attribute):
        return ast.unparse(node) in {f"dt.{name}" for name in allowed.CLOCK}
    if isinstance(node, ast.Subscript):
        return _is_type(walk, node.value) and _is_type(walk, node.slice)
    if isinstance(node, ast.Tuple):
        return all(_is_type(walk, each) for each in node.elts)
    if isinstance(node, ast.BinOp):
        is_union = isinstance(node.op, ast.BitOr)
        return is_union and _is_type(walk, node.left) and _is_type(walk, node.right)
    return isinstance(node, ast.Constant) and (node.value is None or node.value is ...)


def _return(walk: Walk, node: ast.Return) -> None:
    if walk.rules.is_test:
        walk.object_to(node, "a test runs to its end: no return")
    if node.value is not None:
        walk.look(node.value)


def _if(walk: Walk, node: ast.If) -> None:
    if walk.rules.is_test:
        walk.object_to(node, "a test knows what comes: no if, but another test")
    walk.look(node.test)
    walk.statements(node.body)
    match node.orelse:
        case [ast.If() as other]:
            _if(walk, other)
        case _:
            walk.statements(node.orelse)


def _for(walk: Walk, node: ast.For) -> None:
    walk.target(node.target)
    walk.look(node.iter)
    walk.statements(node.body)
    walk.statements(node.orelse)


def _raise(walk: Walk, node: ast.Raise) -> None:
    match node.exc:
        case ast.Call(func=ast.Name(id=name)) as raised if name in walk.rules.errors:
            arguments(walk, raised)
        case _:
            some = ", ".join(sorted(walk.rules.errors))
            said = f"raise one of {some}, with what the client is told"
            walk.object_to(node, "a test raises nothing" if walk.rules.is_test else said)
    if node.cause is not None:
        walk.object_to(node, "an error has no cause that a client could read: no from")


def _assert(walk: Walk, node: ast.Assert) -> None:
    if not walk.rules.is_test:
        walk.object_to(node, "a body refuses by raising an error, not by assert")
    walk.all((node.test, node.msg))


def _nothing(_walk: Walk, _node: ast.AST) -> None:
    """Find nothing wrong."""


STATEMENTS: dict[type[ast.AST], Callable[[Walk, Any], None]] = {
    ast.AnnAssign: _annotated,
    ast.Assert: _assert,
    ast.Assign: _assign,
    ast.AugAssign: _augmented,
    ast.Break: _nothing,
    ast.Continue: _nothing,
    ast.Expr: _expression,
    ast.For: _for,
    ast.If: _if,
    ast.Pass: _nothing,
    ast.Raise: _raise,
    ast.Return: _return,
}
