"""Which values are listed? Closed lists ("draft, sent or paid") and chains ("open -> closed")."""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING

from agent.planner import names
from agent.planner.readers import prose_words as words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.prose_text import Token

LONGEST = 3
"""Words of one value."""
LONGEST_VALUE = 120
"""Characters of one value, as a spec can hold it."""
LETTER = "A"
"""A grade or a blood type, where it stands inside of a sentence, and no article."""
_BETWEEN = frozenset({",", "/", "|"})


def values(tokens: Sequence[Token]) -> tuple[tuple[str, ...], int]:
    """Read a list of values; return them, and how many tokens they took (0: it is no such list).

    The list ends after 'or' and its last value, or before what is no value.
    """
    found: list[str] = []
    index = taken = 0
    last = False
    while index < len(tokens):
        end = index
        while end < len(tokens) and _is_part(tokens[end]):
            end += 1
        if not _fits(tokens[index:end]):
            break
        found.append(_value(tokens[index:end]))
        taken = end
        if last or end == len(tokens) or not _is_between(tokens[end]):
            break
        index = end
        while index < len(tokens) and _is_between(tokens[index]):
            last |= tokens[index].word == "or"
            index += 1
    is_list = len(found) > 1 and len(set(found)) == len(found)
    return (tuple(found), taken) if is_list else ((), 0)


def steps(tokens: Sequence[Token]) -> tuple[tuple[str, str], ...]:
    """Read chains of states with arrows between them; empty where it is none."""
    found: list[tuple[str, str]] = []
    for chain in _split(tokens, {",", ";"}, set()):
        states = [_split(group, {"|", "/"}, {"or"}) for group in _split_at_arrows(chain)]
        named = [[_value(part) for part in group if _fits(part)] for group in states]
        if len(named) < 2 or not all(named):  # noqa: PLR2004 - from one state to another
            return ()
        if any(len(some) != len(group) for some, group in zip(named, states, strict=True)):
            return ()
        found += [pair for one, other in pairwise(named) for pair in product(one, other)]
    return tuple(dict.fromkeys(found))


def states_of(found: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return every state of some steps, in the order in which they are named."""
    return tuple(dict.fromkeys(state for pair in found for state in pair))


def has_arrow(tokens: Sequence[Token]) -> bool:
    """Tell whether there is an arrow among tokens."""
    return any(token.kind == "arrow" for token in tokens)


def _value(tokens: Sequence[Token]) -> str:
    text = "_".join(token.word for token in tokens)
    return names.snake(text, "value")


def _fits(tokens: Sequence[Token]) -> bool:
    is_short = 0 < len(tokens) <= LONGEST and all(_is_part(token) for token in tokens)
    return is_short and len(_value(tokens)) <= LONGEST_VALUE


def _is_part(token: Token) -> bool:
    if token.kind == "number" or token.text == LETTER:
        return True
    stops = words.ARTICLES | words.FLAGS | {"and", "or", "with", "who", "which", "has", "have"}
    return token.is_word and token.word not in stops


def _is_between(token: Token) -> bool:
    return token.text in _BETWEEN or token.word in {"or", "and"}


def _split_at_arrows(tokens: Sequence[Token]) -> list[list[Token]]:
    found: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == "arrow":
            found.append([])
        else:
            found[-1].append(token)
    return found


def _split(tokens: Sequence[Token], signs: set[str], between: set[str]) -> list[list[Token]]:
    found: list[list[Token]] = [[]]
    for token in tokens:
        if token.text in signs or token.word in between:
            found.append([])
        else:
            found[-1].append(token)
    return [part for part in found if part]
