"""What can differ between models and tables that Alembic does not look at? A plugin that does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic.operations import ops
from alembic.util import PriorityDispatchResult
from alembic.util.sqla_compat import _get_constraint_final_name
from sqlalchemy import Constraint, Enum

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic.autogenerate.api import AutogenContext
    from alembic.runtime.plugins import Plugin
    from sqlalchemy import Table


def setup(plugin: Plugin) -> None:
    """Register the comparison, as plugins do."""
    plugin.add_autogenerate_comparator(_compare, "table", "keys and choices")


def _compare(
    context: AutogenContext,
    differences: ops.ModifyTableOps,
    schema: str | None,
    name: str,
    made: Table | None,
    said: Table | None,
) -> PriorityDispatchResult:
    """Add what a table lacks that was ``made`` by migrations and is ``said`` in the models."""
    if made is not None and said is not None:
        if _key(made) != _key(said):
            differences.ops.append(ops.AddConstraintOp.from_constraint(said.primary_key))
        for constraint in _outdated(context, schema, name, said):
            differences.ops.append(ops.AddConstraintOp.from_constraint(constraint))
    return PriorityDispatchResult.CONTINUE


def _key(table: Table) -> set[str]:
    return {column.name for column in table.primary_key.columns}


def _outdated(
    context: AutogenContext, schema: str | None, name: str, said: Table
) -> Iterator[Constraint]:
    """Give the checks of closed lists that are there under their name, and lack a value."""
    checks = context.inspector.get_check_constraints(name, schema=schema)
    texts = {each["name"]: each["sqltext"] for each in checks}
    for constraint in said.constraints:
        if not getattr(constraint, "_type_bound", False) or context.dialect is None:
            continue  # not the check of a type
        text = texts.get(_get_constraint_final_name(constraint, context.dialect))
        columns = getattr(constraint, "columns", ())
        lists = [each.type.enums for each in columns if isinstance(each.type, Enum)]
        # How a quote in a value is written depends on the database.
        values = [value for each in lists for value in each if value.isprintable()]
        plain = [value for value in values if not {"'", "\\"} & set(value)]
        if text is not None and any(f"'{value}'" not in text for value in plain):
            yield constraint
