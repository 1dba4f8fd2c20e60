"""Does a loop change what it goes over, or is a clause of a query plain text?"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from agent.writing.data import PUTTING, bindings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from agent.writing.rules import Rules

Found = tuple[ast.AST, str]
# Functions whose result goes on with what they were given; those of other calls are new.
_LIVE = frozenset({"enumerate", "max", "min", "next", "reversed", "zip"})
_INTO = frozenset({"get", "items", "keys", "pop", "setdefault", "values"})
_CLAUSES = frozenset({"filter", "group_by", "having", "order_by", "select_from", "where"})
_ORDERS = frozenset({"order_by", "partition_by"})
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)


def endless(body: Sequence[ast.stmt]) -> Iterator[Found]:
    """Yield where something grows while a loop goes over it, under whatever name."""
    pairs = [pair for node in body for pair in bindings(node, PUTTING)]
    for loop in (each for node in body for each in ast.walk(node)):
        heads: list[ast.For] | list[ast.comprehension] = []
        if isinstance(loop, ast.For):
            heads = [loop]
        elif isinstance(loop, _COMPREHENSIONS):
            heads = loop.generators
        for head in heads:
            own = _all_names(head.target)
            over = {name for each in _live(head.iter) for name in _known_as(each, pairs, own)}
            for node in ast.walk(loop):
                for grown in _grown(node):
                    if over & _known_as(grown, pairs, own):
                        yield node, "a loop does not change what it goes over: use list(...)"


def _grown(node: ast.AST) -> Iterator[ast.expr]:
    """Yield what grows by a statement or a call."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name, value=owner)) if name in PUTTING:
            yield from _live(owner)
        case ast.AugAssign(target=target):
            yield from _live(target)
        case ast.Subscript(value=owner, slice=ast.Slice(), ctx=ast.Store()):
            yield from _live(owner)


def _live(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the variables and fields that an expression goes on with: copies are none."""
    match node:
        case ast.Name() | ast.Attribute():
            yield node
        case ast.Subscript(value=owner) | ast.Starred(value=owner):
            yield from _live(owner)
        case ast.IfExp(body=one, orelse=other):
            yield from (*_live(one), *_live(other))
        case ast.BoolOp(values=values):
            yield from (found for each in values for found in _live(each))
        case ast.List(elts=values) | ast.Tuple(elts=values) | ast.Dict(values=values):
            yield from (found for each in values for found in _live(each))
        case ast.Call(func=ast.Attribute(attr=name, value=owner)) if name in _INTO:
            yield from _live(owner)
        case ast.Call(func=ast.Name(id=name), args=values) if name in _LIVE:
            yield from (found for each in values for found in _live(each))


def _known_as(
    node: ast.expr, pairs: Sequence[tuple[set[str], ast.expr]], own: Collection[str]
) -> set[str]:
    """Return what may be the same, or hold it; a loop's ``own`` variable is an item of it."""
    known = {ast.unparse(node)}
    while True:
        more = {
            ast.unparse(each)
            for names, value in pairs
            if names & known - set(own)
            for each in _live(value)
        }
        if more <= known:
            return known
        known |= more


def _all_names(node: ast.expr) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def plain_texts(body: Sequence[ast.stmt], rules: Rules) -> Iterator[Found]:
    """Yield the clauses and statements that are text, or what a client sent."""
    pairs = [pair for node in body for pair in bindings(node, PUTTING)]
    texts = set(rules.values)
    while True:
        more = {name for names, value in pairs if _is_text(value, texts) for name in names}
        if more <= texts:
            break
        texts |= more
    for call in (each for node in body for each in ast.walk(node)):
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
        case ast.Starred(value=value) | ast.Subscript(value=value):
            return _is_text(value, texts)
    return False
