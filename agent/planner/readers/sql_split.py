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
from agent.planner.readers.sql_batches import ROUTINE, ranges
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
    "sqlite": r"--[^\n]*|/\*.*?\*/|(?<![^\s,])\#[^\n]*",
    "tsql": r"--[^\n]*|/\*.*?\*/",
    "oracle": r"--[^\n]*|/\*.*?\*/",
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
# DO runs a block at once: its statements count, behind what opens a part of the block.
_DO = re.compile(r"\bDO\s+(?:LANGUAGE\s+\w+\s+)?\Z", re.IGNORECASE)
_DO_HEAD = 80
# A text that is run: what it makes is made.
_RUN = re.compile(
    r"\b(?:EXECUTE(?:\s+IMMEDIATE)?|EXEC|PREPARE\s+\w+\s+FROM)[\s(]*N?\Z", re.IGNORECASE
)
_MAKES = re.compile(r"\s*(?:CREATE|ALTER|COMMENT|DROP)\s", re.IGNORECASE)


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
        self._run: list[tuple[int, str]] = []
        code = self._mask(text)
        run: list[tuple[int, str]] = []
        self.statements = tuple(self._with_run(self._split(text, code, 0), run))
        self.text = _overlaid(text, run)

    def _split(self, text: str, code: str, base: int) -> Iterator[Statement]:
        for start, end, routine in ranges(code, self.dialect):
            yield Statement(text[start:end], code[start:end], base + start, routine)

    def _with_run(
        self, statements: Iterator[Statement], run: list[tuple[int, str]]
    ) -> Iterator[Statement]:
        """Put the statements that a block runs as texts behind it; a routine's wait for a call."""
        waiting = self._run
        self._run = []
        for statement in statements:
            yield statement
            end = statement.offset + len(statement.text)
            inside = [each for each in waiting if each[0] < end]
            waiting = waiting[len(inside) :]
            if not ROUTINE.match(statement.code):
                run += inside
                for offset, text in inside:
                    yield from self._split(text, self._mask(text, offset), offset)

    def _mask(self, text: str, base: int = 0) -> str:
        parts: list[str] = []
        pattern, position = _opaque(self.dialect), 0
        while match := pattern.search(text, position):
            start, end = match.span()
            kind = match.lastgroup
            if kind == "unclosed":
                fault = self.fault(
                    "sql-unclosed",
                    f"{match[0]} is opened here and never closed",
                    base + start,
                    "a closing mark, or another dialect",
                )
                raise SourceError([fault])
            if kind == "comment" and self.dialect == "mysql" and match[0].startswith("/*!"):
                if _VERSIONED.match(match[0]):
                    self.hidden.append(base + start)
                elif not _SETTING.match(match[0]):
                    self.conditional.append((base + start, base + end))
            if kind == "comment" and self.dialect == "postgres":
                end = _end_of_nested_comment(text, start, end)
            parts.append(text[position:start])
            if kind == "string" and _DO.search(text, max(0, start - _DO_HEAD), start):
                parts.append(self._unfolded(match, base))
            else:
                if kind == "string" and _RUN.search(text, max(0, start - _DO_HEAD), start):
                    self._run += _run(match, base)
                parts.append(_blanked(text[start:end], kind))
            position = end
        parts.append(text[position:])
        return "".join(parts)

    def _unfolded(self, body: re.Match[str], base: int) -> str:
        """Read the statements in the body of DO $$ ... $$, which runs them."""
        mark = body[0].index("$", 1) + 1
        inner = body[0][mark:-mark]
        masked = self._mask(inner, base + body.start() + mark)
        return " " * mark + masked + ";" + " " * (mark - 1)


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


def _run(string: re.Match[str], base: int) -> Iterator[tuple[int, str]]:
    """Give the text that a string has, with its place; none of one that is put together."""
    quoted, rest = string[0], string.string[string.end() :].lstrip()
    inner = quoted[1:-1]
    if quoted[0] == "'" and _MAKES.match(inner) and not rest.startswith(("||", "+")):
        # a quote in it is written as two: blanks keep every place
        pieces = inner.split("''")
        text = "".join(
            piece + ("" if i == len(pieces) - 1 else (" '", "' ")[i % 2])
            for i, piece in enumerate(pieces)
        )
        yield base + string.start() + 1, text


def _overlaid(text: str, pieces: list[tuple[int, str]]) -> str:
    """Give a text with pieces of it replaced by others as long, which are in order."""
    parts, position = [], 0
    for offset, piece in pieces:
        parts += [text[position:offset], piece]
        position = offset + len(piece)
    return "".join([*parts, text[position:]])


def _filled(piece: str, filler: str) -> str:
    if "\n" not in piece:
        return filler * len(piece)
    return re.sub(r"[^\n]", filler, piece)
