"""Where does a new statement begin? Where words with a verb of their own follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.planner.readers import prose_words as words
from agent.planner.readers.prose_nouns import LONGEST, is_plural, noun, nouns
from agent.planner.readers.prose_text import DASHES
from agent.planner.readers.prose_verbs import NOUN_TOO, lemma, third_person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.prose_facts import Noun
    from agent.planner.readers.prose_text import Token

_SEPARATORS = frozenset({",", ";"}) | DASHES
_BETWEEN = frozenset({"and", "but", "while", "whereas", "where", "or", "whereby", "because"})
_WHO = frozenset({"which", "that", "who"})
_LEADING = words.FILLERS | {"only", "but", "and", "where", "that", "if"}
_OPENERS = (
    ("as", "a"), ("as", "an"), ("for", "each"), ("for", "every"), ("there", "are"), ("there", "is"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clause:
    """The words of one statement; ``subject`` where they leave out whom it is about.

    With ``has`` they leave out the verb as well: "exercises with sets and reps".
    """

    tokens: Sequence[Token]
    subject: Noun | None = None
    has: bool = False


def clauses(tokens: Sequence[Token]) -> list[Clause]:
    """Split a sentence into its statements."""
    found: list[Clause] = []
    begin = index = depth = 0
    subject: Noun | None = None
    has = False
    while index < len(tokens):
        token = tokens[index]
        if token.word in words.CONDITIONS and depth <= 0:
            break  # what follows holds only sometimes
        depth += (token.text == "(") - (token.text == ")")
        after, next_subject = _boundary(tokens, begin, index) if depth <= 0 else (0, None)
        if after:
            found.append(Clause(tokens[begin:index], subject, has))
            has = token.word == "with"
            begin = index = after
            subject = next_subject
        else:
            index += 1
    if begin < len(tokens):
        found.append(Clause(tokens[begin:], subject, has))
    return found


def _boundary(tokens: Sequence[Token], begin: int, index: int) -> tuple[int, Noun | None]:
    """Return where the next statement begins, if one ends here, and whom it is about."""
    token = tokens[index]
    if index == begin or index + 1 == len(tokens):
        return 0, None
    about: Noun | None = None
    if token.word == "with":
        about = _several(tokens[begin:index]) or _had(tokens[begin:index])
    elif token.word in _WHO and tokens[index + 1].word in words.HAS | words.BELONGS:
        # "messages, which have a body": about what stands just before
        about = last_noun(tokens[begin : index - (tokens[index - 1].text == ",")])
    return (index + 1, about) if about else (_separated(tokens, begin, index), None)


def _separated(tokens: Sequence[Token], begin: int, index: int) -> int:
    """Return where a statement begins behind commas and conjunctions; 0 where none does."""
    token = tokens[index]
    is_separator = token.text in _SEPARATORS or token.word in _BETWEEN
    if not is_separator or _is_opened(tokens[begin:index]):
        return 0
    after = index
    while after < len(tokens) and (
        tokens[after].text in _SEPARATORS or tokens[after].word in _BETWEEN
    ):
        after += 1
    rest = tokens[after:]
    between_verbs = rest and {rest[0].word, tokens[index - 1].word} <= words.ACTIONS.keys()
    if between_verbs or not begins(rest):
        return 0
    # "students and teachers have a name": one statement about both
    joined = token.word in {"and", "or"} and rest[0].word not in words.AUXILIARIES
    return 0 if joined and nouns(tokens[begin:index]) else after


def _is_opened(tokens: Sequence[Token]) -> bool:
    """Tell whether words only begin a statement: "as a user," "for each car,"."""
    opening = tuple(token.word for token in tokens[:2])
    return opening in _OPENERS[:4] and len(tokens) <= LONGEST + 1


def last_noun(tokens: Sequence[Token]) -> Noun | None:
    """Return the noun phrase that some words end with."""
    for size in (3, 2, 1):
        start = len(tokens) - size
        if start < 0 or any(not token.is_word for token in tokens[start:]):
            continue
        is_first = start == 0 or not tokens[start - 1].is_word
        opens = start > 0 and tokens[start - 1].word in words.ARTICLES | words.EACH | words.MANY
        if (is_first or opens or size == 1) and (found := noun(tokens[start:])):
            return found
    return None


def _several(tokens: Sequence[Token]) -> Noun | None:
    """Return the noun phrase that some words end with, if it speaks of many."""
    for size in range(2, LONGEST + 1):
        found = noun(tokens[-size:]) if len(tokens) > size else None
        if found and found.count == "many":
            return found
    return None


def _had(tokens: Sequence[Token]) -> Noun | None:
    """Return the things of "pets have visits", where nothing else follows "have"."""
    verb = next((i for i, t in enumerate(tokens) if t.word in words.HAS and i), None)
    found = noun(tokens[verb + 1 :]) if verb else None
    return found if found and found.plural else None


def begins(tokens: Sequence[Token]) -> bool:
    """Tell whether words begin with a subject and its verb, or with a verb."""
    while tokens and tokens[0].word in _LEADING:
        tokens = tokens[1:]
    if not tokens:
        return False
    first = tokens[0].word
    opening = (first, tokens[1].word) if len(tokens) > 1 else ()
    if first in words.AUXILIARIES - {"not"} or opening in _OPENERS:
        return True
    if first in words.PRONOUNS | words.US:
        return len(tokens) > 1
    return auxiliary(tokens) is not None or action(tokens) is not None or begins_with_action(tokens)


def begins_with_action(tokens: Sequence[Token]) -> bool:
    """Tell whether words begin with what is a verb only, and its object."""
    verb = lemma(tokens[0].word)
    return verb is not None and verb not in NOUN_TOO and _has_object(tokens, 0)


def auxiliary(tokens: Sequence[Token]) -> int | None:
    """Return where the first "has", "can", "is", ... stands behind a subject; None without one."""
    for index, token in enumerate(tokens[: 3 * LONGEST]):
        if token.word in words.AUXILIARIES:
            before = [t for t in tokens[:index] if t.word not in _ADVERBS | words.SIGNED_IN]
            return index if before and _is_subject(before) else None
        if token.word in words.RELATIVES - {"that"} or token.text in {":", "("}:
            return None
    return None


def _is_subject(tokens: Sequence[Token]) -> bool:
    """Tell whether words are noun phrases, or one of another: "the status of an invoice"."""
    if tokens[-1].text == "," or tokens[-1].word in words.CONJUNCTIONS:
        return False  # "a price and belongs to ..."
    of = next((i for i, token in enumerate(tokens) if token.word == "of"), None)
    if of is None:
        return nouns(tokens) is not None
    return noun(tokens[:of]) is not None and noun(tokens[of + 1 :]) is not None


_ADVERBS = frozenset({"alone", "only", "also", "usually", "always", "normally", "just"})


def action(tokens: Sequence[Token]) -> int | None:
    """Return where a verb stands that fits the subject before it; None without one."""
    for index, token in enumerate(tokens[: LONGEST + 2]):
        if not token.is_word:
            return None
        verb = lemma(token.word)
        subject = noun(tokens[:index]) if verb and index else None
        if verb and subject and _agree(subject, verb, token.word) and _has_object(tokens, index):
            return index
    return None


def _agree(subject: Noun, verb: str, form: str) -> bool:
    """Tell whether a verb's form goes with its subject; what is a verb only need not."""
    last = subject.span.text.lower().rpartition(" ")[2]
    several = is_plural(last) or last in {"staff", "people", "everyone"}
    if verb not in NOUN_TOO:
        return True
    return form == verb if several else form == third_person(verb)


def _has_object(tokens: Sequence[Token], index: int) -> bool:
    after = tokens[index + 1 : index + 4]
    return (
        bool(after) and after[0].is_word and after[0].word not in words.AUXILIARIES | {"and", "or"}
    )
