"""What do people say of tables and columns? COMMENT ON, and the extended properties of T-SQL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.planner.readers.sql_schema import Schema
    from agent.planner.readers.sql_tokens import Cursor, Token

PROPERTY = re.compile(r"\bsp_(?:add|update)extendedproperty\b", re.IGNORECASE)
"""The procedures that T-SQL describes things with."""
_DESCRIPTION = "ms_description"
_PARAMETERS = (
    "name",
    "value",
    "level0type",
    "level0name",
    "level1type",
    "level1name",
    "level2type",
    "level2name",
)
"""Those of the procedures, in their order."""


def comment_on(cursor: Cursor, schema: Schema) -> None:
    """Read COMMENT ON.

    Raises:
        SourceError: it cannot be read.

    """
    offset = cursor.offset
    cursor.index += 2
    of_table, of_column = cursor.take("TABLE"), cursor.take("COLUMN")
    if not of_table and not of_column:
        schema.count("comments", cursor.next().value.lower(), offset)
        return
    path = cursor.path()
    if not cursor.take("IS"):
        cursor.refuse("a comment cannot be read", "IS")
    token = cursor.next()
    text = token.value if token.kind == "string" else None
    if of_table:
        _put(schema, path, None, text, offset)
    else:
        _put(schema, path[:-1], path[-1], text, offset)


def describe(cursor: Cursor, schema: Schema) -> None:
    """Read a call of T-SQL's procedures; what is no description of a table or column is counted."""
    calls = [i for i, token in enumerate(cursor.tokens) if PROPERTY.fullmatch(token.value)]
    if not calls:  # the name stands in a text
        schema.count("statements", cursor.next().value.upper(), cursor.offset)
        return
    cursor.index = calls[0]
    offset = cursor.offset
    cursor.next()
    given = _arguments(cursor)
    said = {name: token.value for name, token in given.items() if token.kind in {"string", "name"}}
    kinds = [said.get(f"level{level}type", "").casefold() for level in (1, 2)]
    name = said.get("name", "")
    if name.casefold() != _DESCRIPTION or kinds not in (["table", ""], ["table", "column"]):
        of = f" of a {kinds[0]}" if kinds[0] not in {"", "table"} else ""
        schema.count("extended properties", f"{name or 'one without a name'}{of}", offset)
        return
    path = tuple(said[part] for part in ("level0name", "level1name") if part in said)
    text = said.get("value")
    if text is None:  # a variable, or an expression
        schema.left_out(f"the description of {'.'.join(path)}, which is no plain text,", offset)
        return
    _put(schema, path, said.get("level2name"), text, offset)


def _arguments(cursor: Cursor) -> dict[str, Token]:
    """Return what a procedure is called with: the only token of each, by the parameter's name."""
    found: dict[str, Token] = {}
    for parameter, piece in zip(_PARAMETERS, cursor.pieces(), strict=False):
        name = parameter
        if piece.key.startswith("@") and piece.key_after(1) == "=":
            name = piece.next().value[1:].lower()
            piece.next()
        left = piece.tokens[piece.index :]
        if left and left[-1].value == ";":
            left = left[:-1]
        if len(left) == 1:
            found[name] = left[0]
    return found


def _put(
    schema: Schema, path: tuple[str, ...], column: str | None, text: str | None, offset: int
) -> None:
    table = schema.find(path) if path else None
    if table is not None and column is None:
        table.comment = text
    elif table is not None and (found := table.columns.get(schema.key(column or ""))):
        found.comment = text
    else:
        whole = ".".join((*path, *([column] if column else [])))
        schema.left_out(f"the comment on {whole}, which is not in the source,", offset)
