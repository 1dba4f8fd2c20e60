"""Which variables hold rows and plain values, and never a class or a column of the application?

Only attributes of such variables are assigned to: whoever assigned to a class's would change the
application for everybody.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from agent.writing.nodes import nodes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from agent.writing.rules import Rules

# Functions that give what they were given, or something plain.
_PASSING = frozenset(
    {"abs", "divmod", "enumerate", "list", "max", "min", "next", "range", "reversed", "round"}
    | {"set", "sorted", "sum", "tuple", "zip"}
)
_PLAIN = frozenset({"all", "any", "bool", "float", "has_role", "int", "len", "str", "utc_now"})
PUTTING = frozenset({"add", "append", "extend", "insert", "setdefault", "update"})
"""Methods that put something into a list, a set or a dict."""
_SOURCES = frozenset({"factory", "session"})
_RESULTS = frozenset({"execute", "scalars"})
_TAKING = frozenset(
    {"all", "first", "one", "one_or_none", "scalar", "scalar_one", "scalar_one_or_none"}
)
_LISTING = frozenset({"list", "max", "min", "next", "set", "sorted", "tuple"})


def data_variables(body: Sequence[ast.stmt], variables: set[str], rules: Rules) -> set[str]:
    """Return the variables and arguments that were only ever given rows and values."""
    pairs = [each for node in body for each in bindings(node)]
    names = variables | rules.rows | rules.values | rules.constants
    return _only(body, pairs, names, lambda value, known: _is_data(value, known, rules))


def row_variables(body: Sequence[ast.stmt], variables: set[str], rules: Rules) -> set[str]:
    """Return those that surely hold rows and values: no result of a query, also in no lambda."""
    nodes = [each for node in body for each in nodes_of(node)]
    heads = {id(each.iter) for each in nodes if isinstance(each, ast.For | ast.comprehension)}
    pairs = [each for node in body for each in bindings(node)]
    for each in nodes:
        if isinstance(each, ast.Call):
            pairs += _ordered(each)
            heads |= {id(value) for _, value in _ordered(each)}
    names = variables | rules.rows | rules.values | rules.constants

    def is_good(value: ast.expr, known: Collection[str]) -> bool:
        """Tell whether a value has rows, or is a result that is gone over: its items are."""
        is_gone_over = id(value) in heads and _is_result(value)
        return is_gone_over or surely_rows(value, known, rules)

    return _only(body, pairs, names, is_good)


def _only(
    body: Sequence[ast.stmt],
    pairs: Sequence[tuple[set[str], ast.expr]],
    names: set[str],
    is_good: Callable[[ast.expr, Collection[str]], bool],
) -> set[str]:
    """Return the names that were only ever given what is good, also by another name of theirs."""
    puts = [put for node in body for put in _puts(node)]
    while True:
        lost = {n for found, value in pairs if not is_good(value, names) for n in found}
        spoiled = {n for found, value in puts if not is_good(value, names) for n in found}
        while (
            more := {n for found, value in pairs if found & spoiled for n in _shared(value)}
            - spoiled
        ):
            spoiled |= more
        if not (lost | spoiled) & names:
            return names
        names = names - lost - spoiled


def _puts(node: ast.stmt) -> Iterator[tuple[set[str], ast.expr]]:
    """Yield the variables whose objects are changed in place, and by what."""
    for each in nodes_of(node):
        match each:
            case ast.Call(func=ast.Attribute(attr=name, value=owner)) if name in PUTTING:
                for value in (*each.args, *(keyword.value for keyword in each.keywords)):
                    yield _holders(owner), value
            case ast.AugAssign(target=target, value=value):
                yield _names(target), value
            case ast.Assign(targets=[ast.Attribute() | ast.Subscript() as target], value=value):
                yield _holders(target), value


def _shared(node: ast.AST) -> set[str]:
    """Return the variables whose objects a value is, or holds: what is computed is new."""
    if isinstance(node, ast.Name):
        return {node.id}
    parts = _PARTS.get(type(node))
    is_new = parts is None or isinstance(node, ast.BinOp | ast.Compare | ast.UnaryOp)
    if parts is None or is_new:
        return set()
    return {name for each in parts(node) if each is not None for name in _shared(each)}


def _ordered(node: ast.Call) -> Iterator[tuple[set[str], ast.expr]]:
    """Yield the variables that the key of an order has, and what it is called with items of."""
    for key in (each.value for each in node.keywords):
        if isinstance(key, ast.Lambda):
            owner = [node.func.value] if isinstance(node.func, ast.Attribute) else []
            for value in (*owner, *node.args):
                yield {each.arg for each in key.args.args}, value


def surely_rows(node: ast.expr, known: Collection[str], rules: Rules) -> bool:
    """Tell whether an expression surely gives rows or values, by the variables that hold such."""
    return _is_data(node, known, rules, results=False)


def _is_result(node: ast.expr) -> bool:
    """Tell whether this waits for a statement: what comes is no row, but has some."""
    match node:
        case ast.Await(value=ast.Call(func=ast.Attribute(value=ast.Name(id="session"), attr=name))):
            return name in _RESULTS
    return False


def bindings(
    node: ast.stmt, among: Collection[str] | None = None
) -> Iterator[tuple[set[str], ast.expr]]:
    """Yield the variables that get something in a statement, and what: it may be put into them.

    Methods put what they are given into what they are called on; ``among`` says which (None: all).
    """
    for each in nodes_of(node):
        if isinstance(each, ast.Assign):
            yield {name for target in each.targets for name in _names(target)}, each.value
        elif isinstance(each, ast.AnnAssign | ast.AugAssign) and each.value is not None:
            yield _names(each.target), each.value
        elif isinstance(each, ast.For | ast.comprehension):
            yield _names(each.target), each.iter
        elif isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute):
            for value in (*each.args, *(keyword.value for keyword in each.keywords)):
                is_put = among is None or each.func.attr in among
                if is_put and not isinstance(value, ast.Lambda):  # an order's key is not kept
                    yield _holders(each.func.value), value


def _holders(node: ast.expr) -> set[str]:
    """Return the variables that an object is, or is in: what is put into it is in them, too.

    A query is in none, whatever it compares: it begins with a function that gives something new.
    """
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    if not isinstance(node, ast.Call):
        return _names(node)
    if isinstance(node.func, ast.Name):
        is_passing = node.func.id in _PASSING
        return {name for each in node.args for name in _names(each)} if is_passing else set()
    return _holders(node.func)


def _names(target: ast.expr) -> set[str]:
    return {node.id for node in nodes_of(target) if isinstance(node, ast.Name)}


def _is_data(node: ast.expr, known: Collection[str], rules: Rules, *, results: bool = True) -> bool:
    """Tell whether an expression gives rows or values only; what is not sure does not.

    ``results`` of statements count as their rows, or do not.
    """
    if not results and (_is_result(node) or _takes_rows(node)):
        return not _is_result(node)
    if isinstance(node, ast.Name):
        return node.id in known
    if isinstance(node, ast.Await):
        called = node.value.func if isinstance(node.value, ast.Call) else None
        owner = called.value if isinstance(called, ast.Attribute) else None
        return isinstance(owner, ast.Name) and owner.id in _SOURCES
    if isinstance(node, ast.Call | ast.Attribute) and _is_given(node, rules):
        return True
    parts = _PARTS.get(type(node))
    return parts is not None and all(
        each is None or _is_data(each, known, rules, results=results) for each in parts(node)
    )


def _takes_rows(node: ast.expr) -> bool:
    """Tell whether this takes rows out of a result."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name), args=[], keywords=[]):
            return name in _TAKING
        case ast.Call(func=ast.Name(id=name), args=[value]):
            return name in _LISTING and _is_result(value)
    return False


def _is_given(node: ast.Call | ast.Attribute, rules: Rules) -> bool:
    """Tell whether this is a new row, a member of an enum, a day, or plain."""
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name):
            return node.func.id in (rules.types | _PLAIN) - {"ColumnElement"}
        return isinstance(node.func, ast.Attribute) and _is_given(node.func, rules)
    owner = node.value
    if isinstance(owner, ast.Name):
        return owner.id == "dt" or (owner.id in rules.types and node.attr.isupper())
    return isinstance(owner, ast.Attribute) and ast.unparse(owner).startswith("dt.")


def _of_call(node: ast.Call) -> list[ast.expr]:
    """Return what a call gives back a part of: what it is called on, and what it is given."""
    given = [*node.args, *(each.value for each in node.keywords if each.arg != "key")]
    if isinstance(node.func, ast.Attribute):
        return [node.func.value, *given]
    is_passing = isinstance(node.func, ast.Name) and node.func.id in _PASSING
    return given if is_passing else [node.func]


_PARTS: dict[type[ast.AST], Callable[[Any], Sequence[ast.expr | None]]] = {
    ast.Attribute: lambda node: [node.value],
    ast.BinOp: lambda node: [node.left, node.right],
    ast.BoolOp: lambda node: node.values,
    ast.Call: _of_call,
    ast.Compare: lambda node: [node.left, *node.comparators],
    ast.Constant: lambda _: [],
    ast.Dict: lambda node: [*node.keys, *node.values],
    ast.DictComp: lambda node: [node.key, node.value],
    ast.GeneratorExp: lambda node: [node.elt],
    ast.IfExp: lambda node: [node.body, node.orelse],
    ast.JoinedStr: lambda _: [],
    ast.List: lambda node: node.elts,
    ast.ListComp: lambda node: [node.elt],
    ast.Set: lambda node: node.elts,
    ast.SetComp: lambda node: [node.elt],
    ast.Starred: lambda node: [node.value],
    ast.Subscript: lambda node: [node.value],
    ast.Tuple: lambda node: node.elts,
    ast.UnaryOp: lambda node: [node.operand],
}
