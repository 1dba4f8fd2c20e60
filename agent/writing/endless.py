"""Does a loop add to what it goes over? It would not end."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from agent.writing.data import PUTTING, bindings
from agent.writing.nodes import nodes_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from agent.writing.rules import Rules

Found = tuple[ast.AST, str]
# Functions whose result goes on with what they were given; those of other calls are new.
_LIVE = frozenset({"enumerate", "max", "min", "next", "reversed", "zip"})
_INTO = frozenset({"get", "items", "keys", "pop", "setdefault", "values"})
_LAZY = frozenset({"enumerate", "items", "keys", "reversed", "values", "zip"})
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
_FEEDS = "a loop does not add to what it goes over, also not by the other side: use list(...)"


def endless(body: Sequence[ast.stmt], rules: Rules) -> Iterator[Found]:
    """Yield where something grows while a loop goes over it, under whatever name.

    Rows are not followed: what has the same field's name counts as the same, and so does the other
    side of a relation. A row that gets a bike is one more of the bike's rentals.
    """
    pairs = [pair for node in body for pair in bindings(node, PUTTING)]
    loops = list(_loops(body))
    of_fields = {id(head.iter) for _, head in loops if isinstance(head.iter, ast.Attribute)}
    kept = [pair for pair in pairs if id(pair[1]) not in of_fields]  # an item of a field is a row
    for loop, head in loops:
        own = _all_names(head.target)
        over = _known(_live(head.iter), pairs, own)
        fields = _fields(_known(_live(head.iter), kept, own))
        others = {side for each in fields for side in rules.opposites.get(each, ())}
        growing = fields | {name for _, name in others}
        for node in nodes_of(loop):
            grown = list(_grown(node))
            is_same = over & _known(grown, pairs, own)
            is_field = growing & _fields(_known(grown, kept, own))
            if is_same or is_field or others & _sides(node, others):
                yield node, _FEEDS
    yield from _feeding_itself(body, pairs, kept)


def _feeding_itself(
    body: Sequence[ast.stmt],
    pairs: Sequence[tuple[set[str], ast.expr]],
    kept: Sequence[tuple[set[str], ast.expr]],
) -> Iterator[Found]:
    """Yield where something takes in what is made of itself, one item after the other."""
    lazy: set[str] = set()
    while more := {n for names, value in pairs if _is_lazy(value, lazy) for n in names} - lazy:
        lazy |= more
    taking = [(node, taken) for each in body for node in nodes_of(each) if (taken := _taken(node))]
    taken_in = {id(each) for _, taken in taking for each in taken}  # their items are: not they
    same = [pair for pair in pairs if id(pair[1]) not in taken_in]
    rows = [pair for pair in kept if id(pair[1]) not in taken_in]
    for node, taken in taking:
        over = [found for each in taken if _is_lazy(each, lazy) for found in _live(each)]
        grown = list(_grown(node))
        is_same = _known(over, same, ()) & _known(grown, same, ())
        if is_same or _fields(_known(over, rows, ())) & _fields(_known(grown, rows, ())):
            yield node, _FEEDS


def _taken(node: ast.AST) -> list[ast.expr]:
    """Return what something takes the items of."""
    match node:
        case ast.Call(func=ast.Attribute(attr=("extend" | "update")), args=values):
            return values
        case ast.AugAssign(value=value):
            return [value]
    return []


def _is_lazy(node: ast.AST, lazy: Collection[str]) -> bool:
    """Tell whether a value may go over others only when it is gone over; ``lazy`` variables do."""
    match node:
        case ast.GeneratorExp():
            return True
        case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
            return name in _LAZY
        case ast.Name(id=name):
            return name in lazy
        case (
            ast.List() | ast.Tuple() | ast.Starred() | ast.IfExp() | ast.BoolOp() | ast.Subscript()
        ):
            return any(_is_lazy(each, lazy) for each in ast.iter_child_nodes(node))
    return False


def _loops(body: Sequence[ast.stmt]) -> Iterator[tuple[ast.AST, ast.For | ast.comprehension]]:
    """Yield each loop with its head; a comprehension may have several."""
    for node in (each for statement in body for each in nodes_of(statement)):
        if isinstance(node, ast.For):
            yield node, node
        elif isinstance(node, _COMPREHENSIONS):
            yield from ((node, head) for head in node.generators)


def _known(
    nodes: Iterable[ast.expr], pairs: Sequence[tuple[set[str], ast.expr]], own: Collection[str]
) -> set[str]:
    return {name for each in nodes for name in _known_as(each, pairs, own)}


def _fields(known: Collection[str]) -> set[str]:
    """Return the fields among what something is known as."""
    return {name.rpartition(".")[2] for name in known if "." in name}


def _sides(node: ast.AST, others: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the sides of relations, (entity, field), that a call or an assignment fills."""
    match node:
        case ast.Call(func=ast.Name(id=made), keywords=keywords):
            return {(made, each.arg) for each in keywords if each.arg is not None}
        case ast.Attribute(attr=name, ctx=ast.Store()):
            return {side for side in others if side[1] == name}
    return set()


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
        case ast.GeneratorExp(generators=generators):  # it takes one after the other
            yield from (found for each in generators for found in _live(each.iter))
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
    return {each.id for each in nodes_of(node) if isinstance(each, ast.Name)}
