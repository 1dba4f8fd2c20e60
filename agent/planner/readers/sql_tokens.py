"""Which words, names and values does one SQL statement consist of? Tokens, and a cursor over them.

The cursor reads what data definition statements are made of (names, paths, bracketed lists) and
refuses with the place of the token that it could not read.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from agent.errors import SourceError
from agent.planner.readers.sql_limits import MOST_TOKENS
from agent.planner.readers.sql_quotes import QUOTED, QUOTED_NAMES, STRINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.documents import Fault
    from agent.planner.readers.sql_split import Dialect, Statement
    from agent.planner.readers.written import Written

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "Z": "\x1a"}
_FORBIDDEN_IN_NAMES = re.compile(r"[\x00-\x1f\x7f\"`\\]")
_LONGEST_NAME = 120
_LONGEST_PATH, _MOST_OF_PATH = 1000, 8
"""Characters and tokens in which a dotted name stands: four names are the most."""


class Token(NamedTuple):
    """A piece of a statement; ``key`` is the upper-case word or the mark, else empty.

    ``kind`` is word, name (quoted), string, number or mark; ``start`` and ``end`` are offsets in
    the source.
    """

    kind: str
    value: str
    key: str
    start: int
    end: int


@cache
def _pattern(dialect: Dialect) -> re.Pattern[str]:
    strings = "|".join(filter(None, (QUOTED.get(dialect), STRINGS[dialect])))
    return re.compile(
        rf"(?P<skip>\s+)|(?P<string>(?:\b[nN](?='))?(?:{strings}))|(?P<name>{QUOTED_NAMES[dialect]})"
        r"|(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?(?![\w])|\.\d+)"
        r"|(?P<word>[^\W\d][\w$#@]*|[@#\w][\w$#@]*)|(?P<mark>::|<=|>=|<>|!=|\|\||.)",
        re.DOTALL,
    )


def tokens(text: str, offset: int, dialect: Dialect) -> Iterator[Token]:
    """Cut a statement without comments, which begins at ``offset`` of the source, into tokens."""
    for match in _pattern(dialect).finditer(text):
        kind = match.lastgroup
        if kind == "skip":
            continue
        raw = match[0]
        value, key = raw, ""
        if kind in {"word", "mark"}:
            key = raw.upper()
        elif kind == "name":
            closing = raw[-1]
            value = raw[1:-1].replace(closing * 2, closing)
        elif kind == "string":
            value = _string_value(raw, dialect)
        yield Token(kind or "mark", value, key, offset + match.start(), offset + match.end())


def _string_value(raw: str, dialect: Dialect) -> str:
    if raw.startswith("$"):
        return raw[raw.index("$", 1) + 1 : raw.rindex("$", 0, -1)]
    quote = raw[-1]
    prefix, _, rest = raw.partition(quote)
    inner = rest[:-1]
    if prefix.lower() in {"q", "nq"}:
        return inner[1:-1]
    if dialect == "mysql" or prefix.lower() == "e":
        inner = _ESCAPED.sub(lambda match: _ESCAPES.get(match[1], match[1]), inner)
    return inner.replace(quote * 2, quote)


class Cursor:
    """A place in a list of tokens."""

    def __init__(self, found: Sequence[Token], script: Written, end: int) -> None:
        """Start before the first token; ``end`` is the offset to blame for what is missing."""
        self.tokens = found
        self.script = script
        self.end = end
        self.index = 0

    @property
    def done(self) -> bool:
        """Whether nothing is left."""
        return self.index >= len(self.tokens)

    @property
    def key(self) -> str:
        """The next token's key; empty at the end."""
        return "" if self.done else self.tokens[self.index].key

    def key_after(self, steps: int) -> str:
        """Give the key some tokens further on; empty beyond the end."""
        place = self.index + steps
        return self.tokens[place].key if place < len(self.tokens) else ""

    @property
    def offset(self) -> int:
        """Where the next token begins."""
        return self.end if self.done else self.tokens[self.index].start

    def at(self, first: str, *words: str) -> bool:
        """Whether the next tokens are these words or marks."""
        if self.key != first or self.done:
            return False
        following = self.tokens[self.index + 1 : self.index + 1 + len(words)]
        return tuple(token.key for token in following) == words

    def take(self, first: str, *words: str) -> bool:
        """Pass these words if they come next."""
        if not self.at(first, *words):
            return False
        self.index += 1 + len(words)
        return True

    def next(self) -> Token:
        """Pass one token, whatever it is."""
        if self.done:
            self.refuse("the statement ends too early")
        self.index += 1
        return self.tokens[self.index - 1]

    def name(self) -> str:
        """Pass a name, as the database knows it (folded where the dialect folds)."""
        if self.done or self.tokens[self.index].kind not in {"word", "name", "string"}:
            self.refuse("a name is missing", "a name")
        token = self.next()
        if not can_be_a_name(token.value):
            self.index -= 1
            raise SourceError([unusable(token.value, self.script, token.start)])
        dialect = self.script.dialect
        if token.kind == "word" and dialect in {"postgres", "oracle"}:
            return token.value.lower()
        # A quoted all-capitals name is what Oracle makes of an unquoted one.
        if dialect == "oracle" and token.value.isupper():
            return token.value.lower()
        return token.value

    def path(self) -> tuple[str, ...]:
        """Pass a dotted name."""
        parts = [self.name()]
        while self.take("."):
            parts.append(self.name())
        return tuple(parts)

    def group(self) -> Cursor:
        """Pass a bracketed part; the cursor returned is over what is inside."""
        if not self.at("("):
            self.refuse("an opening bracket is missing", "(")
        begin, depth = self.index + 1, 0
        for index in range(self.index, len(self.tokens)):
            token = self.tokens[index]
            if token.kind != "mark":
                continue
            depth += (token.value == "(") - (token.value == ")")
            if depth == 0:
                self.index = index + 1
                return Cursor(self.tokens[begin:index], self.script, token.start)
        return self.refuse("a bracket is never closed", ")")

    def pieces(self) -> list[Cursor]:
        """Cut what is left at its outer commas."""
        found: list[Cursor] = []
        begin, depth = self.index, 0
        for index in range(self.index, len(self.tokens)):
            token = self.tokens[index]
            if token.kind != "mark":
                continue
            depth += (token.value == "(") - (token.value == ")")
            if token.value == "," and depth == 0:
                found.append(Cursor(self.tokens[begin:index], self.script, token.start))
                begin = index + 1
        found.append(Cursor(self.tokens[begin:], self.script, self.end))
        self.index = len(self.tokens)
        return found

    def shown(self, found: Sequence[Token]) -> str:
        """Give the source from the first to the last of some tokens, on one line."""
        return self.script.shown(found[0].start, found[-1].end) if found else ""

    def refuse(self, message: str, expected: str | None = None) -> NoReturn:
        """Refuse the source, at the next token."""
        near = "" if self.done else f" near {self.tokens[self.index].value[:40]!r}"
        fault = self.script.fault("sql-syntax", message + near, self.offset, expected)
        raise SourceError([fault])


def can_be_a_name(text: str) -> bool:
    """Tell whether a spec can hold a name."""
    return 0 < len(text) <= _LONGEST_NAME and not _FORBIDDEN_IN_NAMES.search(text)


def unusable(name: str, script: Written, offset: int) -> Fault:
    """Make the fault of a name that no spec can hold."""
    message = f"the name {name[:40]!r} cannot be used"
    expected = f"1 to {_LONGEST_NAME} characters without quotes, backslashes or control marks"
    return script.fault("sql-syntax", message, offset, expected)


def cursor_of(statement: Statement, script: Written, skip: int) -> Cursor:
    """Stand behind the first so many characters of a statement.

    Raises:
        SourceError: it is too long to be read.

    """
    words = tokens(statement.text[skip:], statement.offset + skip, script.dialect)
    found = list(islice(words, MOST_TOKENS + 1))
    if len(found) > MOST_TOKENS:
        message = f"a statement of more than {MOST_TOKENS} words and marks is too long to be read"
        expected = f"at most {MOST_TOKENS}"
        fault = script.fault("sql-too-long", message, found[-1].start, expected)
        raise SourceError([fault])
    return Cursor(found, script, statement.offset + len(statement.text))


def path_in(statement: Statement, script: Written, at: int) -> tuple[str, ...]:
    """Read the dotted name that stands somewhere in a statement, and no more of it.

    Raises:
        SourceError: there is none.

    """
    text, start = statement.text[at : at + _LONGEST_PATH], statement.offset + at
    found = list(islice(tokens(text, start, script.dialect), _MOST_OF_PATH))
    return Cursor(found, script, start + len(text)).path()
