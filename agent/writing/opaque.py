"""Which names lead on from a query, its result, a class or an answer to what is behind them?

Every public attribute of what code can get hold of that is neither plain nor a method:
``result.context`` leads to the driver, ``select(...).columns`` to each column of a table. A column
of a plan may have such a name: it is read where that surely is the column. A label never has one.
The names are those of the libraries that projects run on; a test computes them from the libraries.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from agent.writing.data import row_variables, surely_rows
from agent.writing.nodes import nodes_of
from agent.writing.rules import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.writing.rules import Rules

Found = tuple[ast.AST, str]
OPAQUE = words(
    "EXCEPT EXCEPT_ALL INTERSECT INTERSECT_ALL UNION UNION_ALL base_columns class_ clause_expr",
    "clauses column_descriptions columns columns_clause_froms comparator connection context",
    "cookies criterion cursor cursor_strategy dialect dialect_kwargs dialect_options dispatch",
    "elapsed element entity_description entity_namespace exported_columns expression",
    "extension_type extensions froms func history impl implicit_returning info inner_columns",
    "inserted_primary_key inserted_primary_key_rows iterator keyword kwargs left links",
    "memoized_attribute metadata model_computed_fields model_config model_extra model_fields",
    "model_fields_set modifiers next_request options order_by original parent partition_by path",
    "primary_key prop property proxy_set raw reflect_only_elements registry request right",
    "selectable selected_columns selects stream t table type url whens",
    "wrapped_column_expression",
)
# What a tuple that a query gives has itself, and what stands before the names of columns.
_OF_TUPLES = frozenset({"c", "count", "index", "tuple"})


def is_label(name: str, rules: Rules) -> bool:
    """Tell whether a column of a query may be called so."""
    is_own = name.isidentifier() and not name.startswith("_")
    return is_own and name not in OPAQUE | _OF_TUPLES | rules.protected


def opaque(body: Sequence[ast.stmt], variables: set[str], rules: Rules) -> Iterator[Found]:
    """Yield where a name may lead on to what is behind a query, a class or an answer."""
    rows = row_variables(body, variables, rules)
    nodes = [each for node in body for each in nodes_of(node)]
    called = {id(each.func) for each in nodes if isinstance(each, ast.Call)}
    for node in nodes:
        match node:
            case ast.Attribute(value=owner, attr=name) if name in OPAQUE and id(node) not in called:
                if not _is_column(owner, name, rules) and not surely_rows(owner, rows, rules):
                    yield node, f".{name} is read only of what surely is a row, or of its model"
            case ast.Call(func=ast.Attribute(attr="label"), args=args, keywords=keywords):
                if keywords or not _is_labelling(args, rules):
                    yield node, "a label is one text, and no name that anything else has"


def _is_labelling(args: Sequence[ast.expr], rules: Rules) -> bool:
    match args:
        case [ast.Constant(value=str(name))]:
            return is_label(name, rules)
    return False


def _is_column(owner: ast.expr, name: str, rules: Rules) -> bool:
    """Tell whether this is a column that a model has, or one that a subquery names."""
    match owner:
        case ast.Name(id=model):
            return name in rules.columns.get(model, ())
        case ast.Attribute(attr="c"):
            return True
    return False
