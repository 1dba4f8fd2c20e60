"""Which tables does this DBML draw? They go the way of SQL's tables (``table_specs``)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.errors import SourceError
from agent.planner.readers.comments import BLOCK, comments
from agent.planner.readers.dbml_columns import (
    can_be_named,
    read_column,
    settings,
    words,
)
from agent.planner.readers.dbml_indexes import read_check, read_index
from agent.planner.readers.dbml_refs import named, put_refs
from agent.planner.readers.grammars import offset_of, parse, part, parts, text_of, tokens
from agent.planner.readers.models import comment, not_a_target
from agent.planner.readers.sql_dialect import named as dialect_named
from agent.planner.readers.sql_schema import Schema, Table
from agent.planner.readers.table_specs import project_name, spec_of
from agent.planner.readers.written import Written
from agent.types import Database

if TYPE_CHECKING:
    from agent.documents import Source
    from agent.planner.readers.dbml_refs import Ref
    from agent.planner.readers.grammars import Branch
    from agent.planner.readers.sql_split import Dialect
    from agent.planner.reading import Reading

_DATABASES: dict[Dialect, Database] = {
    "postgres": Database.POSTGRESQL,
    "mysql": Database.MYSQL,
    "sqlite": Database.SQLITE,
}
_STRING = r"'''(?:\\.|[^\\])*?(?:'''|\Z)|'(?:\\.|[^'\\])*'|\"[^\"\n]*\"|`[^`]*`"
_RECORDS = re.compile(
    r"^[ \t]*records\b[^\n{'`]*\{(?:[^}'\"]|'(?:\\.|[^'\\])*'|\"[^\"]*\"|['\"])*(?:\}|\Z)",
    re.IGNORECASE | re.MULTILINE,
)
_SHOWN = {
    "ID": "a name",
    "QUOTED": 'a name in "quotes"',
    "STRING": "a text in 'quotes'",
    "EXPR": "an expression in `quotes`",
    "NUMBER": "a number",
    "REL": "< > - or <>",
    "TABLE": "`Table`",
    "ENUM": "`Enum`",
    "REF": "`Ref`",
    "PROJECT": "`Project`",
    "TABLEGROUP": "`TableGroup`",
    "TABLEPARTIAL": "`TablePartial`",
    "_NL": "the end of the line",
}


def read(source: Source) -> Reading:
    """Read a text in DBML.

    Raises:
        SourceError: it is not in the language, or a table or a relation would be lost.

    """
    text = text_of(source, "dbml")
    code = comments(text, _STRING, rf"//[^\n]*|{BLOCK}", "\0").code
    records = list(_RECORDS.finditer(code))
    code = _RECORDS.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), code)
    tree = parse(text, "dbml", _SHOWN, code=code)
    about = _about(tree)
    dialect = _dialect(about.get("database_type"))
    database = _DATABASES.get(dialect or "postgres", Database.POSTGRESQL)
    schema = Schema(Written(text.text, dialect or "postgres"), drawn=True)
    for record in records:
        schema.lose("sample data (records)", record.start())
        if not record[0].endswith("}"):
            message = "these records are never closed"
            fault = schema.script.fault("dbml-syntax", message, record.start(), "}")
            raise SourceError([fault])
    refs = _tables(tree, schema)
    put_refs(tree, refs, schema)
    _leave_out(tree, schema, database, is_target=dialect in _DATABASES)
    if not schema.tables and not schema.faults:
        fault = schema.script.fault("dbml-empty", "the DBML declares no table", 0, "Table")
        raise SourceError([fault])
    name = project_name(about.get("name") or source.name)
    made = spec_of(schema, database, name)
    if description := comment(about.get("note")):
        made = replace(made, spec=made.spec.model_copy(update={"description": description}))
    return made


def _leave_out(tree: Branch, schema: Schema, database: Database, *, is_target: bool) -> None:
    """Tell of what stands beside the tables and is not used."""
    for project in parts(tree, "project"):
        for each in parts(project, "property"):
            if (word := str(tokens(each, "ID")[0])).lower() != "database_type":
                schema.lose(f"{word} of the project", offset_of(each))
            elif not is_target:
                message = not_a_target(_said(each), database)
                schema.warn("database-changed", message, offset_of(each))
    for partial in parts(tree, "partial"):
        for setting in settings(partial):
            schema.lose(f"{setting.word} of a TablePartial", setting.offset)
    for each in parts(tree, "group", "sticky"):
        schema.lose(f"a {'TableGroup' if each.data == 'group' else 'note'}", offset_of(each))


def _about(tree: Branch) -> dict[str, str]:
    """Return what the project says of itself, by lower-case words."""
    found: dict[str, str] = {}
    for project in parts(tree, "project"):
        found["name"] = next(iter(named(project)), "")
        for note in parts(project, "note"):
            found["note"] = words(tokens(note, "STRING")[0])
        for each in parts(project, "property"):
            found[str(tokens(each, "ID")[0]).lower()] = _said(each)
    return found


def _said(branch: Branch) -> str:
    texts = tokens(branch, "STRING")
    return words(texts[0]) if texts else ""


def _dialect(name: str | None) -> Dialect | None:
    """Return the dialect of a database by its name, or ``None`` for one that is not known."""
    try:
        return dialect_named(name or "postgres")
    except SourceError:
        return None


def _tables(tree: Branch, schema: Schema) -> list[Ref]:
    """Read enums and tables into the schema; return the relations in their columns."""
    for enum in parts(tree, "enum"):
        _enum(enum, schema)
    partials = {name: each for each in parts(tree, "partial") for name in named(each)[:1]}
    refs: list[Ref] = []
    for branch in parts(tree, "table"):
        path = named(next(parts(branch, "path")))
        offset = offset_of(next(parts(branch, "path")))
        if not all(can_be_named(name, offset, schema) for name in path):
            continue
        if before := schema.tables.get(schema.path_key(path)):
            line = schema.script.line(before.offset)
            message = f"table {'.'.join(path)} is declared on line {line} already"
            schema.faults.append(
                schema.script.fault("dbml-twice", message, offset, "one of a name")
            )
            continue
        table = Table(path[-1], path[-2] if len(path) > 1 else None, offset)
        schema.add(path, table)
        if alias := named(branch):
            schema.aliases[alias[0]] = path
        _settings_of_table(branch, table, schema)
        body = part(branch, "body")
        if body is not None:
            _body(body, table, schema, partials, refs)
    return refs


def _settings_of_table(branch: Branch, table: Table, schema: Schema) -> None:
    for setting in settings(branch):
        if setting.word == "note":
            table.comment = setting.text
        else:
            schema.lose(setting.word, setting.offset)


def _body(
    body: Branch, table: Table, schema: Schema, partials: dict[str, Branch], refs: list[Ref]
) -> None:
    for use in parts(body, "use"):
        name = named(use)[0]
        partial = partials.get(name)
        inner = part(partial, "body") if partial is not None else None
        if inner is None:
            message = f"table {table.name} takes in {name}, which is not declared"
            fault = schema.script.fault(
                "dbml-partial", message, offset_of(use), f"TablePartial {name}"
            )
            schema.faults.append(fault)
        else:
            own = {schema.key(named(each)[0]) for each in parts(body, "column")}
            for column in parts(inner, "column"):
                if schema.key(named(column)[0]) not in own | set(table.columns):
                    refs += read_column(column, table, schema)
            _rules(inner, table, schema)
    for column in parts(body, "column"):
        refs += read_column(column, table, schema)
    _rules(body, table, schema)


def _rules(body: Branch, table: Table, schema: Schema) -> None:
    for note in parts(body, "note"):
        table.comment = words(tokens(note, "STRING")[0])
    for block in parts(body, "indexes"):
        for index in parts(block, "index"):
            read_index(index, table, schema)
    for block in parts(body, "checks"):
        for check in parts(block, "check"):
            read_check(check, table, schema)


def _enum(branch: Branch, schema: Schema) -> None:
    path = named(next(parts(branch, "path")))
    key = ".".join(path[-2:] if path[0] != "public" else path[-1:])
    offset = offset_of(branch)
    if (before := schema.declared.offsets.get(key.casefold())) is not None:
        line = schema.script.line(offset)
        message = f"enum {key} is declared on line {schema.script.line(before)} already"
        fault = schema.script.fault("dbml-twice", message, offset, f"one of a name (line {line})")
        schema.faults.append(fault)
        return
    schema.declared.enums[key] = tuple(
        dict.fromkeys(named(value)[0] for value in parts(branch, "value"))
    )
    schema.declared.offsets[key.casefold()] = offset
    for each in parts(branch, "settings", "note"):
        schema.lose("the note of an enum", offset_of(each))
    for value in parts(branch, "value"):
        if part(value, "settings") is not None:
            schema.lose("the note of an enum's value", offset_of(value))
