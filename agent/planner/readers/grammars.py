"""How is a text parsed by one of the small grammars here, and where does it leave the language?

A grammar ``x.lark`` stands beside its reader. It is read by LALR: a text of n characters takes time
and memory in proportion to n, and nothing recurses however deep brackets are nested.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lark import Lark, Token, Tree, UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.lexer import PatternStr

from agent.documents import Fault
from agent.errors import SourceError
from agent.planner.readers.written import Written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agent.documents import Source

Branch = Tree[Token]

MAX_CHARACTERS = 300_000
"""A real file has some tens of thousands; this many take up to ten seconds to parse."""

_MOST_SHOWN, _MOST_WANTED = 40, 12
_OPENING = frozenset("{[(")


def text_of(source: Source, form: str) -> Written:
    """Return the text of a source, its lines ending as the grammars know them.

    Raises:
        SourceError: it is too long to be parsed.

    """
    if len(source.content) > MAX_CHARACTERS:
        message = f"the text has {len(source.content)} characters"
        expected = f"at most {MAX_CHARACTERS}: a part of it, or its tables as SQL"
        fault = Fault(code=f"{form}-long", message=message, line=1, column=1, expected=expected)
        raise SourceError([fault])
    content = source.content.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return Written(content)


def parse(
    text: Written,
    form: str,
    shown_as: Mapping[str, str],
    *,
    code: str = "",
    foreign: Mapping[str, str] | None = None,
) -> Branch:
    """Parse a text by the grammar of a form; ``shown_as`` names its terminals for people.

    ``code`` is what of the text is parsed, where parts of it are blanked out; ``foreign`` says for
    signs of other languages what stands here in their place.

    Raises:
        SourceError: it leaves the language; the fault says where and what was expected.

    """
    try:
        return _parser(form).parse((code or text.text) + "\n")
    except UnexpectedCharacters as error:
        # its own line is that of what is parsed, in which newlines may be blank
        offset: Any = error.pos_in_stream  # Lark sets it, and declares None
        message = f"the character {error.char!r} has no meaning here"
        raise _refused(text, form, message, offset, None) from error
    except UnexpectedToken as error:
        found = _never_closed(text, form, error) or _unexpected(text, form, error, shown_as)
        if (instead := (foreign or {}).get(str(error.token))) is not None:
            found = SourceError([f.model_copy(update={"expected": instead}) for f in found.faults])
        raise found from error
    except UnexpectedInput as error:  # pragma: no cover - LALR raises one of the two above
        raise _refused(text, form, "the text ends too early", len(text.text), None) from error


def offset_of(node: Branch | Token) -> int:
    """Return where a node begins in its text."""
    found = node.start_pos if isinstance(node, Token) else node.meta.start_pos
    return found or 0


def parts(tree: Branch, *names: str) -> Iterator[Branch]:
    """Yield the children of a branch that are branches of these names (none: of any)."""
    for child in tree.children:
        if isinstance(child, Tree) and (not names or child.data in names):
            yield child


def part(tree: Branch, name: str) -> Branch | None:
    """Return the first child of that name."""
    return next(parts(tree, name), None)


def tokens(tree: Branch, *kinds: str) -> list[Token]:
    """Return the children of a branch that are tokens of these kinds (none: of any)."""
    return [
        child
        for child in tree.children
        if isinstance(child, Token) and (not kinds or child.type in kinds)
    ]


@lru_cache(maxsize=8)
def _parser(form: str) -> Lark:
    grammar = Path(__file__).with_name(f"{form}.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", propagate_positions=True, maybe_placeholders=False)


def _never_closed(text: Written, form: str, error: UnexpectedToken) -> SourceError | None:
    """Return the refusal of a text that ends inside of brackets, or nothing where it does not."""
    if error.token.type != "$END" or error.interactive_parser is None:
        return None
    read = error.interactive_parser.parser_state.value_stack
    opened = (t for t in reversed(read) if isinstance(t, Token) and t in _OPENING)
    if (bracket := next(opened, None)) is None:
        return None
    what = "this bracket is never closed"
    return _refused(text, form, what, bracket.start_pos or 0, "its closing bracket")


def _unexpected(
    text: Written, form: str, error: UnexpectedToken, shown_as: Mapping[str, str]
) -> SourceError:
    names = sorted(error.accepts or error.expected)
    wanted = [word for name in names if (word := _word(form, name, shown_as))]
    *most, last = [*dict.fromkeys(wanted)][:_MOST_WANTED] or [""]
    expected = f"{', '.join(most)} or {last}" if most else last
    token = error.token
    if token.type == "$END" or not token.strip():
        ends = token.type == "$END" or (token.start_pos or 0) >= len(text.text)
        message = "the text ends too early" if ends else "the line ends too early"
    else:
        shown = " ".join(token.split())
        shown = shown if len(shown) <= _MOST_SHOWN else f"{shown[:_MOST_SHOWN]}..."
        message = f"{shown!r} is unexpected here"
    offset = len(text.text.rstrip()) if token.type == "$END" else token.start_pos or 0
    return _refused(text, form, message, offset, expected or None)


def _word(form: str, terminal: str, shown_as: Mapping[str, str]) -> str | None:
    if terminal in shown_as:
        return shown_as[terminal]
    if terminal == "$END":
        return None
    pattern = _parser(form).get_terminal(terminal).pattern
    return f"`{pattern.value}`" if isinstance(pattern, PatternStr) else None


def _refused(
    text: Written, form: str, message: str, offset: int, expected: str | None
) -> SourceError:
    offset = min(offset, len(text.text))
    return SourceError([text.fault(f"{form}-syntax", message, offset, expected)])
