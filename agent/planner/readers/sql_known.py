"""What does a check mean that only the tables tell? Numbers that are booleans, values of enums.

Slow to import, as sqlglot is: see ``sql_checks``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from agent.types import AttributeType

if TYPE_CHECKING:
    from collections.abc import Callable, Container

_SWITCH = {"0": False, "1": True}


@dataclass(frozen=True, slots=True)
class Known:
    """What the tables say: a column's own spelling (None: there is none), its type, enums.

    ``enums`` are the names of declared types, in small letters.
    """

    spelling: Callable[[str], str | None]
    kind: Callable[[str], AttributeType | None]
    enums: Container[str] = ()


def settled(tree: exp.Expr, known: Known) -> exp.Expression:
    """Return a check without casts to declared enums, and with booleans for 0 and 1."""
    plain: exp.Expression = tree.transform(lambda node: _uncast(node, known))
    for node in plain.find_all(exp.EQ, exp.NEQ, exp.In):
        sides = [node.this, *(node.expressions if isinstance(node, exp.In) else [node.expression])]
        if any(_is_boolean(side, known) for side in sides):
            for side in sides:
                _make_boolean(side)
    return plain


def _is_boolean(side: exp.Expression, known: Known) -> bool:
    column = side.unnest()
    return isinstance(column, exp.Column) and known.kind(column.name) is AttributeType.BOOLEAN


def compared(tree: exp.Expression) -> frozenset[str]:
    """Return the columns of which more is asked than whether they are NULL."""
    return frozenset(
        column.name for column in tree.find_all(exp.Column) if not _is_asked_for_null(column)
    )


def _is_asked_for_null(column: exp.Column) -> bool:
    asked = column.parent
    return isinstance(asked, exp.Is) and isinstance(asked.expression, exp.Null)


def _uncast(node: exp.Expression, known: Known) -> exp.Expression:
    if not isinstance(node, exp.Cast) or not isinstance(node.this, exp.Literal):
        return node
    kind = node.args["to"].args.get("kind")
    if isinstance(kind, exp.Dot):
        kind = kind.expression
    name = kind.name if isinstance(kind, exp.Expression) else str(kind or "")
    return node.this if node.this.is_string and name.casefold() in known.enums else node


def _make_boolean(value: exp.Expression) -> None:
    literal = value.unnest()
    if isinstance(literal, exp.Literal) and not literal.is_string and literal.name in _SWITCH:
        value.replace(exp.Boolean(this=_SWITCH[literal.name]))
