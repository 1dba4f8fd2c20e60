"""Where does one SQL statement end and the next begin? Statements with their places.

The text is masked first: comments become blanks, the insides of strings and of quoted names become
underscores, offsets stay. All questions about structure are then asked of the masked ``code``.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from agent.errors import SourceError
from agent.planner.readers.sql_batches import ROUTINE, ranges
from agent.planner.readers.sql_limits import MOST_NESTED, STATEMENTS, Amounts, too_much
from agent.planner.readers.sql_quotes import opaque
from agent.planner.readers.written import Written, brief

if TYPE_CHECKING:
    from collections.abc import Iterator

Dialect = Literal["postgres", "mysql", "sqlite", "tsql", "oracle"]
DIALECTS: tuple[Dialect, ...] = get_args(Dialect)

_CLOSINGS = {"[": "]", "{": "}", "<": ">", "(": ")"}
_COMMENTS = frozenset({"line", "block"})
_WHOLE = frozenset({"string", "name", "line", "command"})
_NESTED_COMMENTS = frozenset({"postgres", "tsql"})
_FROM_STDIN = re.compile(r"\bFROM\s+STDIN\b", re.IGNORECASE)
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
_HEAD = 80
# A text that is run: what it makes is made.
_RUN = re.compile(
    r"\b(?:EXECUTE(?:\s+IMMEDIATE)?|EXEC|PREPARE\s+\w+\s+FROM)[\s(]*N?\Z", re.IGNORECASE
)
_MAY_RUN = re.compile(r"\s*(?:CREATE|ALTER|COMMENT|DROP|BEGIN|DECLARE)\s", re.IGNORECASE)
_JOINED = re.compile(r"\s*(?:\|\||\+)")
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_SHOWN = 60


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
    """A source split into statements; its ``text`` is without comments, offsets stay.

    ``hidden`` are views and routines that a MySQL dump keeps in comments, ``conditional`` other
    clauses there, which only some versions read: the offset of each, and its beginning.
    """

    def __init__(self, text: str, dialect: Dialect) -> None:
        """Mask ``text`` as ``dialect`` does.

        Raises:
            SourceError: a string, a quoted name, a comment or the rows of a COPY never end.

        """
        super().__init__(text, dialect)
        self.hidden: list[tuple[int, str]] = []
        self.conditional: list[tuple[int, str]] = []
        self._run: list[tuple[int, str]] = []
        plain, self._code = self._mask(text)
        self.text = _overlaid(plain, self._run)

    def statements(self) -> Iterator[Statement]:
        """Yield each statement, and behind a block those that it runs as texts.

        Raises:
            SourceError: in such a text something never ends, or there are too many statements.

        """
        amounts = Amounts(self)
        for statement in self._with_run():
            amounts.add(STATEMENTS, statement.offset)
            yield statement

    def _with_run(self) -> Iterator[Statement]:
        """Put the statements that a block runs as texts behind it; a routine's wait for a call."""
        waiting = deque(self._run)
        for statement in self._split(self.text, self._code, 0):
            yield statement
            end = statement.offset + len(statement.text)
            is_called = not ROUTINE.match(statement.code)
            while waiting and waiting[0][0] < end:
                offset, text = waiting.popleft()
                if is_called:
                    yield from self._split(*self._mask(text, offset), offset)

    def _split(self, text: str, code: str, base: int) -> Iterator[Statement]:
        for start, end, routine in ranges(code, self.dialect):
            yield Statement(text[start:end], code[start:end], base + start, routine)

    def _mask(self, text: str, base: int = 0, depth: int = 0) -> tuple[str, str]:
        """Return a text without its comments, and the same without what stands in quotes.

        ``base`` is its offset in the source, ``depth`` how many blocks of DO it stands in.
        """
        plain: list[str] = []
        code: list[str] = []
        pattern, position, kept_from, search_from = opaque(self.dialect), 0, 0, 0
        while match := pattern.search(text, search_from):
            kind, (start, end) = match.lastgroup, match.span()
            if kind not in _WHOLE:
                end = self._end(match, kind, base)
            search_from = end
            if kind == "copy" and end == match.end():  # of no rows: an ordinary statement
                search_from = start + len("COPY")
                continue
            piece = text[start:end]
            if kind in _COMMENTS:
                without = masked = _filled(piece, " ")
                if kind == "block" and self.dialect == "mysql":
                    self._note_comment(piece, base + start)
            elif kind == "quoted" and piece[0] == "$" and _follows(_DO, match):
                without, masked = self._unfolded(piece, match[0], base + start, depth)
            else:
                if _MAY_RUN.match(text, start + 1) and (run := _run(match)):
                    self._run.append((base + start + 1, run))
                without, masked = piece, _blanked(piece, kind)
            code += (text[position:start], masked)
            position = end
            if without is not piece:
                plain += (text[kept_from:start], without)
                kept_from = end
        plain.append(text[kept_from:])
        code.append(text[position:])
        return "".join(plain), "".join(code)

    def _end(self, opening: re.Match[str], kind: str | None, base: int) -> int:
        """Find where ends what a match begins or is.

        Raises:
            SourceError: nowhere.

        """
        text, end, mark = opening.string, opening.end(), opening[0]
        if kind == "quoted":
            closing = mark if mark[0] == "$" else _CLOSINGS.get(mark[-1], mark[-1]) + "'"
            end = _behind(closing, text, end)
        elif kind == "block":
            nested = self.dialect in _NESTED_COMMENTS
            end = _end_of_nested(text, end) if nested else _behind("*/", text, end)
        elif kind == "copy" and end < len(text) and _FROM_STDIN.search(mark):
            end = _behind("\n\\.", text, end)
            mark = "COPY FROM STDIN"
        elif kind == "unclosed":
            end = -1
        if end < 0:
            fault = self.fault(
                "sql-unclosed",
                f"{mark} is opened here and never closed",
                base + opening.start(),
                "a closing mark, or another dialect",
            )
            raise SourceError([fault])
        return end

    def _note_comment(self, comment: str, offset: int) -> None:
        """Remember what of a MySQL dump stands in a comment."""
        if not comment.startswith("/*!"):
            return
        shown = brief(comment[: 2 * _SHOWN])
        if _VERSIONED.match(comment):
            self.hidden.append((offset, shown))
        elif not _SETTING.match(comment):
            self.conditional.append((offset, shown))

    def _unfolded(self, body: str, mark: str, offset: int, depth: int) -> tuple[str, str]:
        """Read the statements in the body of DO $$ ... $$, which runs them."""
        if depth == MOST_NESTED:
            raise too_much(self, "blocks of DO inside one another", MOST_NESTED, offset)
        width = len(mark)
        plain, code = self._mask(body[width:-width], offset + width, depth + 1)
        return mark + plain + mark, " " * width + code + ";" + " " * (width - 1)


def _behind(closing: str, text: str, start: int) -> int:
    """Find the offset behind the next of a mark; -1 where there is none."""
    at = text.find(closing, start)
    return at if at < 0 else at + len(closing)


def _end_of_nested(text: str, start: int) -> int:
    depth = 1
    for edge in _COMMENT_EDGE.finditer(text, start):
        depth += 1 if edge[0] == "/*" else -1
        if depth == 0:
            return edge.end()
    return -1


def _follows(before: re.Pattern[str], match: re.Match[str]) -> bool:
    """Tell whether a match stands behind some words."""
    return bool(before.search(match.string, max(0, match.start() - _HEAD), match.start()))


def _blanked(piece: str, kind: str | None) -> str:
    if kind == "copy":
        head = piece.index("\n", piece.index(";"))
        return piece[:head] + _filled(piece[head:], " ")
    if kind == "command":
        word = re.match(r"\s*[\\.]?\w*", piece)
        kept = word[0] if word else ""
        return kept + " " * (len(piece) - len(kept))
    return piece[0] + _filled(piece[1:-1], "_") + piece[-1]


def _run(string: re.Match[str]) -> str | None:
    """Give the text that a string has, where it is run; none that is put together."""
    if string[0][0] != "'" or not (_follows(_RUN, string) or _follows(_DO, string)):
        return None
    if _JOINED.match(string.string, string.end()):
        return None
    inner = string[0][1:-1]
    # a quote in it is written as two: blanks keep every place
    pieces = inner.split("''")
    return "".join(
        piece + ("" if i == len(pieces) - 1 else (" '", "' ")[i % 2])
        for i, piece in enumerate(pieces)
    )


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
