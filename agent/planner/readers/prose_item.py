"""What is one item of a list of fields? Its name, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agent.planner.accounts import PASSWORD_NAMES
from agent.planner.readers import prose_words as words
from agent.planner.readers.prose_facts import Item
from agent.planner.readers.prose_nouns import field_name, noun, spoken_of
from agent.planner.readers.prose_options import in_brackets, type_of, with_flag
from agent.planner.readers.prose_types import by_name, is_password
from agent.planner.readers.prose_values import LETTER, has_arrow, states_of, steps, values
from agent.types import AttributeType as T

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.prose_text import Token

_BETWEEN = frozenset({",", ";"})
_SIZES = frozenset({"of", "up", "max", "maximum", "at", "between", "from"})
"""What may stand before "50 characters"."""
_CHOICES = frozenset(
    {"category", "condition", "gender", "kind", "level", "state", "status", "type"}
)
"""What is one of few values, where two are named."""
_NO_VALUES = frozenset(
    {"at", "by", "code", "date", "description", "for", "from", "id", "identifier", "in", "label",
     "name", "number", "of", "on", "text", "time", "title", "to", "with"}
)  # fmt: skip
"""Words of fields, and of what is said of them: "a state id or passport number" are two."""
_BE = frozenset(
    {"a", "also", "an", "are", "be", "can", "either", "has", "is", "must", "of", "one", "should",
     "to"}
)  # fmt: skip


def is_between(token: Token) -> bool:
    """Tell whether a token stands between two items."""
    return token.text in _BETWEEN or token.word in {"and", "&", "plus", "or"}


def item_end(tokens: Sequence[Token]) -> int:
    """Return where the first item of a list ends."""
    depth = 0
    for index, token in enumerate(tokens):
        depth += (token.text == "(") - (token.text == ")")
        if depth <= 0 and index and is_between(token) and not _goes_on(tokens, index):
            return index
    return len(tokens)


def _goes_on(tokens: Sequence[Token], index: int) -> bool:
    """Tell whether an item goes on: "one or more", ", who is", "between 1 and 5"."""
    after = tokens[index + 1].word if index + 1 < len(tokens) else ""
    if tokens[index].word == "and" and index > 1 and tokens[index - 2].word == "between":
        return tokens[index - 1].kind == "number"
    return after in {"who", "which"} or (tokens[index].word == "or" and after == "more")


def read_item(tokens: Sequence[Token], end: int) -> tuple[Item | None, int]:
    """Read the item that ends at ``end``, or later where it lists values; say what it took."""
    count, determined, rest = spoken_of(tokens[:end])
    start = end - len(rest)
    if (chosen := _chosen(rest, tokens[end:])) is not None:
        item, taken = chosen
        return item, start + taken
    flags = []
    while rest and rest[0].word in words.FLAGS and len(rest) > 1:
        flags.append(rest[0].word)
        rest, start = rest[1:], start + 1
    length = _name_length(rest)
    name = field_name(rest[:length])
    if name is None or (count and "_per_" in name.key):
        return None, 0  # "one vote per month" is a limit
    plain = noun(rest[:length]) or name
    item = Item(noun=replace(plain, count=count, determined=determined), name=name.key)
    for flag in flags:
        item = with_flag(item, flag)
    item, taken = _modified(item, tokens, start + length, end)
    return (None, 0) if _tells_password(item) else (item, taken)


def _chosen(tokens: Sequence[Token], after: Sequence[Token]) -> tuple[Item, int] | None:
    """Read "status free or let": a field that is one of few values, and how much that took."""
    is_choice = len(tokens) > 1 and tokens[0].word in _CHOICES and bool(after)
    name = noun(tokens[:1]) if is_choice and after[0].word == "or" else None
    listed, taken = values([*tokens[1:], *after]) if name else ((), 0)
    if any(word in _NO_VALUES for value in listed for word in value.split("_")):
        return None
    return (Item(noun=name, name=name.key, values=listed), taken + 1) if name and listed else None


def _tells_password(item: Item) -> bool:
    """Tell whether a text would tell of a password: a hint of it, or a list of them."""
    *_, last = item.name.split("_")
    is_one = item.name in PASSWORD_NAMES or (is_password(last) and not item.noun.plural)
    is_text = (item.type or by_name(item.name)) in {T.PASSWORD, T.STRING, T.TEXT}
    several_rows = item.noun.plural and not is_password(last)
    return is_password(item.name) and is_text and not (is_one or item.values or several_rows)


def _name_length(tokens: Sequence[Token]) -> int:
    """Count the tokens of a name: up to a bracket, a colon or what is said of it."""
    stops = (
        words.RELATIVES
        | words.IS
        | words.FLAGS
        | words.MODALS
        | {"as", "with", "from"}
        | words.BOUNDS
    )
    for index, token in enumerate(tokens):
        if index and (_is_size(tokens[index:]) or _is_manner(tokens, index)):
            return index
        if not token.is_word or (index and token.word in stops):
            # "status pending -> paid": what the arrow leads away from is no part of the name
            is_state = token.kind == "arrow" and index > 1
            return index - 1 if is_state else index
    return len(tokens)


def _is_manner(tokens: Sequence[Token], index: int) -> bool:
    """Tell whether words say how a password is kept, or for what: "in plain text"."""
    return tokens[index].word in words.PREPOSITIONS and is_password(tokens[index - 1].word)


def _is_size(tokens: Sequence[Token]) -> bool:
    """Tell whether words begin with "of 50", "at most" or "up to"."""
    if len(tokens) == 1 or tokens[0].word not in _SIZES:
        return False
    return tokens[1].kind == "number" or tokens[1].word in {"at", "most", "to", "up", "max"}


def _modified(item: Item, tokens: Sequence[Token], index: int, end: int) -> tuple[Item, int]:
    """Read what follows a name; say up to where."""
    while index < end:
        token = tokens[index]
        if token.text == "," and index + 1 < end:  # ", who is an employee"
            index += 1
        elif token.text == "(":
            close = closing(tokens, index)
            better = _bracketed(item, tokens[index + 1 : close])
            if better is None:
                break
            item, index = better, close + 1
        elif token.word in words.FLAGS:
            item, index = with_flag(item, token.word), index + 1
        elif _is_size(tokens[index:end]):
            sized = in_brackets(item, tokens[index + (token.word == "of") : end])
            return (sized, end) if sized else (item, index)
        elif token.kind == "arrow" and (of_kind := _of_kind(item, tokens[index + 1 : end])):
            return of_kind, end
        elif token.text in {":", "="} or token.kind == "arrow" or _in_words(tokens[index:end]):
            return _explained(item, tokens, index)
        elif has_arrow(tokens[index:end]) and (chain := steps(tokens[index:end])):
            return replace(item, steps=chain, values=states_of(chain)), end
        else:
            break
    return item, index


def _bracketed(item: Item, tokens: Sequence[Token]) -> Item | None:
    """Read brackets behind a field: of which kind it is, or what is said of it."""
    if item.noun.count == "many":
        return None  # these are its own fields
    if item.noun.plural and any(token.word in _CHOICES for token in tokens):
        return None  # so are these: "plots (number, status free or let)"
    return _of_kind(item, tokens) or in_brackets(item, tokens)


def _of_kind(item: Item, tokens: Sequence[Token]) -> Item | None:
    """Read "(Person)" behind an owner: of which kind it is."""
    is_name = len(tokens) == 1 and tokens[0].text.istitle() and not type_of(tokens[0].word)
    kind = noun(tokens) if is_name else None
    return replace(item, target=kind.key) if kind else None


def _in_words(tokens: Sequence[Token]) -> bool:
    return tokens[0].word in words.RELATIVES | words.IS | words.MODALS | {"as"}


def _explained(item: Item, tokens: Sequence[Token], index: int) -> tuple[Item, int]:
    """Read a type, flags, a list of values or a chain of states after a colon, "is" or "as"."""
    inside = index + 1
    while inside < len(tokens) and (
        (tokens[inside].word in _BE and tokens[inside].text != LETTER) or tokens[inside].text == ":"
    ):
        inside += 1
    rest = tokens[inside:]
    if not rest:
        return item, index
    end = item_end(rest)
    kind = type_of(rest[0].word)
    if tokens[index].word in words.RELATIVES and tokens[inside - 1].word in words.ARTICLES:
        known = None if kind else noun(rest[:end])
        if known:  # "a manager who is an employee"
            return replace(item, target=known.key), inside + end
    if rest[0].word in words.FLAGS:
        return with_flag(item, rest[0].word), inside + 1
    if kind and (end == 1 or rest[1].text == "("):
        return _modified(replace(item, type=kind), tokens, inside + 1, inside + end)
    return _listed(item, tokens, index, inside)


def _listed(item: Item, tokens: Sequence[Token], index: int, inside: int) -> tuple[Item, int]:
    """Read the values or states that begin at ``inside``; else nothing from ``index`` on."""
    rest = tokens[inside:]
    if has_arrow(rest) and (chain := steps(rest)):
        return replace(item, steps=chain, values=states_of(chain)), len(tokens)
    listed, taken = values(rest)
    if listed and tokens[index].word != "as":
        return replace(item, values=listed), inside + taken
    return item, index


def closing(tokens: Sequence[Token], index: int) -> int:
    """Return where the bracket that opens at ``index`` closes; the end where it does not."""
    depth = 0
    for position in range(index, len(tokens)):
        depth += (tokens[position].text == "(") - (tokens[position].text == ")")
        if depth == 0:
            return position
    return len(tokens)
