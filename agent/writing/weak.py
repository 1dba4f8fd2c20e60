"""Would an assert of a test hardly ever fail? A test knows what comes, and says just that."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from agent.writing.nodes import nodes_of
from agent.writing.same import meaning

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

Found = tuple[ast.AST, str]
STATUS = "a status is compared by == with the one that the rule gives"
ANY_NUMBER = "a test knows which number comes: compare it by =="
EITHER = "a test knows what comes: no or, if, not (... and ...), or constant in an assert"


def weak(node: ast.Assert, statuses: Collection[str], known: Mapping[str, str]) -> Iterator[Found]:
    """Yield why an assert passes whatever comes, or is likely to.

    ``statuses`` are variables that hold some, and ``known`` what variables mean.
    """
    yield from _always(node, known)
    yield from _nearly_always(node, statuses)


def _always(node: ast.Assert, known: Mapping[str, str]) -> Iterator[Found]:
    """Yield why an assert passes whatever comes."""
    if isinstance(node.test, ast.Tuple):
        yield node, "a tuple is always true: assert the condition, without brackets"
    for each in nodes_of(node.test):
        if isinstance(each, ast.Compare):
            sides = [meaning(side, known) for side in (each.left, *each.comparators)]
            if len(set(sides)) < len(sides):
                yield node, "an expression is not compared with itself"


def _nearly_always(node: ast.Assert, statuses: Collection[str]) -> Iterator[Found]:
    """Yield why an assert passes whatever is likely to come."""
    if _is_either(node.test, denied=False):
        yield node, EITHER
    deciding = list(_deciding(node.test))
    plain = {id(each) for part in deciding for each in _compared(part, statuses)}
    if any(_is_status(each, statuses) and id(each) not in plain for each in nodes_of(node.test)):
        yield node, STATUS
    if any(_is_any_number(part) for part in deciding):
        yield node, ANY_NUMBER


def _deciding(node: ast.expr) -> Iterator[ast.expr]:
    """Yield what has to be true, each by itself, also of each of several."""
    for part in all_of(node):
        match part:
            case ast.Call(func=ast.Name(id="all"), args=[ast.GeneratorExp(elt=element)]):
                yield from _deciding(element)
            case _:
                yield part


def _is_either(node: ast.expr, *, denied: bool) -> bool:
    """Tell whether one of several things is enough for an assert."""
    match node:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _is_either(operand, denied=not denied)
        case ast.BoolOp(op=operator, values=values):
            if isinstance(operator, ast.Or) != denied or not all(map(_has_a_name, values)):
                return True
            return any(_is_either(each, denied=denied) for each in values)
    return isinstance(node, ast.IfExp)


def _has_a_name(node: ast.expr) -> bool:
    return any(isinstance(each, ast.Name) for each in nodes_of(node))


def _is_status(node: ast.AST, statuses: Collection[str]) -> bool:
    match node:
        case ast.Attribute(attr=name):
            return name == "status_code"
        case ast.Name(id=name):
            return name in statuses
    return False


def holds_status(node: ast.expr, statuses: Collection[str]) -> bool:
    """Tell whether a value is a status, or a list of some; ``statuses`` are variables."""
    return any(_is_status(each, statuses) for each in _parts(node))


def _compared(node: ast.expr, statuses: Collection[str]) -> Iterator[ast.expr]:
    """Yield what is compared by == with something that is no status itself."""
    if isinstance(node, ast.Compare) and all(isinstance(each, ast.Eq) for each in node.ops):
        sides = [node.left, *node.comparators]
        if not all(holds_status(each, statuses) for each in sides):
            yield from (part for each in sides for part in _parts(each))


def _parts(node: ast.expr) -> Iterator[ast.expr]:
    """Yield a value, or those that it is a list, a set or a dict of."""
    match node:
        case ast.List(elts=values) | ast.Tuple(elts=values) | ast.Set(elts=values):
            inner = values
        case ast.Dict(values=values) | ast.Call(func=ast.Name(), args=values):
            inner = values
        case ast.ListComp(elt=value) | ast.SetComp(elt=value) | ast.GeneratorExp(elt=value):
            inner = [value]
        case _:
            inner = []
            yield node
    for each in inner:
        yield from _parts(each)


def _is_any_number(node: ast.expr) -> bool:
    """Tell whether this only says that a number is not negative, or in some range."""
    if not isinstance(node, ast.Compare):
        return False
    lefts = [node.left, *node.comparators]
    return any(map(_says_little, lefts, node.ops, node.comparators))


def _says_little(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> bool:
    match operator, right:
        case ast.GtE() | ast.Gt(), _:
            return _is_below(right, operator)
        case ast.LtE() | ast.Lt(), _:
            return _is_below(left, operator)
        case ast.In(), ast.Call(func=ast.Name(id="range")):
            return True
    return False


def _is_below(node: ast.expr, operator: ast.cmpop) -> bool:
    """Tell whether this is a number that is written out, and less than what is counted."""
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float())):
            return True
        case ast.Constant(value=int() | float() as number):
            return number == 0 and isinstance(operator, ast.GtE | ast.LtE)
        case ast.Call(func=ast.Name(id="Decimal"), args=[number]):
            return _is_below(number, operator)
        case ast.Constant(value=str(text)):
            return not text.strip("0.") and isinstance(operator, ast.GtE | ast.LtE)
    return False


def all_of(node: ast.expr) -> Iterator[ast.expr]:
    """Yield what has to be true, each by itself."""
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        for each in node.values:
            yield from all_of(each)
    else:
        yield node
