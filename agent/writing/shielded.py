"""Does written code reach what it is never given: hashes of passwords, and more rights?

Columns of subqueries have the database's names, rows of them are plain tuples, and lists in rows
can be changed in place: each is a way around the rule that protected fields are not named.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from agent.writing.data import PUTTING, bindings
from agent.writing.nodes import nodes_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from agent.writing.rules import Rules

# Methods that put a subquery beside what is selected, and select nothing of it.
_BESIDE = frozenset({"correlate", "join", "outerjoin", "select_from"})
# What only reads a protected field: functions, and methods of columns and lists.
_READERS = frozenset({"frozenset", "has_role", "len", "list", "select", "set", "sorted", "tuple"})
_READING = frozenset({"any", "contains", "count", "in_", "index", "is_", "is_not"})
# What makes something new of it, or decides by it.
_LOOKING = (ast.Compare, ast.FormattedValue, ast.If)

Found = tuple[ast.AST, str]


def shielded(body: Sequence[ast.stmt], rules: Rules, known: Collection[str]) -> Iterator[Found]:
    """Yield where code reaches for what is protected; ``known`` fields may be read of a query."""
    parents = {c: p for node in body for p in nodes_of(node) for c in ast.iter_child_nodes(p)}
    queries = _queries(body)
    for node in parents:
        if isinstance(node, ast.Attribute) and node.attr == "c":
            yield from _columns(node, parents, rules, known)
        match node:
            case ast.Attribute(attr=name, ctx=ast.Load()) if name in rules.shielded:
                if not _is_only_read(node, parents):
                    yield node, f"{name} is only read: compare it, or copy it by list(...)"
        if isinstance(node, ast.Call):
            yield from _call(node, rules, queries)


def _columns(
    node: ast.Attribute, parents: dict[ast.AST, ast.AST], rules: Rules, known: Collection[str]
) -> Iterator[Found]:
    """Look at ``.c``: a column of a subquery is named, and is none that is protected."""
    parent = parents.get(node)
    above = parents.get(parent) if parent is not None else None
    if not isinstance(parent, ast.Attribute):
        yield node, ".c stands only before the name of a column: query.c.name"
    elif isinstance(above, ast.Call) and above.func is parent:
        yield parent, f".c.{parent.attr} is a column, and not called"
    elif parent.attr in rules.shielded or parent.attr not in known:
        yield parent, f"there is no column .c.{parent.attr}: name a field, or what label() gave"


def _call(node: ast.Call, rules: Rules, queries: Collection[str]) -> Iterator[Found]:
    for keyword in node.keywords:
        if keyword.arg is None and not _is_dump(keyword.value):
            yield node, "** stands only before x.model_dump(...)"
    match node.func:
        case ast.Name(id="select") if any(_gives_query(each, queries) for each in node.args):
            yield node, "a subquery is not selected as a whole: name its columns, query.c.name"
        case ast.Attribute(attr="values"):
            for each in node.args:
                if not _is_named(each, rules):
                    yield (
                        each,
                        (
                            ".values(...) takes keywords, or a dict written there whose keys are "
                            "texts or columns that may be changed"
                        ),
                    )


def _is_dump(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and (
        isinstance(node.func, ast.Attribute) and node.func.attr == "model_dump"
    )


def _is_named(node: ast.expr, rules: Rules) -> bool:
    """Tell whether this is a dict that says plainly which columns it changes."""
    return isinstance(node, ast.Dict) and all(_is_key(key, rules) for key in node.keys)


def _is_key(key: ast.expr | None, rules: Rules) -> bool:
    match key:
        case ast.Constant(value=str(name)):
            return name not in rules.protected
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            return owner in rules.types and name not in rules.protected
    return False


def _is_only_read(node: ast.expr, parents: dict[ast.AST, ast.AST]) -> bool:
    """Tell whether a protected field is only looked at where it stands."""
    parent = parents.get(node)
    match parent:
        case ast.BoolOp() | ast.IfExp() as part:
            is_test = isinstance(part, ast.IfExp) and part.test is node
            return is_test or _is_only_read(part, parents)
        case ast.For(iter=over) | ast.comprehension(iter=over):
            return over is node
        case ast.Subscript(ctx=ast.Load()):
            return parent.value is node
    return isinstance(parent, _LOOKING) or _is_called_to_read(parent, parents)


def _is_called_to_read(parent: ast.AST | None, parents: dict[ast.AST, ast.AST]) -> bool:
    """Tell whether a field is given to a function, or has a method, that changes nothing."""
    match parent:
        case ast.Call(func=ast.Name(id=name)):
            return name in _READERS
        case ast.Attribute(attr=name):
            above = parents.get(parent)
            return isinstance(above, ast.Call) and above.func is parent and name in _READING
    return False


def _queries(body: Sequence[ast.stmt]) -> set[str]:
    """Return the variables that may hold a subquery."""
    pairs = [pair for node in body for pair in bindings(node, PUTTING)]
    found: set[str] = set()
    while True:
        more = {name for names, value in pairs if _gives_query(value, found) for name in names}
        if more <= found:
            return found
        found |= more


def _gives_query(node: ast.AST, queries: Collection[str]) -> bool:
    """Tell whether a value may be a subquery, or hold one: a column of one is none."""
    match node:
        case ast.Await() | ast.Attribute(value=ast.Attribute(attr="c")):
            return False
        case ast.Name(id=name):
            return name in queries
        case ast.Call(func=ast.Attribute(attr="subquery")):
            return True
        case ast.Call(func=ast.Attribute(attr=name, value=owner)) if name in _BESIDE:
            return _gives_query(owner, queries)
    return any(_gives_query(each, queries) for each in ast.iter_child_nodes(node))
