"""Is a clause of a query, or a whole statement, plain text, or what a client sent?"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from agent.writing.data import PUTTING, bindings
from agent.writing.nodes import nodes_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from agent.writing.rules import Rules

Found = tuple[ast.AST, str]
_CLAUSES = frozenset({"filter", "group_by", "having", "order_by", "select_from", "where"})
_ORDERS = frozenset({"order_by", "partition_by"})


def plain_texts(body: Sequence[ast.stmt], rules: Rules) -> Iterator[Found]:
    """Yield the clauses and statements that are text, or what a client sent."""
    pairs = [pair for node in body for pair in bindings(node, PUTTING)]
    texts = set(rules.values | rules.rows)  # a field of theirs is what it holds, and no column
    while True:
        more = {name for names, value in pairs if _is_text(value, texts) for name in names}
        if more <= texts:
            break
        texts |= more
    for call in (each for node in body for each in nodes_of(node)):
        if not isinstance(call, ast.Call):
            continue
        for value in _clauses(call, rules):
            if _is_text(value, texts):
                yield call, "no SQL is written as text: name columns, such as Model.column"


def _clauses(call: ast.Call, rules: Rules) -> Iterator[ast.expr]:
    """Yield what a call takes as SQL."""
    match call.func:
        case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner in rules.bases:
            if name in rules.bases[owner].statements:
                yield from call.args
        case ast.Attribute(attr=name) if name in _CLAUSES:
            yield from call.args
        case ast.Name(id="select"):
            yield from call.args
    yield from (each.value for each in call.keywords if each.arg in _ORDERS)


def _is_text(node: ast.expr, texts: Collection[str]) -> bool:
    """Tell whether an expression surely is text or holds some."""
    match node:
        case ast.Name(id=name):
            return name in texts
        case ast.Constant(value=str()) | ast.JoinedStr() | ast.Call(func=ast.Name(id="str")):
            return True
        case ast.BinOp(left=one, right=other) | ast.IfExp(body=one, orelse=other):
            return _is_text(one, texts) or _is_text(other, texts)
        case ast.BoolOp(values=values) | ast.List(elts=values) | ast.Tuple(elts=values):
            return any(_is_text(each, texts) for each in values)
        case ast.Starred(value=value) | ast.Subscript(value=value) | ast.Attribute(value=value):
            return _is_text(value, texts)
    return False
