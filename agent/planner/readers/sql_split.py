"""Where does one SQL statement end and the next begin? Statements with their places.

The text is masked first: comments become blanks, the insides of strings and of quoted names become
underscores, offsets stay. All questions about structure are then asked of the masked ``code``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal, get_args

from agent.errors import SourceError
from agent.planner.readers.written import Written

if TYPE_CHECKING:
    from collections.abc import Iterator

Dialect = Literal["postgres", "mysql", "sqlite", "tsql", "oracle"]
DIALECTS: tuple[Dialect, ...] = get_args(Dialect)

_SINGLE = r"'[^']*(?:''[^']*)*'"
_SINGLE_ESCAPED = r"'[^'\\]*(?:(?:\\.|'')[^'\\]*)*'"
_DOUBLE = r'"[^"]*(?:""[^"]*)*"'
_BACKTICK = r"`[^`]*(?:``[^`]*)*`"
_BRACKET = r"\[[^\]]*(?:\]\][^\]]*)*\]"
_DOLLAR = r"(?<![\w$])\$(?P<tag>[A-Za-z_]\w*|)\$.*?\$(?P=tag)\$"
_COPY = r"^COPY\s[^;]*\bFROM\s+STDIN\b[^;]*;[^\n]*\n.*?(?:^\\\.[^\n]*|\Z)"
_Q_QUOTE = r"\b[nN]?[qQ]'(?:\[.*?\]|\{.*?\}|<.*?>|\(.*?\)|(?P<qd>[^\s\[{<(]).*?(?P=qd))'"

STRINGS: dict[Dialect, str] = {
    "postgres": rf"\b[eE]{_SINGLE_ESCAPED}|{_SINGLE}|{_DOLLAR}",
    "mysql": rf"{_SINGLE_ESCAPED}|" + _SINGLE_ESCAPED.replace("'", '"'),
    "sqlite": _SINGLE,
    "tsql": _SINGLE,
    "oracle": rf"{_Q_QUOTE}|{_SINGLE}",
}
QUOTED_NAMES: dict[Dialect, str] = {
    "postgres": _DOUBLE,
    "mysql": _BACKTICK,
    "sqlite": rf"{_DOUBLE}|{_BACKTICK}|{_BRACKET}",
    "tsql": rf"{_DOUBLE}|{_BRACKET}",
    "oracle": _DOUBLE,
}
COMMENTS: dict[Dialect, str] = {
    "postgres": r"--[^\n]*|/\*.*?\*/",
    "mysql": r"--(?=\s|\Z)[^\n]*|\#[^\n]*|/\*.*?\*/",
    "sqlite": r"--[^\n]*|/\*.*?\*/",
    "tsql": r"--[^\n]*|/\*.*?\*/",
    "oracle": r"--[^\n]*|/\*.*?\*/",
}

_ROUTINE = re.compile(
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
    "tsql": re.compile(r"^[ \t]*GO(?:[ \t]+\d+)?[ \t]*;?[ \t]*\r?$", re.IGNORECASE | re.MULTILINE),
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
# Commands whose rest of the line may be any words, unclosed quotes included.
_LINES_OF_WORDS: dict[Dialect, str] = {
    "postgres": r"^[ \t]*\\[^\n]*",
    "sqlite": r"^\.[a-z][^\n]*",
    "oracle": r"^[ \t]*(?:PROMPT|REM|REMARK)\b[^\n]*",
}
_VERSIONED = re.compile(
    r"/\*!\d*\s+(?:CREATE\b.*?)?\b(?:TRIGGER|VIEW|PROCEDURE|FUNCTION|EVENT)\b",
    re.DOTALL | re.IGNORECASE,
)
_SETTING = re.compile(
    r"/\*!\d*\s*(?:SET\b|ALTER\s+TABLE\b.*\bKEYS\b|(?:DROP|CREATE)\s+DATABASE\b|DROP\b|USE\b|"
    r"CREATE\s*\*/|DEFAULT\s+CHARACTER|IF\s|DEFINER\b|M?!?999999)",
    re.DOTALL | re.IGNORECASE,
)
# T-SQL needs no semicolon: a line that begins with one of these begins a statement.
_TSQL_START = re.compile(
    r"[()]|^[ \t]*(?=(?:CREATE|DROP|INSERT|EXEC|EXECUTE|PRINT|USE|IF|ELSE|BEGIN|END|DECLARE|"
    r"RAISERROR|GRANT|DENY|REVOKE|UPDATE\s|DELETE\s|SELECT|TRUNCATE|"
    r"ALTER\s+(?!COLUMN)|SET\s+(?!NULL|DEFAULT))\b)",
    re.IGNORECASE | re.MULTILINE,
)
# DO runs a block at once: its statements count, behind what opens a part of the block.
_DO = re.compile(r"\bDO\s+(?:LANGUAGE\s+\w+\s+)?\Z", re.IGNORECASE)
_DO_HEAD = 80
_DO_PARTS = re.compile(
    r"DO(?:\s+LANGUAGE\s+\w+)?\s+(?=BEGIN\b|DECLARE\b)|BEGIN\s+(?=\w)(?!TRANSACTION|WORK|ISOLATION|READ)"
    r"|(?:ELS)?IF\b[^;]*?\bTHEN\b|EXCEPTION\s+WHEN\b[^;]*?\bTHEN\b|ELSE\b",
    re.IGNORECASE,
)
_SPACE = re.compile(r"\s*")


def keywords(text: str) -> frozenset[str]:
    """Make a set of the words of a text."""
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: its text, the same masked, and where it begins in the source."""

    text: str
    code: str
    offset: int
    routine: bool = False


class Script(Written):
    """A source split into statements.

    ``hidden`` are the offsets of views and routines that a MySQL dump keeps in comments,
    ``conditional`` the ranges of other clauses there, which only some versions read.
    """

    def __init__(self, text: str, dialect: Dialect) -> None:
        """Split ``text`` as ``dialect`` does.

        Raises:
            SourceError: a string, a quoted name or a comment is never closed.

        """
        super().__init__(text, dialect)
        self.hidden: list[int] = []
        self.conditional: list[tuple[int, int]] = []
        code = self._mask(text)
        self.statements = tuple(
            Statement(text[start:end], code[start:end], start, routine)
            for start, end, routine in _ranges(code, dialect)
        )

    def _mask(self, text: str) -> str:
        parts: list[str] = []
        pattern, position = _opaque(self.dialect), 0
        while match := pattern.search(text, position):
            start, end = match.span()
            kind = match.lastgroup
            if kind == "unclosed":
                fault = self.fault(
                    "sql-unclosed",
                    f"{match[0]} is opened here and never closed",
                    start,
                    "a closing mark, or another dialect",
                )
                raise SourceError([fault])
            if kind == "comment" and self.dialect == "mysql" and match[0].startswith("/*!"):
                if _VERSIONED.match(match[0]):
                    self.hidden.append(start)
                elif not _SETTING.match(match[0]):
                    self.conditional.append((start, end))
            if kind == "comment" and self.dialect == "postgres":
                end = _end_of_nested_comment(text, start, end)
            parts.append(text[position:start])
            if kind == "string" and _DO.search(text, max(0, start - _DO_HEAD), start):
                parts.append(self._unfolded(match))
            else:
                parts.append(_blanked(text[start:end], kind))
            position = end
        parts.append(text[position:])
        return "".join(parts)

    def _unfolded(self, body: re.Match[str]) -> str:
        """Read the statements in the body of DO $$ ... $$, which runs them."""
        mark = body[0].index("$", 1) + 1
        inner = body[0][mark:-mark]
        return " " * mark + self._mask(inner) + ";" + " " * (mark - 1)


@cache
def _opaque(dialect: Dialect) -> re.Pattern[str]:
    command = _LINES_OF_WORDS.get(dialect, r"(?!)")
    copy = _COPY if dialect == "postgres" else r"(?!)"
    unclosed = r"'|\"|/\*" + ("|`" if dialect == "mysql" else "")
    return re.compile(
        rf"(?P<copy>{copy})|(?P<command>{command})|(?P<comment>{COMMENTS[dialect]})"
        rf"|(?P<string>{STRINGS[dialect]})|(?P<name>{QUOTED_NAMES[dialect]})"
        rf"|(?P<unclosed>{unclosed})",
        re.DOTALL | re.MULTILINE | re.IGNORECASE,
    )


def _end_of_nested_comment(text: str, start: int, end: int) -> int:
    if "/*" not in text[start + 2 : end] or text[start] == "-":
        return end
    depth = 0
    for edge in re.finditer(r"/\*|\*/", text[start:]):
        depth += 1 if edge[0] == "/*" else -1
        if depth == 0:
            return start + edge.end()
    return end


def _blanked(piece: str, kind: str | None) -> str:
    if kind == "comment":
        return _filled(piece, " ")
    if kind == "copy":
        head = piece.index("\n", piece.index(";"))
        return piece[:head] + _filled(piece[head:], " ")
    if kind == "command":
        word = re.match(r"\s*[\\.]?\w*", piece)
        kept = word[0] if word else ""
        return kept + " " * (len(piece) - len(kept))
    return piece[0] + _filled(piece[1:-1], "_") + piece[-1]


def _filled(piece: str, filler: str) -> str:
    if "\n" not in piece:
        return filler * len(piece)
    return re.sub(r"[^\n]", filler, piece)


def _ranges(code: str, dialect: Dialect) -> Iterator[tuple[int, int, bool]]:
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
    while (start := _past_space(code, start)) < end:
        if commands and (command := commands.match(code, start, end)):
            yield start, command.end(), False
            start = command.end()
            continue
        if dialect == "postgres" and (opening := _DO_PARTS.match(code, start, end)):
            start = opening.end()
            continue
        cut = code.find(delimiter, start, end)
        cut = end if cut < 0 else cut
        routine = bool(_ROUTINE.match(code, start)) or (
            dialect == "oracle" and bool(_ANONYMOUS_BLOCK.match(code, start))
        )
        if routine and dialect in {"tsql", "oracle"}:
            cut = end
        elif routine and delimiter == ";":
            cut = _end_of_block(code, start, cut, end)
        if dialect == "tsql" and not routine:
            yield from _lines_that_begin_statements(code, start, cut)
        elif cut > start:
            yield start, _before_space(code, start, cut), routine
        start = cut + len(delimiter)


def _end_of_block(code: str, start: int, cut: int, end: int) -> int:
    """Find the semicolon behind the outermost BEGIN ... END, or the first where there is none."""
    depth = 0
    for edge in _BLOCK_EDGE.finditer(code, start, end):
        if edge[0] == ";":
            if depth == 0:
                return edge.start()
        else:
            depth += 1 if edge["open"] else -1
    return cut


def _lines_that_begin_statements(
    code: str, start: int, end: int
) -> Iterator[tuple[int, int, bool]]:
    depth, begin = 0, start
    for match in _TSQL_START.finditer(code, start, end):
        if match[0] in {"(", ")"}:
            depth += 1 if match[0] == "(" else -1
        elif depth == 0 and match.end() > begin:
            yield begin, _before_space(code, begin, match.start()), False
            begin = match.end()
    if begin < end:
        yield begin, _before_space(code, begin, end), False


def _past_space(code: str, start: int) -> int:
    match = _SPACE.match(code, start)
    return match.end() if match else start


def _before_space(code: str, start: int, end: int) -> int:
    while end > start and code[end - 1].isspace():
        end -= 1
    return end
