"""How does a CHECK read on every database, and what of it can an attribute say? By sqlglot.

Bounds on one column, a choice of texts, and the expression itself in SQL that PostgreSQL, MySQL
and SQLite read alike. This is where sqlglot reads: expressions are what dialects differ in most.
sqlglot is slow to import: import this module only where a source has a check.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, Any

import sqlglot
from sqlglot import errors, exp

from agent.planner.readers.numbers import exact
from agent.planner.readers.sql_known import compared, settled
from agent.planner.readers.sql_portable import why_not_portable
from agent.planner.readers.sql_split import keywords

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.planner.readers.sql_known import Known
    from agent.planner.readers.sql_split import Dialect

_PORTABLE = tuple(
    getattr(exp, name)
    for name in keywords(
        "Column Identifier Literal Boolean Null And Or Not Paren EQ NEQ GT GTE LT LTE Between In "
        "Is Neg Add Sub Mul Div Mod Length Lower Upper Trim Abs Coalesce Like Case If"
    )
)
_LONGEST_NUMBER = 40
_NUMBER = re.compile(r"-?\d{1,40}(?:\.\d{1,40})?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(slots=True)
class CheckMeaning:
    """What was understood: ``bounds`` are Attribute fields by column, ``choice`` a column's values.

    ``expression`` is ``None`` where it cannot be said on every database, and ``problem`` why;
    ``counted`` are the columns whose length it asks for, and ``compared`` those of which it asks
    more than whether they are NULL.
    """

    expression: str | None
    problem: str = ""
    counted: frozenset[str] = frozenset()
    compared: frozenset[str] = frozenset()
    bounds: dict[str, dict[str, Any]] = field(default_factory=dict)
    choice: tuple[str, tuple[str, ...]] | None = None


def check_meaning(text: str, dialect: Dialect, target: str, known: Known) -> CheckMeaning:
    """Read a check.

    ``target`` is sqlglot's name of the database to write for; ``known`` is what its tables say.
    """
    try:
        return _meaning(sqlglot.parse_one(text, read=dialect), target, known)
    except (errors.SqlglotError, RecursionError):
        return CheckMeaning(None, "it cannot be read")


def _meaning(tree: exp.Expr, target: str, known: Known) -> CheckMeaning:
    tree = _unwrapped(_transformed(settled(tree, known)))
    for column in tree.find_all(exp.Column):
        own = known.spelling(column.name)
        if own is None or column.table:
            return CheckMeaning(None, f"{column.name} is none of the columns that are kept")
        quoted = bool(column.this.args.get("quoted")) or not _PLAIN_NAME.fullmatch(own)
        column.set("this", exp.to_identifier(own, quoted=quoted))
    odd = next((node for node in tree.walk() if not _is_portable(node, target)), None)
    expression = tree.sql(dialect=target, comments=False) if odd is None else None
    problem = "" if odd is None else why_not_portable(odd)
    if expression and _CONTROL.search(expression):  # no rule of a spec has them
        expression, problem = None, "it has control characters"
    lengths = tree.find_all(exp.Length)
    counted = (column.name for length in lengths for column in length.find_all(exp.Column))
    meaning = CheckMeaning(expression, problem, frozenset(counted), compared(tree))
    _bounds(tree, meaning)
    return meaning


def _is_portable(node: exp.Expr, target: str) -> bool:
    """Tell whether the target reads a part of a check as SQLite does, on which tests run."""
    if not isinstance(node, _PORTABLE):
        return False
    if isinstance(node, exp.Like):  # T-SQL has classes of characters in it, PostgreSQL escapes
        pattern = node.expression
        return isinstance(pattern, exp.Literal) and not {"[", "\\"}.intersection(pattern.name)
    if target == "mysql" and isinstance(node, exp.If):
        return isinstance(node.parent, exp.Case)
    # MySQL's LENGTH counts bytes, and SQLite has no CHAR_LENGTH
    return not (target == "mysql" and isinstance(node, exp.Length))


def _plain(node: exp.Expression) -> exp.Expression:
    """Without what dialects wrap around plain values: casts to text, N'..', = ANY (ARRAY[..])."""
    if isinstance(node, exp.National):
        return exp.Literal.string(node.name)
    if isinstance(node, exp.Introducer):
        return _transformed(node.expression)
    if isinstance(node, exp.Cast):
        return _cast_number(node) or (_transformed(node.this) if _harmless(node) else node)
    if isinstance(node, exp.EQ) and isinstance(node.expression, exp.Any):
        inner = node.expression.this
        while isinstance(inner, exp.Paren | exp.Cast):
            inner = inner.this
        if isinstance(inner, exp.Array):
            values = [_transformed(value) for value in inner.expressions]
            return exp.In(this=_unwrapped(_transformed(node.this)), expressions=values)
    if isinstance(node, exp.Paren) and isinstance(node.this, exp.Literal | exp.Column):
        return node.this
    return node


def _portable(node: exp.Expression) -> exp.Expression:
    return _of_nulls(node) or _plain(node)


def _of_nulls(node: exp.Expression) -> exp.Expression | None:
    """Return what every database reads where a dialect asks how many columns are NULL."""
    if isinstance(node, exp.Anonymous):
        return _counted_nulls(node)
    if isinstance(node, exp.Cast) and _is_never_null(node.this):
        whole = node.args["to"].is_type("int", "smallint", "bigint")
        return _one_where(_transformed(node.this)) if whole else None
    if isinstance(node, exp.Xor) and _is_never_null(node.this) and _is_never_null(node.expression):
        return exp.NEQ(this=_bracketed(node.this), expression=_bracketed(node.expression))
    return None


def _bracketed(node: exp.Expression) -> exp.Paren:
    return exp.Paren(this=_unwrapped(_transformed(node)))


def _is_never_null(node: exp.Expression) -> bool:
    """Tell whether a condition is true or false, whatever the row: it asks what is NULL."""
    node = _unwrapped(node)
    if isinstance(node, exp.Not):
        return _is_never_null(node.this)
    if isinstance(node, exp.And | exp.Or):
        return _is_never_null(node.this) and _is_never_null(node.expression)
    return isinstance(node, exp.Is)


def _one_where(condition: exp.Expression) -> exp.Expression:
    number = exp.Literal.number
    return exp.Case(ifs=[exp.If(this=_unwrapped(condition), true=number(1))], default=number(0))


def _counted_nulls(node: exp.Anonymous) -> exp.Expression | None:
    """Return PostgreSQL's ``num_nulls`` or ``num_nonnulls`` of columns as a sum."""
    kind = node.name.lower()
    columns = node.expressions
    if kind not in {"num_nulls", "num_nonnulls"} or not columns:
        return None
    if not all(isinstance(column, exp.Column) for column in columns):
        return None
    negated = {"negate": True} if kind == "num_nonnulls" else {}
    ones = [_one_where(exp.Is(this=c.copy(), expression=exp.Null(), **negated)) for c in columns]
    return exp.Paren(this=reduce(lambda left, right: exp.Add(this=left, expression=right), ones))


def _transformed(node: exp.Expr) -> exp.Expression:
    found: exp.Expression = node.transform(_portable)
    return found


def _cast_number(cast: exp.Expression) -> exp.Expression | None:
    """Return the number of ``('-5'::integer)::numeric``, as pg_dump writes a negative one."""
    inner = _unwrapped(cast.this)
    if not cast.args["to"].is_type(*exp.DataType.NUMERIC_TYPES):
        return None
    if isinstance(inner, exp.Cast):
        return _cast_number(inner)
    if not (isinstance(inner, exp.Literal) and inner.is_string and _NUMBER.fullmatch(inner.name)):
        return None
    number = exp.Literal.number(inner.name.lstrip("-"))
    return exp.Neg(this=number) if inner.name.startswith("-") else number


def _harmless(cast: exp.Expression) -> bool:
    """Casting a text to a text, or a written number to a number, changes nothing."""
    inner = _unwrapped(cast.this)
    is_text: bool = cast.args["to"].is_type("text", "varchar", "char", "bpchar", "nvarchar")
    if isinstance(inner, exp.Column):
        return is_text
    if isinstance(inner, exp.Cast):
        return _harmless(inner)
    return isinstance(inner, exp.Literal) and (is_text or not inner.is_string)


def _unwrapped(node: exp.Expression) -> exp.Expression:
    while isinstance(node, exp.Paren):
        node = node.this
    return node


def _bounds(tree: exp.Expression, meaning: CheckMeaning) -> None:
    rules = [_unless_null(rule) for rule in _flattened(tree, exp.And)]
    for rule in rules:
        choice = _choice(rule)
        if choice and len(rules) == 1:
            meaning.choice = choice
        if isinstance(rule, exp.Between):
            _compare(rule.this, "GTE", rule.args["low"], meaning)
            _compare(rule.this, "LTE", rule.args["high"], meaning)
        elif isinstance(rule, exp.GT | exp.GTE | exp.LT | exp.LTE):
            name = type(rule).__name__
            mirrored = name.translate(str.maketrans("GL", "LG"))
            if not _compare(rule.this, name, rule.expression, meaning):
                _compare(rule.expression, mirrored, rule.this, meaning)


def _flattened(node: exp.Expression, kind: type[exp.Expression]) -> Iterator[exp.Expression]:
    node = _unwrapped(node)
    if isinstance(node, kind):
        yield from _flattened(node.this, kind)
        yield from _flattened(node.args["expression"], kind)
    else:
        yield node


def _unless_null(rule: exp.Expression) -> exp.Expression:
    """``x IS NULL OR rule`` says no more than the rule: NULL passes every check."""
    if isinstance(rule, exp.Or):
        parts = list(_flattened(rule, exp.Or))
        others = [part for part in parts if not _asks_for_null(part)]
        nulls = {part.this.name for part in parts if _asks_for_null(part)}
        named = {column.name for other in others for column in other.find_all(exp.Column)}
        if len(others) == 1 and nulls == named:
            return others[0]
    return rule


def _asks_for_null(rule: exp.Expression) -> bool:
    is_null = isinstance(rule, exp.Is) and isinstance(rule.expression, exp.Null)
    return is_null and not rule.args.get("negate")


def _choice(rule: exp.Expression) -> tuple[str, tuple[str, ...]] | None:
    if isinstance(rule, exp.In):
        column, values = _unwrapped(rule.this), [_unwrapped(part) for part in rule.expressions]
        columns = {column.name} if isinstance(column, exp.Column) else set()
    else:
        parts = list(_flattened(rule, exp.Or))
        if len(parts) < 2 or not all(isinstance(part, exp.EQ) for part in parts):  # noqa: PLR2004 - a choice has two
            return None
        columns = {part.this.name if isinstance(part.this, exp.Column) else "" for part in parts}
        values = [_unwrapped(part.args["expression"]) for part in parts]
    texts = [value.name for value in values if isinstance(value, exp.Literal) and value.is_string]
    if len(columns) != 1 or "" in columns or not texts or len(texts) != len(values):
        return None
    return columns.pop(), tuple(dict.fromkeys(texts))


def _compare(
    subject: exp.Expression, comparison: str, value: exp.Expression, meaning: CheckMeaning
) -> bool:
    number = _number(_unwrapped(value))
    subject = _unwrapped(subject)
    if number is None:
        return False
    if isinstance(subject, exp.Length) and isinstance(subject.this, exp.Column):
        whole = int(number)
        name, limit = {
            "GT": ("min_length", whole + 1),
            "GTE": ("min_length", whole),
            "LT": ("length", whole - 1),
            "LTE": ("length", whole),
        }[comparison]
        meaning.bounds.setdefault(subject.this.name, {})[name] = limit
        return True
    if not isinstance(subject, exp.Column):
        return False
    name = {
        "GT": "exclusive_minimum",
        "GTE": "minimum",
        "LT": "exclusive_maximum",
        "LTE": "maximum",
    }[comparison]
    meaning.bounds.setdefault(subject.name, {})[name] = number
    return True


def _number(node: exp.Expression) -> int | float | None:
    if isinstance(node, exp.Neg):
        inner = _number(_unwrapped(node.this))
        return None if inner is None else -inner
    if not isinstance(node, exp.Literal) or node.is_string:
        return None
    text = str(node.this)
    if len(text) > _LONGEST_NUMBER:
        return None
    return exact(text)
