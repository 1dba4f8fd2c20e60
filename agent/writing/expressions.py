"""What may an expression of written code be? Values, fields, plain operators, comprehensions."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from agent.writing import rules as allowed
from agent.writing.nodes import nodes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agent.writing.walk import Walk

FORMAT = re.compile(r"[+ ]?0?\d{0,2},?(\.\d{1,2})?[dfs%]?|(%[YmdHMSBbAaj]|[-/.:, T])+", re.ASCII)
_OPERATORS = (
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.Div,
    ast.FloorDiv,
    ast.Mod,
    ast.Pow,
    ast.BitAnd,
    ast.BitOr,
    ast.BitXor,
)
_TEXTS = (ast.JoinedStr, ast.List, ast.Tuple, ast.ListComp)


def name(walk: Walk, node: ast.Name) -> None:
    """Look at a name that is neither called nor stands before a dot."""
    rules, called = walk.rules, node.id
    if called in walk.variables | rules.values | rules.rows | rules.constants | rules.types:
        return
    if called in rules.bases:
        some = ", ".join(sorted(rules.bases[called].called | rules.bases[called].read)[:8])
        walk.object_to(node, f"{called} stands only before a dot, and then one of {some}")
    elif called in rules.errors:
        walk.object_to(node, f"{called} is only raised")
    elif called in rules.callables | allowed.BUILTINS:
        walk.object_to(node, f"{called} is only called: {called}(...)")
    else:
        walk.object_to(node, f"there is no {called} here{walk.meant(called, rules.given)}")


def _attribute(walk: Walk, node: ast.Attribute) -> None:
    """Look at an attribute that is read, and not called."""
    owner = node.value
    base = walk.rules.bases.get(owner.id) if isinstance(owner, ast.Name) else None
    if base is None:
        walk.field(node)
        walk.look(owner)
    elif node.attr not in base.read:
        some = ", ".join(sorted(base.called | base.read)[:16])
        walk.object_to(node, f"{ast.unparse(node)} cannot be read; there is {some}")


def _operation(walk: Walk, node: ast.BinOp) -> None:
    operator, left, right = node.op, node.left, node.right
    if not isinstance(operator, _OPERATORS):
        walk.object_to(node, f"the operator {type(operator).__name__} is not allowed")
    if isinstance(operator, ast.Pow):
        power = right.value if isinstance(right, ast.Constant) else None
        if not isinstance(power, int) or not 0 <= power <= allowed.LARGEST_POWER:
            walk.object_to(node, f"a power is a plain number up to {allowed.LARGEST_POWER}")
        if isinstance(left, ast.BinOp | ast.Constant):
            walk.object_to(node, "what has a power is a variable or a field")
    if isinstance(operator, ast.Mult) and (_is_text(left) or _is_text(right)):
        walk.object_to(node, "text and lists are not multiplied")
    if isinstance(operator, ast.Mod) and _is_text(left):
        walk.object_to(node, "text is filled by an f-string")
    walk.all((left, right))


def _is_text(node: ast.expr) -> bool:
    is_constant = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return is_constant or isinstance(node, _TEXTS)


def _constant(walk: Walk, node: ast.Constant) -> None:
    value = node.value
    if isinstance(value, bytes | complex) or value is ...:
        walk.object_to(node, "only text, numbers, True, False and None are written out")
    elif value in walk.rules.protected and not walk.rules.is_test:
        walk.object_to(node, f"{value} is not changed here")
    elif isinstance(value, str) and (node.end_lineno or node.lineno) > node.lineno:
        walk.object_to(node, "a text stands on one line")
    elif isinstance(value, int | float) and not -_MOST <= value <= _MOST:
        walk.object_to(node, f"a number is at most {_MOST}")


_MOST = allowed.LARGEST_NUMBER


def _filled(walk: Walk, node: ast.FormattedValue) -> None:
    if node.conversion != -1:
        walk.object_to(node, "an f-string converts nothing: no !r")
    if node.format_spec is not None:
        parts = node.format_spec.values if isinstance(node.format_spec, ast.JoinedStr) else []
        texts = [str(part.value) for part in parts if isinstance(part, ast.Constant)]
        if len(texts) != len(parts) or not FORMAT.fullmatch("".join(texts)):
            walk.object_to(node, "the format of an f-string is plain, such as .2f or %Y-%m-%d")
    walk.look(node.value)


def _generators(walk: Walk, generators: Sequence[ast.comprehension]) -> None:
    for each in generators:
        if each.is_async:
            walk.object_to(each.target, "a comprehension is not async: await before it")
        names = nodes_of(each.target)
        if not all(isinstance(n, ast.Name | ast.Tuple | ast.expr_context) for n in names):
            walk.object_to(each.target, "a comprehension fills variables")
        walk.target(each.target)
        walk.all((each.iter, *each.ifs))


def _comprehension(walk: Walk, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> None:
    _generators(walk, node.generators)
    walk.look(node.elt)
    if isinstance(node, ast.GeneratorExp):
        first = {id(each) for each in nodes_of(node.generators[0].iter)}  # it is there before
        if any(isinstance(n, ast.Await) and id(n) not in first for n in nodes_of(node)):
            walk.object_to(node, "a generator does not await: use a list, [...]")


def _dict_comprehension(walk: Walk, node: ast.DictComp) -> None:
    _generators(walk, node.generators)
    walk.all((node.key, node.value))


def _dict(walk: Walk, node: ast.Dict) -> None:
    for key in node.keys:
        if isinstance(key, ast.Attribute) and key.attr in walk.rules.protected:
            walk.object_to(key, f"{key.attr} is not changed here")
    walk.all((*node.keys, *node.values))


def _elements(walk: Walk, node: ast.List | ast.Tuple | ast.Set) -> None:
    walk.all(node.elts)


EXPRESSIONS: dict[type[ast.AST], Callable[[Walk, Any], None]] = {
    ast.Attribute: _attribute,
    ast.BinOp: _operation,
    ast.BoolOp: lambda walk, node: walk.all(node.values),
    ast.Compare: lambda walk, node: walk.all((node.left, *node.comparators)),
    ast.Constant: _constant,
    ast.Dict: _dict,
    ast.DictComp: _dict_comprehension,
    ast.FormattedValue: _filled,
    ast.GeneratorExp: _comprehension,
    ast.IfExp: lambda walk, node: walk.all((node.test, node.body, node.orelse)),
    ast.JoinedStr: lambda walk, node: walk.all(node.values),
    ast.List: _elements,
    ast.ListComp: _comprehension,
    ast.Name: name,
    ast.Set: _elements,
    ast.SetComp: _comprehension,
    ast.Slice: lambda walk, node: walk.all((node.lower, node.upper, node.step)),
    ast.Subscript: lambda walk, node: walk.all((node.value, node.slice)),
    ast.Tuple: _elements,
    ast.UnaryOp: lambda walk, node: walk.look(node.operand),
}
