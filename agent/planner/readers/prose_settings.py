"""What is said of the project as a whole? Its name, its database, how people sign in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.planner.readers import prose_words as words
from agent.planner.readers.prose_facts import Setting
from agent.planner.readers.prose_nouns import is_plural, noun, spoken_of
from agent.planner.readers.prose_text import span
from agent.planner.readers.prose_verbs import NOUN_TOO, lemma

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.prose_context import Context
    from agent.planner.readers.prose_text import Token

LONGEST_NAME = 5
_PYTHON = re.compile(r"3\.1\d")
_AROUND = (
    words.STOP | words.NAMED_TOOLS | words.ASKING | words.SYSTEM
    | {"auth", "authentication", "authorisation", "authorization", "based", "login"}
    | {"db", "needed", "necessary", "required", "token", "tokens", "sign", "via", "uses", "used"}
) - {"of"}  # fmt: skip
_ABOUT = frozenset({"for", "to", "of", "is", "that", "which", "helps", "about", "where"})
_TITLE = words.SYSTEM | words.NAMED_TOOLS | {"catalogue", "management", "simple", "small", "little"}


def settings(tokens: Sequence[Token], context: Context) -> Sequence[Token]:
    """Take out the settings that a sentence is about, ends with, or has in brackets."""
    if are_settings(tokens):
        say_settings(tokens, context)
        return ()
    for begin, token in enumerate(tokens):
        if token.text != "(":
            continue
        end = next((i for i in range(begin, len(tokens)) if tokens[i].text == ")"), len(tokens))
        if are_settings(tokens[begin + 1 : end]):
            say_settings(tokens[begin + 1 : end], context)
            return settings([*tokens[:begin], *tokens[end + 1 :]], context)
    for begin in range(len(tokens) - 1, 0, -1):
        opens = tokens[begin].word in {"with", "using", "on", "in", "no", "without"}
        if opens and are_settings(tokens[begin:]):
            say_settings(tokens[begin:], context)
            return settings(tokens[:begin], context)
    return tokens


def are_settings(tokens: Sequence[Token]) -> bool:
    """Tell whether words say nothing but what is chosen for the project."""
    found = _settings(tokens)
    used = {token for _, _, part in found for token in part}
    rest = [t for t in tokens if t.is_word and t not in used and t.word not in _AROUND]
    tools = [t for t in tokens if t.word in words.NAMED_TOOLS]
    return bool(found or tools) and not rest and (bool(found) or len(tools) == len(tokens))


def _settings(tokens: Sequence[Token]) -> list[tuple[str, str, Sequence[Token]]]:
    found: list[tuple[str, str, Sequence[Token]]] = []
    for index, token in enumerate(tokens):
        before = tokens[index - 1].word if index else ""
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.word in words.SETTINGS:
            found.append((*words.SETTINGS[token.word], [token]))
        elif token.word in words.NO_AUTH and before in {"no", "without"}:
            found.append(("auth", "none", [tokens[index - 1], token]))
        elif token.word == "python" and after is not None and _PYTHON.fullmatch(after.text):
            found.append(("python", after.text, [token, after]))
    return found


def say_settings(tokens: Sequence[Token], context: Context) -> None:
    """Add what they choose."""
    context.say(*(Setting(key, value, span(part)) for key, value, part in _settings(tokens)))


def title(tokens: Sequence[Token], context: Context, *, headed: bool = False) -> bool:
    """Read a few words without a verb, or what is to be built, as the project's name.

    Words that do not say that they are about a system are a name only at the beginning.

    Args:
        tokens: The words.
        context: Where a name is added.
        headed: Whether a colon follows, so that "inventory for a museum" is a name, too.

    """
    if context.is_named or any(not token.is_word for token in tokens):
        return False
    for index, token in enumerate(tokens):
        rest = tokens[index + 1 :]
        if token.word not in words.SYSTEM or not any(t.word in _ABOUT for t in rest[:2]):
            continue
        before = _without_asking(tokens[:index])
        if before and noun(before):  # "a booking system for rooms"
            return _name(before, context)
        while rest and (rest[0].word in words.ASKING | _ABOUT or rest[0].word.endswith("ing")):
            rest = rest[1:]
        return not before and _name(rest, context)
    asks = any(token.word in words.ASKING for token in tokens) and tokens[-1].word in words.SYSTEM
    if context.begun and not asks:
        return False
    rest = tokens[1:] if tokens[0].word == "for" else tokens
    while rest and (
        rest[0].word in words.ASKING | words.US | {"to", "a", "an", "the"}
        or rest[0].word in words.FILLERS
    ):
        rest = rest[1:]
    while len(rest) > 1 and rest[-1].word in words.SYSTEM - {"system"} | words.FILLERS:
        rest = rest[:-1]
    if headed:
        rest = _without_articles(rest)
    return _name(rest, context)


def _without_asking(tokens: Sequence[Token]) -> Sequence[Token]:
    """Leave out what is said of anything that is to be built, at the beginning."""
    while tokens and tokens[0].word in words.STOP | words.ASKING | _TITLE:
        tokens = tokens[1:]
    return tokens


def _without_articles(tokens: Sequence[Token]) -> Sequence[Token]:
    """Leave out the articles of "an inventory for a museum", if it is one thing for another."""
    inner = next((i for i, t in enumerate(tokens) if t.word in {"for", "of"} and i), None)
    if inner is None or not (noun(tokens[:inner]) and noun(tokens[inner + 1 :])):
        return tokens
    return [t for t in tokens if t.word not in words.ARTICLES | words.POSSESSIVES | {"for", "of"}]


def _name(tokens: Sequence[Token], context: Context) -> bool:
    _, _, rest = spoken_of(tokens)
    if not 0 < len(rest) <= LONGEST_NAME or noun([rest[-1]]) is None:
        return False
    if any(t.word in words.RESERVATIONS | words.ALONE for t in tokens):
        return False  # "for admins only" is a rule
    # "movies collection" is a name, and "keepers feed animals" is a statement
    last = rest[-1].word
    is_verb = is_plural(last) or (lemma(last) is not None and last not in NOUN_TOO)
    if noun(rest) is None and (is_verb or not all(noun([t]) for t in rest)):
        return False
    context.is_named = True
    context.say(Setting("name", " ".join(token.word for token in rest), span(rest)))
    return True
