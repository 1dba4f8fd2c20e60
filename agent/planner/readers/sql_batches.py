"""Where does a statement end in text whose strings and comments are masked? At what ends a batch.

Semicolons, another delimiter, GO, a slash: and a routine ends where its block does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.planner.readers.sql_split import Dialect

ROUTINE = re.compile(
    r"(?:CREATE|ALTER)\s+(?:OR\s+(?:REPLACE|ALTER)\s+)?(?:DEFINER\s*=\s*\S+\s+)?"
    r"(?:(?:NON)?EDITIONABLE\s+|AGGREGATE\s+|TEMP(?:ORARY)?\s+|CONSTRAINT\s+)*"
    r"(?:TRIGGER|PROCEDURE|PROC|FUNCTION|PACKAGE|EVENT|TYPE\s+BODY)\b",
    re.IGNORECASE,
)
_ANONYMOUS_BLOCK = re.compile(r"(?:DECLARE|BEGIN)\b", re.IGNORECASE)
_BLOCK_EDGE = re.compile(
    r"\b(?P<open>BEGIN|CASE)\b|\bEND\b(?!\s+(?:IF|LOOP|WHILE|REPEAT|FOR)\b)|;", re.IGNORECASE
)
_BATCH_ENDS: dict[Dialect, re.Pattern[str]] = {
    "tsql": re.compile(
        r"^[ \t]*GO(?:[ \t]+\d+)?[ \t]*(?:;[ \t]*)?\r?$", re.IGNORECASE | re.MULTILINE
    ),
    "oracle": re.compile(r"^[ \t]*/[ \t]*\r?$", re.MULTILINE),
    "mysql": re.compile(r"^[ \t]*DELIMITER[ \t]+(\S+)[^\n]*$", re.IGNORECASE | re.MULTILINE),
}
_CLIENT_COMMANDS: dict[Dialect, re.Pattern[str]] = {
    "postgres": re.compile(r"\\[^\n]*"),
    "sqlite": re.compile(r"\.[a-z][^\n]*"),
    "tsql": re.compile(r":[a-z][^\n]*", re.IGNORECASE),
    "oracle": re.compile(
        r"(?:SET\s+(?!TRANSACTION|ROLE|CONSTRAINT)|PROMPT\b|REM\b|WHENEVER\b|SPOOL\b|EXIT\b|"
        r"SHOW\b|DEFINE\b|CONNECT\b|@)[^\n]*",
        re.IGNORECASE,
    ),
}
# T-SQL needs no semicolon: a line that begins with one of these begins a statement.
_TSQL_START = re.compile(
    r"[()]|^[ \t]*(?=(?:CREATE|DROP|INSERT|EXEC|EXECUTE|PRINT|USE|IF|ELSE|BEGIN|END|DECLARE|"
    r"RAISERROR|GRANT|DENY|REVOKE|UPDATE\s|DELETE\s|SELECT|TRUNCATE|"
    r"ALTER\s+(?!COLUMN)|SET\s+(?!NULL|DEFAULT))\b)",
    re.IGNORECASE | re.MULTILINE,
)
# Elsewhere semicolons are needed, and forgotten before the next table.
_TABLE_LINE = re.compile(r"^[ \t]*(?:CREATE|ALTER)\s+TABLE\b", re.IGNORECASE | re.MULTILINE)
_START = re.compile(
    r"[()]|^[ \t]*(?=(?:CREATE\s+(?:TABLE|UNIQUE|INDEX|VIEW)|ALTER\s+TABLE|DROP\s+TABLE|"
    r"INSERT\s+INTO|COMMENT\s+ON)\b)",
    re.IGNORECASE | re.MULTILINE,
)
_DO_PARTS = re.compile(
    r"DO(?:\s+LANGUAGE\s+\w+)?\s+(?=BEGIN\b|DECLARE\b)|BEGIN\s+(?=\w)(?!TRANSACTION|WORK|ISOLATION|READ)"
    r"|(?:ELS)?IF\b[^;]*?\bTHEN\b|EXCEPTION\s+WHEN\b[^;]*?\bTHEN\b|ELSE\b",
    re.IGNORECASE,
)
_SPACE = re.compile(r"\s*")
_NOTHING = re.compile(r"[\s;]*")


def ranges(code: str, dialect: Dialect) -> Iterator[tuple[int, int, bool]]:
    """Start, end and whether it is a routine, for each statement that is not empty."""
    start, delimiter = 0, ";"
    ends = _BATCH_ENDS.get(dialect)
    for match in ends.finditer(code) if ends else ():
        yield from _batch(code, start, match.start(), dialect, delimiter)
        start = match.end()
        delimiter = match[1] if dialect == "mysql" else delimiter
    yield from _batch(code, start, len(code), dialect, delimiter)


def _batch(
    code: str, start: int, end: int, dialect: Dialect, delimiter: str
) -> Iterator[tuple[int, int, bool]]:
    commands = _CLIENT_COMMANDS.get(dialect)
    closed = True  # one that is not hides the ends of all behind it: none is looked for again
    nothing = _NOTHING if delimiter == ";" else _SPACE
    while (start := _past(nothing, code, start)) < end:
        if commands and (command := commands.match(code, start, end)):
            yield start, command.end(), False
            start = command.end()
            continue
        if dialect == "postgres" and (opening := _DO_PARTS.match(code, start, end)):
            start = opening.end()
            continue
        cut = code.find(delimiter, start, end)
        cut = end if cut < 0 else cut
        routine = _is_routine(code, start, dialect)
        if routine and dialect in {"tsql", "oracle"}:
            cut = end
        elif routine and delimiter == ";" and closed:
            cut, closed = _end_of_block(code, start, cut, end)
        begins = _TSQL_START if dialect == "tsql" else _START
        if not routine and (dialect == "tsql" or _TABLE_LINE.search(code, start + 1, cut)):
            yield from _lines_that_begin_statements(code, start, cut, begins)
        elif cut > start:
            yield start, _before_space(code, start, cut), routine
        start = cut + len(delimiter)


def _is_routine(code: str, start: int, dialect: Dialect) -> bool:
    """Tell whether a body follows; ALTER TRIGGER has none, but in T-SQL."""
    if ROUTINE.match(code, start):
        return dialect == "tsql" or code[start] in "cC"
    return dialect == "oracle" and bool(_ANONYMOUS_BLOCK.match(code, start))


def _end_of_block(code: str, start: int, cut: int, end: int) -> tuple[int, bool]:
    """Find the semicolon behind the outermost BEGIN ... END, and tell whether there is one.

    Where there is none it is ``cut``.
    """
    depth = 0
    for edge in _BLOCK_EDGE.finditer(code, start, end):
        if edge[0] == ";":
            if depth <= 0:
                return edge.start(), True
        else:
            depth += 1 if edge["open"] else -1
    return cut, False


def _lines_that_begin_statements(
    code: str, start: int, end: int, begins: re.Pattern[str]
) -> Iterator[tuple[int, int, bool]]:
    depth, begin = 0, start
    for match in begins.finditer(code, start, end):
        if match[0] in {"(", ")"}:
            depth += 1 if match[0] == "(" else -1
        elif depth == 0 and match.end() > begin:
            yield begin, _before_space(code, begin, match.start()), False
            begin = match.end()
    if begin < end:
        yield begin, _before_space(code, begin, end), False


def _past(nothing: re.Pattern[str], code: str, start: int) -> int:
    match = nothing.match(code, start)
    return match.end() if match else start


def _before_space(code: str, start: int, end: int) -> int:
    while end > start and code[end - 1].isspace():
        end -= 1
    return end
