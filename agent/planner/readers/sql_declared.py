"""Which types does the script make itself? Enums, and domains that stand for another type."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agent.planner.readers.sql_definitions import read_column
from agent.planner.readers.sql_limits import MOST_VALUES, TYPES, too_much
from agent.planner.readers.sql_schema import CheckRule, Table

if TYPE_CHECKING:
    from agent.planner.readers.sql_schema import Column, Schema
    from agent.planner.readers.sql_tokens import Cursor, Token


def create_type(cursor: Cursor, schema: Schema) -> None:
    """Read CREATE TYPE or CREATE DOMAIN.

    Raises:
        SourceError: it cannot be read, or the name has another meaning already.

    """
    offset = cursor.offset
    is_domain = cursor.at("CREATE", "DOMAIN")
    cursor.index += 2
    at, name = cursor.index, cursor.path()[-1]
    declared = schema.declared
    if name.casefold() in declared.offsets:
        cursor.index = at
        line = schema.script.line(declared.offsets[name.casefold()])
        cursor.refuse(f"type {name} is made on line {line} already", "one type of a name")
    schema.amounts.add(TYPES, offset)
    if cursor.take("AS", "ENUM"):
        values = [piece.next() for piece in cursor.group().pieces() if piece.tokens]
        if len(values) > MOST_VALUES:
            at = values[MOST_VALUES].start
            raise too_much(schema.script, f"values of {name}", MOST_VALUES, at)
        declared.enums[name] = tuple(token.value for token in values)
    elif is_domain or cursor.at("FROM"):
        _ = cursor.take("AS") or cursor.take("FROM")
        table = Table(name, None, offset)
        column = read_column(cursor, table, schema, named="VALUE")
        if parent := declared.domains.get(column.type.name):
            _take_over(parent, column)
            schema.grow(table, offset, len(parent.checks))
            schema.take_checks(table, parent.checks, offset)
        declared.domains[name.casefold()] = table
    else:
        schema.left_out(f"type {name}", offset)
    declared.offsets[name.casefold()] = offset


def alter_type(cursor: Cursor, schema: Schema) -> None:
    """Read ALTER TYPE: values that an enum gets or renames.

    Raises:
        SourceError: the value that it names is not there.

    """
    offset = cursor.offset
    cursor.index += 2
    name = cursor.path()[-1]
    values = list(schema.declared.enums.get(name, ()))
    if values and cursor.take("ADD", "VALUE"):
        unless_there = cursor.take("IF", "NOT", "EXISTS")
        value = cursor.next().value
        place = len(values)
        if cursor.at("BEFORE") or cursor.at("AFTER"):
            place = int(cursor.next().key == "AFTER")
            place += _index(cursor, values)
        if not (unless_there and value in values):
            values.insert(place, value)
    elif values and cursor.take("RENAME", "VALUE"):
        place = _index(cursor, values)
        _ = cursor.take("TO")
        values[place] = cursor.next().value
    elif cursor.at("OWNER"):
        schema.count("changes", "ALTER TYPE OWNER", offset)
    else:
        schema.left_out(f"ALTER TYPE {name} {cursor.key}".rstrip(), offset)
    if len(values) > MOST_VALUES:
        raise too_much(schema.script, f"values of {name}", MOST_VALUES, offset)
    if values:
        schema.declared.enums[name] = tuple(values)


def _index(cursor: Cursor, values: list[str]) -> int:
    value = cursor.next().value
    if value not in values:
        cursor.index -= 1
        cursor.refuse("the enum has no such value", ", ".join(values)[:200])
    return values.index(value)


def put_domains(schema: Schema) -> None:
    """Make every column of a domain one of the type that the domain stands for."""
    for table in schema.tables.values():
        for column in table.columns.values():
            if domain := schema.declared.domains.get(column.type.name):
                _put(domain, column, table, schema)


def _put(domain: Table, column: Column, table: Table, schema: Schema) -> None:
    is_array = column.type.array
    _take_over(domain, column)
    for rule in domain.checks:
        if is_array:
            what = f"the check of domain {domain.name} in {table.name}.{column.name}, a list,"
            schema.left_out(what, column.offset)
        else:
            schema.grow(table, column.offset)
            text = _about(column.name, rule.expression, schema)
            own = CheckRule([], text, None, column.offset)
            schema.take_checks(table, [own], column.offset)


def _take_over(domain: Table, column: Column) -> None:
    base = next(iter(domain.columns.values()))
    column.type = replace(base.type, array=column.type.array or base.type.array)
    column.not_null = column.not_null or base.not_null
    column.default = column.default or base.default


def _about(column: str, expression: list[Token], schema: Schema) -> str:
    """Give a domain's rule with the column in place of VALUE."""
    name = f"[{column}]" if schema.script.dialect == "tsql" else f'"{column}"'
    return " ".join(
        name if token.key == "VALUE" else schema.script.source(token.start, token.end)
        for token in expression
    )


def put_referred_types(schema: Schema) -> None:
    """Give a column without a type that of the key it refers to, as Oracle does."""
    for table in schema.tables.values():
        for foreign in table.foreign_keys:
            target = schema.find(foreign.target, table)
            if target is None:
                continue
            references = foreign.references or target.primary_key
            for own, other in zip(foreign.columns, references, strict=False):
                column = table.columns.get(schema.key(own))
                referred = target.columns.get(schema.key(other))
                if column and referred and not column.type.name:
                    column.type = replace(referred.type)
