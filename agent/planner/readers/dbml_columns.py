"""What does a column of DBML say? Its type and settings, as a column of SQL's tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lark import Token as Leaf
from lark import Tree

from agent.planner.readers.dbml_refs import Ref, end_of, named
from agent.planner.readers.grammars import offset_of, part, parts, tokens
from agent.planner.readers.models import LONGEST_NAME, usable_name
from agent.planner.readers.sql_schema import CheckRule, Column, ColumnType, Key
from agent.planner.readers.sql_tokens import Token
from agent.planner.readers.sql_tokens import tokens as sql_tokens
from agent.planner.readers.sql_types import meaning
from agent.types import AttributeType as T

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.planner.readers.grammars import Branch
    from agent.planner.readers.sql_schema import Schema, Table

_COUNTED = frozenset({T.INTEGER, T.SMALLINT, T.BIGINT})
_LONGEST_SHOWN = 100
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
# what is drawn from a MySQL database says of its own columns, inside of the quoted type
_ON_UPDATE = re.compile(r"\s+on\s+update\s+\S+\Z", re.IGNORECASE)
_COMPUTED = re.compile(r"\bgenerated\s+always\s+as\s*\(", re.IGNORECASE)
_TRAILING = frozenset({"pk", "unique"})
_UNSAID = ColumnType("integer")
"""Of a column that only says to which key it refers: ``dbml_refs`` gives it that key's type."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its words in lower case, and the nodes of what it is set to."""

    word: str
    said: Branch | None
    offset: int

    @property
    def text(self) -> str:
        """Return what it is set to as plain words."""
        return " ".join(plain(node) for node in self.said.children) if self.said else ""


def can_be_named(name: str, offset: int, schema: Schema) -> bool:
    """Tell whether a table or a column can be called so; what cannot is a fault."""
    if usable_name(name) == name:
        return True
    shown = name if len(name) <= LONGEST_NAME else f"{name[:40]}..."
    message = f"nothing can be called {shown!r} in the project"
    expected = f"1 to {LONGEST_NAME} characters, without quotes and backslashes"
    schema.faults.append(schema.script.fault("dbml-name", message, offset, expected))
    return False


def words(leaf: str) -> str:
    """Return the words of a text in single quotes, one or three."""
    mark = 3 if leaf.startswith("'''") else 1
    return _ESCAPED.sub(r"\1", leaf[mark:-mark]).strip()


def plain(node: Leaf | Branch) -> str:
    """Return what a value says, as words."""
    if isinstance(node, Tree):
        return ".".join(named(node))
    if node.type == "EXPR":
        return node[1:-1]
    return words(node) if node.type == "STRING" else str(node)


def settings(branch: Branch) -> Iterator[Setting]:
    """Yield the settings of a branch."""
    for block in parts(branch, "settings"):
        for each in parts(block, "setting"):
            word = " ".join(tokens(each, "ID")).lower()
            yield Setting(word, part(each, "said"), offset_of(each))


def rule_text(expression: str, schema: Schema) -> str:
    """Return an expression with names quoted as the dialect does, whoever drew it."""
    return expression if schema.script.dialect == "mysql" else expression.replace("`", '"')


def read_column(branch: Branch, table: Table, schema: Schema) -> list[Ref]:
    """Read one column into its table; return the relations that it declares."""
    name, offset = named(branch)[0], offset_of(branch)
    if not can_be_named(name, offset, schema):
        return []
    if before := table.columns.get(schema.key(name)):
        line = schema.script.line(before.offset)
        message = f"table {table.name} has column {name} on line {line} already"
        schema.faults.append(schema.script.fault("dbml-twice", message, offset, "a new name"))
        return []
    kind = part(branch, "type")
    if kind is None and not any(setting.word == "ref" for setting in settings(branch)):
        message = f"{table.name}.{name} has no type"
        expected = "a type, or a ref to the key whose type it takes"
        schema.faults.append(schema.script.fault("dbml-type", message, offset, expected))
        return []
    written, trailing = _type(kind, schema) if kind is not None else (_UNSAID, [])
    column = Column(name, replace(written, offset=written.offset or offset), offset)
    column.computed = bool(_COMPUTED.search(written.raw))
    column.now_on_update = bool(_ON_UPDATE.search(written.raw.strip('"')))
    table.columns[schema.key(name)] = column
    given = [*settings(branch), *(Setting(word, None, offset) for word in trailing)]
    refs = [
        Ref((table, (name,)), end, relation, setting.offset, inline=True)
        for setting in given
        if setting.word == "ref" and setting.said
        for relation, end in [end_of(setting.said)]
    ]
    for setting in given:
        if setting.word != "ref":
            _apply(setting, column, table, schema)
    return refs


def _type(branch: Branch, schema: Schema) -> tuple[ColumnType, list[str]]:
    """Return a type as SQL's reader has it, and what old DBML writes behind it."""
    names: list[str] = []
    parameters: list[str] = []
    for each in parts(branch, "path", "args"):
        if each.data == "args":
            parameters += [plain(node) for node in each.children]
        else:
            names.append(".".join(named(each)))
    trailing: list[str] = []
    while len(names) > 1 and names[-1].lower() in _TRAILING:
        trailing.append(names.pop().lower())
    name = _ON_UPDATE.sub("", " ".join(names))
    if inner := re.fullmatch(r"(.*?)\s*\((.*)\)", name):
        name = inner[1]
        parameters += [piece.strip(" '") for piece in inner[2].split(",")]
    array = bool(tokens(branch, "ARRAY")) or name.endswith("[]")
    name = name.removesuffix("[]")
    enums = {key.casefold(): key for key in schema.declared.enums}
    key = name.removeprefix("public.").casefold()
    if key not in enums:
        alike = [each for each in enums if each.rpartition(".")[2] == key.rpartition(".")[2]]
        key = alike[0] if len(alike) == 1 else key
    name = key if key in enums else name.rpartition(".")[2].lower()
    raw = schema.script.shown(branch.meta.start_pos, branch.meta.end_pos)
    offset = offset_of(branch)
    return ColumnType(name, tuple(parameters), array, raw[:_LONGEST_SHOWN], offset), trailing


def _apply(setting: Setting, column: Column, table: Table, schema: Schema) -> None:
    key = (column.name,)
    match setting.word:
        case "pk" | "primary key":
            table.primary_key = (*table.primary_key, column.name)
        case "not null":
            column.not_null = True
        case "null":
            column.not_null = False
        case "unique":
            table.uniques.append(Key(key, None, setting.offset, unique=True))
        case "increment":
            found = meaning(column.type, schema.script.dialect)
            column.identity = found is not None and found.type in _COUNTED
            if not column.identity:
                what = f"{table.name}.{column.name}: increment of {column.type.raw}"
                schema.left_out(what, setting.offset)
        case "note":
            column.comment = setting.text
        case "default" if setting.said:
            column.default = list(_default(setting.said, schema))
        case "check" if setting.said:
            text = rule_text(setting.text, schema)
            table.checks.append(CheckRule([], text, None, setting.offset))
        case word:
            schema.lose(f"the setting {word}", setting.offset)


def _default(said: Branch, schema: Schema) -> Iterator[Token]:
    """Yield the tokens of a default, as SQL would have them."""
    for node in said.children:
        start = offset_of(node)
        end = start + len(node) if isinstance(node, Leaf) else node.meta.end_pos
        if isinstance(node, Tree):
            value = named(node)[-1]
            bare = value.upper() in {"TRUE", "FALSE", "NULL"}
            kind, key = ("word", value.upper()) if bare else ("string", "")
            yield Token(kind, value, key, start, end)
        elif node.type == "STRING":
            yield Token("string", words(node), "", start, end)
        elif node.type == "NUMBER":
            if node[0] in "+-":
                yield Token("mark", node[0], node[0], start, start + 1)
            yield Token("number", node.lstrip("+-"), "", start, end)
        else:
            yield from sql_tokens(plain(node), start + 1, schema.script.dialect)
