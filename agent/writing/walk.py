"""Which words of written code are on no list? One walk over its statements and expressions.

Every class of node that is allowed has a function that looks at it, in ``statements``,
``expressions`` or ``calls``; a node of any other class is refused.
"""

from __future__ import annotations

import ast
from difflib import get_close_matches
from typing import TYPE_CHECKING

from agent.writing import rules as allowed
from agent.writing.calls import CALLS
from agent.writing.data import data_variables
from agent.writing.expressions import EXPRESSIONS
from agent.writing.nodes import nodes_of
from agent.writing.opaque import is_label
from agent.writing.statements import STATEMENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from agent.writing.rules import Rules

_LOOKING: dict[type[ast.AST], Callable[[Walk, ast.AST], None]] = {
    **STATEMENTS,
    **EXPRESSIONS,
    **CALLS,
}
_REFUSED = {
    "AsyncFor": "there is no async for: await the rows first",
    "AsyncFunctionDef": "there is no def: the body is one function's statements",
    "AsyncWith": "there is no with",
    "ClassDef": "there is no class: schemas are given",
    "Delete": "nothing is deleted by del",
    "FunctionDef": "there is no def: the body is one function's statements",
    "Global": "there is nothing global",
    "Import": "nothing is imported: names that are given are imported for you",
    "ImportFrom": "nothing is imported: names that are given are imported for you",
    "Lambda": "a lambda only stands as the key= of sorted, min or max",
    "Match": "there is no match: use if",
    "NamedExpr": "there is no := here: assign on a line of its own",
    "Nonlocal": "there is nothing nonlocal",
    "Starred": "* stands only in a call, a list or a tuple",
    "Try": "there is no try: an error that is raised becomes the answer",
    "TryStar": "there is no try: an error that is raised becomes the answer",
    "While": "there is no while: loop over something that ends",
    "With": "there is no with",
    "Yield": "nothing is yielded: return a list",
    "YieldFrom": "nothing is yielded: return a list",
}


class Walk:
    """Looks at every node once; ``objections`` are (line, message)."""

    def __init__(self, rules: Rules) -> None:
        """Begin with nothing seen."""
        self.rules = rules
        self.objections: list[tuple[int, str]] = []
        self.variables: set[str] = set()
        self.data: set[str] = set()
        self.labels: set[str] = set()
        self._depth = 0

    def object_to(self, node: ast.AST, message: str) -> None:
        """Note what is wrong with a node."""
        self.objections.append((getattr(node, "lineno", 1), message))

    # --- nodes ---

    def statements(self, body: Sequence[ast.stmt]) -> None:
        """Look at the statements of a block."""
        if self._depth == 0:
            self.variables = _assigned(body)
            self.data = data_variables(body, self.variables, self.rules)
            self.labels = _labels(body, self.rules)
        self._depth += 1
        if self._depth > allowed.DEEPEST_BLOCK and body:
            self.object_to(body[0], f"blocks nest at most {allowed.DEEPEST_BLOCK} deep")
        else:
            for node in body:
                self.look(node)
        self._depth -= 1

    def look(self, node: ast.AST) -> None:
        """Look at a statement or an expression."""
        looking = _LOOKING.get(type(node))
        if looking is None:
            name = type(node).__name__
            self.object_to(node, _REFUSED.get(name, f"{name} is not allowed here"))
        else:
            looking(self, node)

    def all(self, nodes: Iterable[ast.expr | None]) -> None:
        """Look at expressions, some of which may be left out; * may stand before each."""
        for node in nodes:
            if node is not None:
                self.look(node.value if isinstance(node, ast.Starred) else node)

    # --- what is assigned to ---

    def target(self, node: ast.expr) -> None:
        """Look at what gets a value."""
        if isinstance(node, ast.Tuple | ast.List):
            for each in node.elts:
                self.target(each)
        elif isinstance(node, ast.Name):
            self.variable(node, node.id)
        elif isinstance(node, ast.Attribute):
            self._attribute_target(node)
        elif isinstance(node, ast.Subscript):
            self.all((node.value, node.slice))
        else:
            self.object_to(node, "this cannot be assigned to")

    def variable(self, node: ast.AST, name: str) -> None:
        """Look at a name that gets a value."""
        if name.startswith("_") and name != "_":
            self.object_to(node, f"a variable does not begin with _: {name}")
        if name in self.rules.given - self.rules.values:
            self.object_to(node, f"{name} is given: call the variable otherwise")

    def _attribute_target(self, node: ast.Attribute) -> None:
        owner = node.value
        if not isinstance(owner, ast.Name) or owner.id not in self.data:
            self.object_to(node, "only an attribute of a row that a variable holds is assigned to")
        if self.rules.is_test:
            self.object_to(node, "a test changes no row: the factory makes it as it has to be")
        elif not self.rules.writes:
            self.object_to(node, "this operation changes nothing: no assignment to an attribute")
        if node.attr in self.rules.protected:
            self.object_to(node, f"{node.attr} is not changed here")
        self.field(node)
        self.look(owner)

    # --- names ---

    def field(self, node: ast.Attribute) -> None:
        """Look at an attribute that is read or assigned to."""
        known = self.rules.fields | allowed.PROPERTIES | self.labels
        is_column = isinstance(node.value, ast.Attribute) and node.value.attr == "c"
        if node.attr.startswith("_"):
            self.object_to(node, f"{node.attr} is private: nothing that begins with _ is used")
        elif node.attr in known or is_column:
            return
        elif node.attr in self.rules.methods:
            self.object_to(node, f".{node.attr} is only called: .{node.attr}(...)")
        else:
            self.object_to(node, f"there is no field .{node.attr}{self.meant(node.attr, known)}")

    def meant(self, name: str, known: Iterable[str]) -> str:
        """Return which name may have been meant, as the end of a message."""
        if name in allowed.HINTS:
            return f": {allowed.HINTS[name]}"
        close = get_close_matches(name, sorted({*known, *self.variables}), n=1, cutoff=0.7)
        return f": did you mean {close[0]}?" if close else ""


def _labels(body: Sequence[ast.stmt], rules: Rules) -> set[str]:
    """Return what the code calls the columns of its own queries."""
    found = set()
    for node in (node for each in body for node in nodes_of(each)):
        match node:
            case ast.Call(func=ast.Attribute(attr="label"), args=[ast.Constant(value=str(name))]):
                found.add(name)
    return {name for name in found if is_label(name, rules)}


def _assigned(body: Sequence[ast.stmt]) -> set[str]:
    """Return the names that the code gives values to itself, anywhere."""
    nodes = [node for each in body for node in nodes_of(each)]
    found = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return found | {n.arg for n in nodes if isinstance(n, ast.arg)}
