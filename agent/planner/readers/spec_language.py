"""What does a text in the spec language say? The compact form of a BackendSpec that people type.

docs/spec-language.md explains the language, spec_language.lark is its grammar, and
``agent.planner.spec_writer`` writes it: reading what that wrote gives the same spec again.

The text is split into statements, each parsed on its own, so that one faulty line hides no other.
"""

from __future__ import annotations

import difflib
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from lark import UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.lexer import PatternStr

from agent.contract.languages import language, not_read
from agent.documents import Fault
from agent.errors import SourceError
from agent.planner.readers.spec_draft import Draft
from agent.planner.readers.spec_lines import Line, statements
from agent.planner.readers.spec_statements import STATEMENTS
from agent.planner.readers.spec_tables import parser
from agent.planner.readers.spec_tree import did_you_mean, shown
from agent.planner.reading import Places, Reading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lark import Lark

    from agent.documents import Source
    from agent.types import BackendSpec

MAX_CHARACTERS = 1_000_000
MAX_FAULTS = 100

# a word with another word or a text behind it
_FIRST_WORD = re.compile(r"""[^\S\n]*([^\W\d]\w*)\s+["'\w/]""")
_WORD = re.compile(r"\w+")
_ATTRIBUTE = re.compile(r"[^\S\n]+[^\W\d]\w*\s*:\s*\w")
_BLOCKS = ("top", "api", "entity", "schema", "operation")
# what a line of these may be about without naming it
_IMPLIED = {"auth": ("User", "owner"), "entity": ("owner",), "User": ("owner",)}
_IN_WORDS = {
    "NAME": "a name",
    "STRING": "a text in quotes",
    "NUMBER": "a number",
    "VERSION": "a version such as 0.1.0",
    "PATH": "a path such as /orders/{id}",
    "$END": "the end of the line",
}
_BELONGS = {
    "api": "the lines under `api`",
    "entity": "the lines under an entity",
    "schema": "the lines under a schema",
    "operation": "the lines under an operation",
}


def read(source: Source) -> Reading:
    """Read a source document in the spec language.

    Where lines are faulty, the reading has its faults, and what could be read all the same.

    Raises:
        SourceError: nothing of the text could be read; its faults have line and column from 1.

    """
    draft, faults = _read(source.content)
    if not faults:
        return Reading(spec=draft.finish(), places=Places(draft.places))
    try:
        spec = draft.finish()
    except SourceError:
        spec = None
    if spec is None or not spec.entities:
        if not _is_ours(source.content) and (found := language(source.content)):
            raise SourceError([not_read(found, line=1, column=1)])
        if spec is None:
            raise SourceError(faults)
    unsure = frozenset(draft.unsure).union(*(_IMPLIED.get(word, ()) for word in draft.unsure))
    return Reading(spec, places=Places(draft.places), faults=tuple(faults), unsure=unsure)


def _is_ours(text: str) -> bool:
    """Tell whether a text of faulty lines is meant in this language: a header, and an attribute."""
    lines = text.splitlines()
    return any(map(_header_meant, lines)) and any(map(_ATTRIBUTE.match, lines))


def parse(text: str) -> BackendSpec:
    """Read a text as a given (sparse) spec.

    Raises:
        SourceError: the text is not in the language; its faults name every line that is not (the
            first hundred of them), with line and column from 1.

    """
    draft, faults = _read(text)
    if faults:
        raise SourceError(faults)
    return draft.finish()


def _read(text: str) -> tuple[Draft, list[Fault]]:
    """Return what the lines say, and what is wrong with them, in their order."""
    if len(text) > MAX_CHARACTERS:
        message = f"the text is longer than {MAX_CHARACTERS} characters"
        raise SourceError([Fault(code="spec-syntax", message=message, line=1, column=1)])
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    draft = Draft()
    faults: list[Fault] = []
    for line in statements(text):
        if isinstance(line, Fault):
            faults.append(line)
        else:
            faults.extend(_add(draft, line))
        if len(faults) >= MAX_FAULTS:
            raise SourceError(faults[:MAX_FAULTS])
    told = {(fault.line, fault.column) for fault in faults}
    unsettled = draft.unsettled(certain=not faults)
    faults += [fault for fault in unsettled if (fault.line, fault.column) not in told]
    return draft, sorted(faults, key=lambda fault: fault.line or 0)[:MAX_FAULTS]


def _add(draft: Draft, line: Line) -> list[Fault]:
    """Add one statement to the draft; answer what is wrong with it."""
    draft.offset = line.number - 1
    try:
        tree = _parser().parse(line.text, start=f"in_{draft.block}")
        STATEMENTS[tree.data](draft, tree)
    except UnexpectedInput as error:
        found = [_explained(error, line, draft.block)]
    except SourceError as error:
        found = list(error.faults)
    else:
        return []
    draft.unsure.update(_WORD.findall(line.text))
    if meant := _header_meant(line.text):
        draft.open_anyway(meant)
    return [fault.model_copy(update={"line": (fault.line or 1) + draft.offset}) for fault in found]


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return parser(Path(__file__).with_suffix(".lark"), [f"in_{block}" for block in _BLOCKS])


def _explained(error: UnexpectedInput, line: Line, block: str) -> Fault:
    """Say in people's words what stands where something else should, and what should."""
    if isinstance(error, UnexpectedCharacters):
        return _stray(error)
    assert isinstance(error, UnexpectedToken)  # noqa: S101 - LALR raises nothing else
    token = error.token
    first = _FIRST_WORD.match(line.text)
    at_second = first and line.text[first.end(1) : error.pos_in_stream].isspace()
    if first and at_second and (hint := _other_word(first[1], block)):
        # perhaps it is the first word that is meant otherwise
        return _fault(f"{shown(first[1])} begins no such line here", 1, first.start(1) + 1, hint)
    wanted = error.accepts or error.expected
    words = sorted(word for name in wanted if (word := _keyword(name)))
    if token.type == "$END":
        row, column = token.end_line or 1, token.end_column or 1
        return _fault("the line ends too early", row, column, _one_of(wanted, words))
    hint = did_you_mean(token, words) or _other_word(token, block) or _one_of(wanted, words)
    return _fault(f"{shown(token)} is unexpected here", token.line or 1, token.column or 1, hint)


def _one_of(wanted: Iterable[str], words: list[str]) -> str:
    kinds = sorted(_IN_WORDS[name] for name in wanted if name in _IN_WORDS)
    *most, last = [*kinds, *(f"`{word}`" for word in words)]
    return f"{', '.join(most)} or {last}" if most else last


def _stray(error: UnexpectedCharacters) -> Fault:
    """Explain a character that begins no word of the language."""
    if error.char in "\"'":
        message, hint = "this text is not closed on its line", "the closing quote"
    else:
        message = f"the character {shown(error.char)} has no meaning here"
        hint = "a name with such a character stands in double quotes"
    return _fault(message, error.line, error.column, hint)


def _fault(message: str, line: int, column: int, hint: str | None) -> Fault:
    return Fault(code="spec-syntax", message=message, line=line, column=column, expected=hint)


def _keyword(terminal: str) -> str | None:
    """Name the word or sign that a terminal of the grammar stands for, if it is just one."""
    if terminal == "$END":
        return None
    pattern = _parser().get_terminal(terminal).pattern
    return pattern.value if isinstance(pattern, PatternStr) else None


@lru_cache(maxsize=len(_BLOCKS))
def _first_words(block: str) -> tuple[str, ...]:
    """List the words that a line of a block can begin with."""
    accepted = _parser().parse_interactive("", start=f"in_{block}").accepts()  # type: ignore[no-untyped-call]
    return tuple(sorted(word for name in accepted if (word := _keyword(name))))


def _other_word(word: str, block: str) -> str | None:
    """Say what else the first word of a line may be meant to be, or where it belongs."""
    here = _first_words(block)
    if word in here:
        return None
    if word in _first_words("top"):
        more = "; a text holds one project" if word == "project" else ""
        return f"`{word}` stands before the first entity{more}"
    homes = [_BELONGS[other] for other in _BLOCKS if word in _first_words(other)]
    return f"`{word}` belongs to {' or '.join(homes)}" if homes else did_you_mean(word, here)


def _header_meant(text: str) -> str | None:
    """Name the block that a faulty line was to open, if it was to open one."""
    first = _FIRST_WORD.match(text)
    close = difflib.get_close_matches(first[1], _BLOCKS[1:], n=1, cutoff=0.8) if first else []
    return close[0] if close else None
