"""What does one statement say? Each shape of sentence is tried, the surest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner.readers import prose_words as words
from agent.planner.readers.prose_actions import (
    acting,
    action_clause,
    between_known,
    clearly_acting,
)
from agent.planner.readers.prose_auxiliary import moves, with_auxiliary
from agent.planner.readers.prose_context import content, is_closing
from agent.planner.readers.prose_declared import defined, for_each, mentions, named_with
from agent.planner.readers.prose_facts import Right, Step
from agent.planner.readers.prose_links import has
from agent.planner.readers.prose_listed import listed
from agent.planner.readers.prose_may import allowing, denial, modal, story
from agent.planner.readers.prose_nouns import noun
from agent.planner.readers.prose_reserved import has_access, plainly, reserved, signed_in
from agent.planner.readers.prose_settings import settings, title
from agent.planner.readers.prose_text import DASHES, span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from agent.planner.readers.prose_clauses import Clause
    from agent.planner.readers.prose_context import Context
    from agent.planner.readers.prose_facts import Fact
    from agent.planner.readers.prose_text import Span, Token

    Shape = Callable[[Sequence[Token], Context], bool]

_LEADING = words.FILLERS | {"but", "and", "where", "if", ",", "or"} | DASHES
_TRAILING = words.FILLERS | {",", ":", ")"} | DASHES
_REASONS = (("so", "that"), ("in", "order"), ("so", "they"), ("so", "i"), ("so", "we"))
_GREETINGS = frozenset(
    {"best", "cheers", "dear", "hello", "hey", "hi", "regards", "sincerely", "thank", "thanks"}
)
_SHORT = 2
_LEAST = (("at", "least", "one"), ("more", "than", "one"))
_LEAST_WORDS = 3


def clause(given: Clause, context: Context) -> None:
    """Add to the context's reading what a statement says, or that it was not understood."""
    if _is_greeting(given.tokens):
        return
    tokens = _trimmed(given.tokens)
    if given.subject:
        context.subjects = [given.subject]
    tokens = _trimmed(settings(_without_reason(tokens), context))
    if not content(tokens):
        return
    if not _read(given, tokens, context):
        context.miss(span(tokens))
    else:
        context.miss(*_least(tokens))
    context.begun = True


def _least(tokens: Sequence[Token]) -> Iterator[Span]:
    """Find how many there have to be of others: nothing that is built sees to it."""
    for index in range(len(tokens) - _LEAST_WORDS):
        phrase = tokens[index : index + _LEAST_WORDS]
        if tuple(t.word for t in phrase) in _LEAST and tokens[index + _LEAST_WORDS].is_word:
            yield span(phrase)


def _read(given: Clause, tokens: Sequence[Token], context: Context) -> bool:
    said = {token.word for token in tokens}
    if said & words.CONDITIONS:
        return False
    if given.has:
        return bool(context.subjects) and has(context.subjects, tokens, context)
    # of what is not, only what somebody may not do is read
    for shape in _DENYING if said & words.NEGATIONS else _SHAPES:
        before = len(context.read.facts), len(context.read.unread)
        if shape(tokens, context) and _keeps_out(tokens, context.read.facts[before[0] :]):
            return True
        del context.read.facts[before[0] :], context.read.unread[before[1] :]
    return False


def _keeps_out(tokens: Sequence[Token], facts: Sequence[Fact]) -> bool:
    """Tell whether what was read keeps others out, where the words do: "only", "alone"."""
    return not is_closing(tokens) or any(isinstance(fact, Right | Step) for fact in facts)


def _trimmed(tokens: Sequence[Token]) -> Sequence[Token]:
    """Leave out what is only polite, or joins a statement to the one before."""
    while tokens and (
        tokens[0].word in _LEADING or not (tokens[0].is_word or tokens[0].kind == "number")
    ):
        tokens = tokens[1:]
    while tokens and tokens[-1].word in _TRAILING:
        if tokens[-1].text == ")" and any(t.text == "(" for t in tokens):
            break
        tokens = tokens[:-1]
    return tokens


def _without_reason(tokens: Sequence[Token]) -> Sequence[Token]:
    """Leave out why somebody wants something: "so that I do not forget it"."""
    for index in range(1, len(tokens) - 1):
        if (tokens[index].word, tokens[index + 1].word) in _REASONS:
            return tokens[:index]
    return tokens


def _is_greeting(tokens: Sequence[Token]) -> bool:
    """Tell who is greeted, and who greets: "hi team", "cheers, Bob"."""
    return tokens[0].word in _GREETINGS and len(content(tokens)) <= _SHORT


def _section(tokens: Sequence[Token], _context: Context) -> bool:
    """Pass over what only says what comes next."""
    return all(t.word in words.SECTIONS | words.STOP for t in tokens)


def _title(tokens: Sequence[Token], context: Context) -> bool:
    """Read the project's name; the name of an entity alone only says whom the next is about."""
    return context.knows(noun(tokens)) or title(tokens, context)


_DENYING: tuple[Shape, ...] = (modal, denial, reserved, has_access)
_SHAPES: tuple[Shape, ...] = (
    _section,
    story,
    allowing,
    signed_in,
    has_access,
    reserved,
    plainly,
    for_each,
    mentions,
    modal,
    moves,
    with_auxiliary,
    acting,
    action_clause,
    between_known,
    clearly_acting,
    named_with,
    defined,
    listed,
    _title,
)
