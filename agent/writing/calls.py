"""What may written code call? Functions and classes by their names, and methods on the list.

A variable is never called, nor is a method held without a call, so nothing is reached under another
name. Only an order's ``key`` is a function of the code's own.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from agent.writing import rules as allowed

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.writing.rules import Base
    from agent.writing.walk import Walk

DECIMAL = re.compile(r"[+-]?\d{1,20}(\.\d{1,20})?", re.ASCII)


def _call(walk: Walk, node: ast.Call) -> None:
    _called(walk, node, awaited=False)


def _await(walk: Walk, node: ast.Await) -> None:
    if isinstance(node.value, ast.Call):
        _called(walk, node.value, awaited=True)
    else:
        walk.object_to(node, "await stands only before a call")


def _called(walk: Walk, node: ast.Call, *, awaited: bool) -> None:
    match node.func:
        case ast.Attribute(value=ast.Name(id=owner)) as method if owner in walk.rules.bases:
            _of_base(walk, node, method, walk.rules.bases[owner], awaited=awaited)
        case _ if awaited:
            some = ", ".join(sorted(n for n, each in walk.rules.bases.items() if each.awaited))
            walk.object_to(node, f"only calls of {some} are awaited")
        case ast.Attribute() as method:
            _method(walk, node, method)
        case ast.Name() as function:
            _function(walk, function)
        case _:
            walk.object_to(node, "what is called has a name")
    arguments(walk, node)


def _of_base(
    walk: Walk, node: ast.Call, method: ast.Attribute, base: Base, *, awaited: bool
) -> None:
    """Look at a call such as ``session.scalar(...)``."""
    shown = ast.unparse(method)
    if method.attr not in base.called:
        some = ", ".join(sorted(base.called)[:16])
        walk.object_to(node, f"{shown} cannot be called; there is {some}")
        return
    needed = base.awaited and method.attr not in base.at_once
    if needed != awaited:
        walk.object_to(node, f"{shown}(...) is {'' if needed else 'not '}awaited")
    if base.keywords is not None:
        for keyword in node.keywords:
            if keyword.arg not in base.keywords:
                some = ", ".join(sorted(base.keywords))
                walk.object_to(node, f"{shown}(...) takes no other keywords than {some}")
    if method.attr in base.statements:
        is_text = bool(node.args) and isinstance(node.args[0], ast.Constant | ast.JoinedStr)
        if len(node.args) != 1 or is_text:
            walk.object_to(node, f"{shown}(...) takes one statement, such as select(...)")


def _method(walk: Walk, node: ast.Call, method: ast.Attribute) -> None:
    if method.attr.startswith("_"):
        walk.object_to(method, f"{method.attr} is private: nothing that begins with _ is used")
    elif method.attr not in walk.rules.methods:
        meant = walk.meant(method.attr, walk.rules.methods)
        walk.object_to(method, f"there is no method .{method.attr} here{meant}")
    elif method.attr in allowed.OF_METHODS:
        taken = allowed.OF_METHODS[method.attr]
        if node.args or any(each.arg not in taken for each in node.keywords):
            some = ", ".join(sorted(taken)) or "nothing"
            walk.object_to(node, f".{method.attr}(...) takes {some}, and that by its name")
    walk.look(method.value)


def _function(walk: Walk, node: ast.Name) -> None:
    rules = walk.rules
    if node.id in walk.variables | rules.values | rules.rows:
        walk.object_to(node, f"{node.id} is a value, and not called")
    elif node.id not in rules.callables | allowed.BUILTINS:
        if node.id in rules.constants | rules.types:
            walk.object_to(node, f"{node.id} is not called")
        else:
            walk.look(node)


def arguments(walk: Walk, node: ast.Call) -> None:
    """Look at what a call is given."""
    called = node.func.id if isinstance(node.func, ast.Name) else ""
    method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    walk.all(node.args)
    for keyword in node.keywords:
        if keyword.arg == "key" and (called in allowed.KEYED or method == "sort"):
            _key(walk, keyword.value)
            continue
        if keyword.arg is None and called not in walk.rules.types:
            walk.object_to(node, "** stands only in the call of a model or a schema")
        elif keyword.arg is not None and keyword.arg.startswith("_"):
            walk.object_to(node, f"{keyword.arg} is private: nothing that begins with _ is used")
        elif keyword.arg in walk.rules.protected and not (
            _makes_a_user(walk, node, keyword.arg)
            or (method == "filter_by" and keyword.arg not in walk.rules.shielded)
        ):
            walk.object_to(node, f"{keyword.arg} is not changed here")
        walk.look(keyword.value)
    match node.args[:1]:
        case [ast.Constant(value=str(text))] if called == "Decimal":
            if not DECIMAL.fullmatch(text):
                walk.object_to(node, "a Decimal is written with digits and a point")


def _makes_a_user(walk: Walk, node: ast.Call, given: str) -> bool:
    """Tell whether a test gets a user of a role from the factory, as it is to."""
    if not walk.rules.is_test or given not in walk.rules.fields:  # a hash is no field
        return False
    match node.func:
        case ast.Attribute(value=ast.Name(id="factory"), attr=made):
            return made != "save"
    return False


def _key(walk: Walk, node: ast.expr) -> None:
    """Look at the key of an order: it is called, so it has to be seen."""
    if not isinstance(node, ast.Lambda):
        walk.object_to(node, "the key of an order is a lambda")
        return
    given = node.args
    odd = (*given.posonlyargs, *given.kwonlyargs, *given.defaults, given.vararg, given.kwarg)
    if any(odd) or len(given.args) != 1:
        walk.object_to(node, "a lambda takes one argument")
    for each in given.args:
        walk.variable(node, each.arg)
    walk.look(node.body)


CALLS: dict[type[ast.AST], Callable[[Walk, Any], None]] = {ast.Await: _await, ast.Call: _call}
