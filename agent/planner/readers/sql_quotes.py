"""With what does each dialect of SQL quote and comment? Patterns, for all that is split or read."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.planner.readers.sql_split import Dialect

# Quantifiers with + behind them give nothing back: what is not closed is found out at once.
_SINGLE = r"'[^']*+(?:''[^']*+)*+'"
_SINGLE_ESCAPED = r"'[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+'"
_DOUBLE = r'"[^"]*+(?:""[^"]*+)*+"'
_BACKTICK = r"`[^`]*+(?:``[^`]*+)*+`"
_BRACKET = r"\[[^\]]*+(?:\]\][^\]]*+)*+\]"
# A COPY ends at a semicolon, and before the next COPY: of many without one each is read once.
_COPY = r"^COPY\s[^;\n]*+(?:\n(?!COPY\s)[^;\n]*+)*+;[^\n]*+"

STRINGS: dict[Dialect, str] = {
    "postgres": rf"\b[eE]{_SINGLE_ESCAPED}|{_SINGLE}",
    "mysql": rf"{_SINGLE_ESCAPED}|" + _SINGLE_ESCAPED.replace("'", '"'),
    "sqlite": _SINGLE,
    "tsql": _SINGLE,
    "oracle": _SINGLE,
}
QUOTED_NAMES: dict[Dialect, str] = {
    "postgres": _DOUBLE,
    "mysql": _BACKTICK,
    "sqlite": rf"{_DOUBLE}|{_BACKTICK}|{_BRACKET}",
    "tsql": rf"{_DOUBLE}|{_BRACKET}",
    "oracle": _DOUBLE,
}
# What opens a text whose end depends on how it begins, and the same with such an end.
_OPENINGS: dict[Dialect, str] = {
    "postgres": r"(?<![\w$])\$(?:[A-Za-z_]\w*+)?\$",
    "oracle": r"\b[nN]?[qQ]'\S",
}
QUOTED: dict[Dialect, str] = {
    "postgres": r"(?<![\w$])\$(?P<tag>[A-Za-z_]\w*|)\$.*?\$(?P=tag)\$",
    "oracle": (r"\b[nN]?[qQ]'(?:\[.*?\]|\{.*?\}|<.*?>|\(.*?\)|(?P<qd>[^\s\[{<(]).*?(?P=qd))'"),
}
_LINE_COMMENTS: dict[Dialect, str] = {
    "postgres": r"--[^\n]*+",
    "mysql": r"--(?=\s|\Z)[^\n]*+|\#[^\n]*+",
    "sqlite": r"--[^\n]*+|(?<![^\s,])\#[^\n]*+",
    "tsql": r"--[^\n]*+",
    "oracle": r"--[^\n]*+",
}
# What is opened and, where none of the above fits, never closed.
_UNCLOSED: dict[Dialect, str] = {
    "postgres": r"\b[eE]'|'|\"",
    "mysql": r"'|\"|`",
    "sqlite": r"'|\"|`|\[",
    "tsql": r"'|\"|\[",
    "oracle": r"'|\"",
}

# Commands whose rest of the line may be any words, unclosed quotes included.
_LINES_OF_WORDS: dict[Dialect, str] = {
    "postgres": r"^[ \t]*\\[^\n]*",
    "sqlite": r"^\.[a-z][^\n]*",
    "oracle": r"^[ \t]*(?:PROMPT|REM|REMARK)\b[^\n]*",
}


@cache
def opaque(dialect: Dialect) -> re.Pattern[str]:
    """Make the pattern of all that may hold marks of structure and means something else.

    Its groups are copy, command, line (a comment), block (the same, only opened), quoted (only
    opened), string, name and unclosed.
    """
    command = _LINES_OF_WORDS.get(dialect, r"(?!)")
    copy = _COPY if dialect == "postgres" else r"(?!)"
    return re.compile(
        rf"(?P<copy>{copy})|(?P<command>{command})|(?P<line>{_LINE_COMMENTS[dialect]})|(?P<block>/\*)"
        rf"|(?P<quoted>{_OPENINGS.get(dialect, r'(?!)')})|(?P<string>{STRINGS[dialect]})"
        rf"|(?P<name>{QUOTED_NAMES[dialect]})|(?P<unclosed>{_UNCLOSED[dialect]})",
        re.DOTALL | re.MULTILINE | re.IGNORECASE,
    )
