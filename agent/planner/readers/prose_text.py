"""Where are the sentences of a text? Tokens with their places, lines and bullets put together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_CHARACTERS = 20_000
"""Characters of all texts of one request that are read as prose."""
DASHES = frozenset({"-", "\N{EN DASH}", "\N{EM DASH}"})
_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
_WRAPPED = 60
"""A line of this length was ended by a margin, and not by its author."""
_SHORT = 4
_NOBODY = r"(?i:nobody|no[ -]one)"
_TOKEN = re.compile(
    r"(?P<other>[A-Za-z][\w+.-]*://\S*[^\s.,;:!?)])|(?P<arrow>-+>|=>|→)|(?P<number>\d+(?:[.,]\d+)*)"
    rf"|(?P<only>\b{_NOBODY} (?:but|except)\b|\b(?:and|but) {_NOBODY} else\b)"
    rf"|(?P<nobody>\b{_NOBODY}(?: else)?\b(?!-))"
    r"|(?P<word>[^\W\d_][\w\u2019']*(?:-\w+)*)|(?P<sign>[^\s])",
)
_BULLET = re.compile(r"\s*(?:[-*\u2022\u2013+]|\(?\d{1,3}[.)]|#{1,6})\s+")
_HEADING = re.compile(r"\s*#{1,6}\s")
_SHORT_FORMS = frozenset({"e.g", "i.e", "etc", "approx", "incl", "vs"})
_ENDS = frozenset(".!?;")


@dataclass(frozen=True, slots=True)
class Piece:
    """One text of a request, and the JSON Pointer at which it stands there."""

    pointer: str
    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a piece: offsets in characters, the end not included; line and column from 1."""

    pointer: str
    start: int
    end: int
    line: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a sign; ``word`` is its text in lower case."""

    kind: str
    text: str
    word: str
    start: int
    end: int
    piece: Piece

    @property
    def is_word(self) -> bool:
        """Tell a word from numbers and signs."""
        return self.kind == "word"


@dataclass(frozen=True, slots=True)
class Sentence:
    """Tokens up to a full stop; ``item`` in a list, ``heading`` by its signs or its shape."""

    tokens: tuple[Token, ...]
    item: bool = False
    heading: bool = False


def span(tokens: Sequence[Token]) -> Span:
    """Return where some tokens stand, from the first of them to the last."""
    first, last = tokens[0], tokens[-1]
    text = first.piece.text
    return Span(
        pointer=first.piece.pointer,
        start=first.start,
        end=last.end,
        line=text.count("\n", 0, first.start) + 1,
        column=first.start - text.rfind("\n", 0, first.start),
        text=" ".join(text[first.start : last.end].split()),
    )


def sentences(piece: Piece) -> Iterator[Sentence]:
    """Split a text into sentences: at full stops and semicolons, bullets and ends of lines."""
    blocks = [*_blocks(piece.text)]
    for number, (start, end) in enumerate(blocks):
        bullet = _BULLET.match(piece.text, start, end)
        inside = bullet.end() if bullet else start
        tokens = list(_tokens(piece, inside, end))
        heading = bool(_HEADING.match(piece.text, start, end))
        above = number + 1 < len(blocks) and _BULLET.match(piece.text, *blocks[number + 1])
        is_short = len(tokens) <= _SHORT and all(token.is_word for token in tokens)
        heading |= (
            not bullet and bool(tokens) and (tokens[-1].text == ":" or (bool(above) and is_short))
        )
        for part in _at_stops(tokens):
            yield Sentence(tuple(part), item=bool(bullet) and not heading, heading=heading)


def tokens_of(text: str) -> list[Token]:
    """Return the tokens of a text that stands nowhere."""
    return list(_tokens(Piece("", text), 0, len(text)))


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Join lines that go on in the next one; yield where each joined line begins and ends."""
    begin: int | None = None
    end = 0
    position = 0
    for line in text.splitlines(keepends=True):
        start, position = position, position + len(line)
        if begin is not None and not _goes_on(text[begin:end], line):
            yield begin, end
            begin = None
        if line.strip():
            begin = start if begin is None else begin
            end = start + len(line.rstrip())
    if begin is not None:
        yield begin, end


def _goes_on(before: str, line: str) -> bool:
    if not line.strip() or _BULLET.match(line) or _HEADING.match(before):
        return False
    last = before[before.rfind("\n") + 1 :]
    if last.rstrip().endswith((",", "(")):
        return True
    starts_small = line.lstrip()[0].islower()
    if _BULLET.match(before) and line[0].isspace():
        return starts_small
    first = re.match(r"\s*(\w+)", line)
    is_name = bool(first) and first is not None and (first[1] == "I" or first[1][1:].isupper())
    return len(last) >= _WRAPPED and (starts_small or is_name or not line.lstrip()[0].isalpha())


def _tokens(piece: Piece, start: int, end: int) -> Iterator[Token]:
    for match in _TOKEN.finditer(piece.text, start, end):
        kind = match.lastgroup or "sign"
        text = match.group()
        word = text.lower().replace(_APOSTROPHE, "'").replace("e-mail", "email")
        if kind in {"only", "nobody"}:  # "nobody but", "and no one else": only
            word = "nobody-else" if kind == "nobody" and word.endswith(" else") else kind
            kind = "word"
        yield Token(kind, text, word, match.start(), match.end(), piece)


def _at_stops(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    begin = depth = 0
    for index, token in enumerate(tokens):
        depth += (token.text == "(") - (token.text == ")")
        if token.text not in _ENDS or depth > 0 or not _ends(tokens, index):
            continue
        if index > begin:
            yield tokens[begin:index]
        begin = index + 1
    if begin < len(tokens):
        yield tokens[begin:]


def _ends(tokens: Sequence[Token], index: int) -> bool:
    """Tell whether a sign is the end of a sentence, and not part of a short form."""
    token = tokens[index]
    after = token.piece.text[token.end : token.end + 1]
    if token.text != ".":
        return True
    before = token.piece.text[max(0, token.start - 6) : token.start].lower()
    return not (after.isalnum() or any(before.endswith(short) for short in _SHORT_FORMS))
