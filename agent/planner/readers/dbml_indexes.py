"""What do the indexes and checks of a DBML table say? Keys and rules of SQL's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner.readers.dbml_columns import plain, rule_text, settings
from agent.planner.readers.dbml_refs import named
from agent.planner.readers.grammars import offset_of, tokens
from agent.planner.readers.models import usable_name
from agent.planner.readers.sql_left_out import index_left_out
from agent.planner.readers.sql_schema import CheckRule, Key

if TYPE_CHECKING:
    from agent.planner.readers.grammars import Branch
    from agent.planner.readers.sql_schema import Schema, Table

_ORDINARY = frozenset({"btree", "hash"})


def read_index(branch: Branch, table: Table, schema: Schema) -> None:
    """Read one index: the key, a unique rule or an index of its table."""
    columns, offset = named(branch), offset_of(branch)
    given = {setting.word: setting for setting in settings(branch)}
    name = usable_name(given["name"].text) if "name" in given else None
    unique = "unique" in given
    problem = None
    if expressions := tokens(branch, "EXPR"):
        problem = f"it is over the expression {plain(expressions[0])[:100]}"
    elif "type" in given and given["type"].text.lower() not in _ORDINARY:
        problem = f"not an ordinary index ({given['type'].text})"
    if problem:
        what = f"{'unique ' * unique}index {name or ''} of {table.name}".replace("  ", " ")
        schema.warn("not-carried-over", index_left_out(what, problem, unique=unique), offset)
        return
    for word, setting in given.items():
        if word not in {"name", "unique", "type", "pk", "primary key"}:
            schema.lose(f"the {word} of an index", setting.offset)
    if given.keys() & {"pk", "primary key"}:
        table.primary_key = columns
    elif unique:
        table.uniques.append(Key(columns, name, offset, unique=True))
    else:
        table.indexes.append(Key(columns, name, offset))


def read_check(branch: Branch, table: Table, schema: Schema) -> None:
    """Read one check of a table."""
    given = {setting.word: setting for setting in settings(branch)}
    name = usable_name(given["name"].text) if "name" in given else None
    for word, setting in given.items():
        if word != "name":
            schema.lose(f"the {word} of a check", setting.offset)
    text = rule_text(plain(tokens(branch, "EXPR")[0]), schema)
    table.checks.append(CheckRule([], text, name, offset_of(branch)))
