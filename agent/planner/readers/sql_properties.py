"""What does SQL Server say about a table or a column? Its extended property MS_Description."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.planner.readers.sql_schema import Schema
    from agent.planner.readers.sql_tokens import Cursor

# The procedure's parameters, in order; level 0 is a schema, level 1 a table, level 2 a column.
_PARAMETERS = (
    *("NAME", "VALUE", "LEVEL0TYPE", "LEVEL0NAME"),
    *("LEVEL1TYPE", "LEVEL1NAME", "LEVEL2TYPE", "LEVEL2NAME"),
)


def extended_property(cursor: Cursor, schema: Schema) -> None:
    """Read EXEC sp_addextendedproperty: a description is a comment, anything else is counted."""
    offset = cursor.offset
    cursor.next()
    cursor.path()
    given = _given(cursor)
    kinds = (given.get("LEVEL1TYPE", "").upper(), given.get("LEVEL2TYPE", "").upper())
    table = None
    if given.get("NAME") == "MS_Description" and kinds[0] == "TABLE":
        table = schema.find((given.get("LEVEL0NAME", ""), given.get("LEVEL1NAME", "")))
    text, name = given.get("VALUE"), given.get("LEVEL2NAME", "")
    column = table.columns.get(schema.key(name)) if table and kinds[1] == "COLUMN" else None
    if table and text and not kinds[1]:
        table.comment = text
    elif column and text:
        column.comment = text
    else:
        schema.count("comments left out", "extended property", offset)


def _given(cursor: Cursor) -> dict[str, str]:
    """Return the texts that the procedure is given, by parameter."""
    found = {}
    for parameter, piece in zip(_PARAMETERS, cursor.pieces(), strict=False):
        name = parameter
        if piece.key.startswith("@") and piece.key_after(1) == "=":
            name = piece.next().key[1:]
            piece.next()
        token = None if piece.done else piece.next()
        if token is not None and token.kind == "string":
            found[name] = token.value
    return found
