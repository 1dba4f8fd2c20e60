"""What does one statement say? Each shape of sentence is tried, the surest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner.readers import prose_words as words
from agent.planner.readers.prose_actions import action_clause, acts, between_known
from agent.planner.readers.prose_clauses import auxiliary
from agent.planner.readers.prose_context import content
from agent.planner.readers.prose_facts import Has
from agent.planner.readers.prose_items import items
from agent.planner.readers.prose_links import belongs, has, is_clause, state
from agent.planner.readers.prose_nouns import noun, nouns
from agent.planner.readers.prose_rights import rights, steps, who
from agent.planner.readers.prose_settings import settings, title
from agent.planner.readers.prose_text import span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.prose_clauses import Clause
    from agent.planner.readers.prose_context import Context
    from agent.planner.readers.prose_facts import Noun
    from agent.planner.readers.prose_text import Token

_LEADING = words.FILLERS | {"but", "and", "where", "if", ",", "or", "-", "–"}
_WISH = ("want to", "can", "would like to", "should be able to", "need to", "may", "must be able to",
         "wish to", "am able to", "could", "want", "should", "will")  # fmt: skip
_MAY = ("are allowed to", "is allowed to", "are able to", "is able to", "have the right to",
        "has the right to", "should be able to", "must be able to", "shall be able to",
        "may be able to", "can", "may")  # fmt: skip
_MAY_NOT = ("can not", "cannot", "can't", "may not", "must not", "mustn't", "are not allowed to",
            "is not allowed to", "should not", "shouldn't", "should not be able to")  # fmt: skip
_LET = frozenset({"let", "allow", "allows", "enable", "enables", "lets"})
_MOVES = frozenset({"goes", "moves", "passes", "go", "move", "pass", "runs"})
_GREETINGS = frozenset(
    {"hi", "hello", "hey", "dear", "cheers", "regards", "thanks", "thank", "best", "sincerely"}
)
_SHORT = 2
_MENTIONING = ("there is", "there are", "there will be", "there should be")


def clause(given: Clause, context: Context) -> None:
    """Add to the context's reading what a statement says, or that it was not understood."""
    if _greeting(given.tokens):
        return
    tokens = _trimmed(given.tokens)
    if given.subject:
        context.subjects = [given.subject]
    tokens = _trimmed(settings(_without_reason(tokens), context))
    if not content(tokens):
        return
    if not any(shape(tokens, context) for shape in _SHAPES):
        context.miss(span(tokens))
    context.begun = True


def _trimmed(tokens: Sequence[Token]) -> Sequence[Token]:
    """Leave out what is only polite, or joins a statement to the one before."""
    while tokens and (
        tokens[0].word in _LEADING or not (tokens[0].is_word or tokens[0].kind == "number")
    ):
        tokens = tokens[1:]
    while tokens and (
        tokens[-1].word in words.FILLERS or tokens[-1].text in {",", ":", "-", "–", ")"}
    ):
        if tokens[-1].text == ")" and any(t.text == "(" for t in tokens):
            break
        tokens = tokens[:-1]
    return tokens


def _without_reason(tokens: Sequence[Token]) -> Sequence[Token]:
    """Leave out why somebody wants something: "so that I do not forget it"."""
    for index in range(1, len(tokens) - 1):
        pair = (tokens[index].word, tokens[index + 1].word)
        if pair in {("so", "that"), ("in", "order"), ("so", "they"), ("so", "i"), ("so", "we")}:
            return tokens[:index]
    return tokens


def _opened(tokens: Sequence[Token], phrases: Sequence[str]) -> Sequence[Token] | None:
    """Return what follows one of some phrases that words begin with."""
    text = " ".join(token.word for token in tokens[:6]) + " "
    for phrase in phrases:
        if text.startswith(f"{phrase} "):
            return tokens[phrase.count(" ") + 1 :]
    return None


def _story(tokens: Sequence[Token], context: Context) -> bool:
    """Read "as a member I can borrow a book"."""
    if tokens[0].word != "as" or len(tokens) < 5:  # noqa: PLR2004 - as a member i can
        return False
    me = next((i for i, t in enumerate(tokens) if t.word in {"i", "we"}), None)
    if me is None:
        return False
    people = [t for t in tokens[1:me] if t.text != ","]
    rest = _opened(tokens[me + 1 :], _WISH)
    return rest is not None and _may(people, rest, tokens, context)


def _let(tokens: Sequence[Token], context: Context) -> bool:
    """Read "let guests reserve tables", "allow users to write reviews"."""
    if tokens[0].word not in _LET:
        return False
    for end in range(2, min(6, len(tokens))):
        rest = tokens[end:]
        rest = rest[1:] if rest[0].word == "to" else rest
        if rest and _may(tokens[1:end], rest, tokens, context):
            return True
    return False


def _may(
    people: Sequence[Token],
    rest: Sequence[Token],
    whole: Sequence[Token],
    context: Context,
    *,
    forbidden: bool = False,
) -> bool:
    """Read what somebody may do: with rows, or an action of their own."""
    named = who(people, context)
    if named is None or not rest:
        return False
    only = people[0].word == "only" or "only" in {t.word for t in people}
    subject = noun([t for t in people if t.word != "only"])
    if rights(named, rest, whole, context, only=only, forbidden=forbidden):
        if subject:
            context.subjects = [subject]
        return True
    if forbidden:
        return False
    if not only and subject and acts([subject], rest, context):
        context.subjects = [subject]
        return True
    return steps(named, rest, whole, context)


def _modal(tokens: Sequence[Token], context: Context) -> bool:
    index = auxiliary(tokens)
    if index is None:
        return False
    for phrases, forbidden in ((_MAY_NOT, True), (_MAY, False)):
        rest = _opened(tokens[index:], phrases)
        if rest is not None and _may(tokens[:index], rest, tokens, context, forbidden=forbidden):
            return True
    return False


def _for_each(tokens: Sequence[Token], context: Context) -> bool:
    """Read "for each car we store the plate and the model"."""
    if tokens[0].word != "for" or len(tokens) < 5:  # noqa: PLR2004 - for each car we store
        return False
    verb = next((i for i, t in enumerate(tokens) if t.word in words.STORES), None)
    if verb is None:
        return False
    while verb + 1 < len(tokens) and tokens[verb + 1].word in words.STORES | {"to"}:
        verb += 1
    end = verb
    while end > 1 and tokens[end - 1].word in words.US | words.STORES | words.PRONOUNS | {
        "to",
        ",",
        "would",
        "like",
    }:
        end -= 1
    subject = noun(tokens[1:end])
    if subject is None:
        return False
    context.subjects = [subject]
    return has([subject], tokens[verb + 1 :], context)


def _mentions(tokens: Sequence[Token], context: Context) -> bool:
    """Read "there are rooms and guests", "the system stores vehicles", "we sell books"."""
    rest = _opened(tokens, _MENTIONING)
    if rest is None:
        verb = next((i for i, t in enumerate(tokens[:5]) if t.word in words.STORES), None)
        if not verb:
            return False
        before = [t for t in tokens[:verb] if t.word not in words.ARTICLES | words.POSSESSIVES]
        if not before or any(t.word not in words.SYSTEM | words.US | {"to", "it"} for t in before):
            return False
        rest = tokens[verb + 1 :]
    found = nouns(rest)
    if not found or not all(each.plural or each.count == "many" for each in found):
        return False
    for each in found:
        context.mention(each)
    context.subjects = found
    return True


def _with_auxiliary(tokens: Sequence[Token], context: Context) -> bool:
    """Read "has", "belongs to", "is" and "can be" behind a subject, or with the subject before."""
    index = 0 if tokens[0].word in words.AUXILIARIES else auxiliary(tokens)
    about: Sequence[Token] = ()
    if tokens[0].word in words.PRONOUNS and len(tokens) > 1:
        index = 1
    elif index:
        about = [t for t in tokens[:index] if t.word not in {"only", "also"}]
    if index is None:
        return False
    subjects = (nouns(about) or []) if about else context.subjects
    verb, rest = tokens[index].word, tokens[index + 1 :]
    may = verb in words.MODALS
    while rest and rest[0].word in {"also", "only", "always", "then"}:
        rest = rest[1:]
    if may and rest:
        verb, rest = rest[0].word, rest[1:]
    done = _by_verb(verb, about, subjects, rest, context, may=may and tokens[index].word != "must")
    if done and about and subjects and verb in words.HAS | words.BELONGS:
        context.subjects = subjects
    return done


def _by_verb(  # noqa: PLR0913 - the parts of a sentence
    verb: str,
    about: Sequence[Token],
    subjects: Sequence[Noun],
    rest: Sequence[Token],
    context: Context,
    *,
    may: bool,
) -> bool:
    if verb in words.HAS:
        return bool(subjects) and has(subjects, rest, context, may=may)
    if verb in words.BELONGS:
        return bool(subjects) and belongs(subjects, rest, context, may=may)
    if verb in words.IS:
        return is_clause(about, subjects, rest, context, may=may)
    return False


def _moves(tokens: Sequence[Token], context: Context) -> bool:
    """Read "an order goes through pending -> paid -> shipped"."""
    verb = next((i for i, t in enumerate(tokens) if t.word in _MOVES and i), None)
    subject = noun(tokens[:verb]) if verb else None
    if subject is None or verb is None:
        return False
    rest = tokens[verb + 1 :]
    while rest and (
        rest[0].word in {"through", "from", "the", "states", "statuses", "steps"}
        or rest[0].text == ":"
    ):
        rest = rest[1:]
    context.subjects = [subject]
    return bool(rest) and state([subject], rest, context)


def _defined(tokens: Sequence[Token], context: Context) -> bool:
    """Read "podcast = title, description" and "Warehouse (name, address), Product (sku)"."""
    if len(tokens) > 2 and (sign := next((i for i, t in enumerate(tokens) if t.text == "="), None)):  # noqa: PLR2004
        subject = noun(tokens[:sign])
        if subject:
            context.subjects = [subject]
            return has([subject], tokens[sign + 1 :], context)
    return bracketed(tokens, context)


def bracketed(tokens: Sequence[Token], context: Context) -> bool:
    """Read entities with their fields in brackets."""
    rest = tokens
    found: list[Has] = []
    missed = []
    while rest:
        while rest and (
            rest[0].text in {",", ";", "-", "."} or rest[0].word in {"and", "with", "&"}
        ):
            rest = rest[1:]
        opening = next((i for i, t in enumerate(rest) if t.text == "("), None)
        close = next(
            (i for i, t in enumerate(rest) if t.text == ")" and opening and i > opening), None
        )
        if opening is None or close is None:
            break
        depth = 0
        for position in range(opening, len(rest)):
            depth += (rest[position].text == "(") - (rest[position].text == ")")
            if depth == 0:
                close = position
                break
        subject = noun(rest[:opening])
        read = items(rest[opening + 1 : close])
        if subject is None or not read.found:
            return False
        found += [Has(subject, item) for item in read.found]
        missed += read.unread
        context.subjects = [subject]
        rest = rest[close + 1 :]
    if not found:
        return False
    context.say(*found)
    context.miss(*missed)
    if content(rest):
        context.miss(span(rest))
    return True


def _greeting(tokens: Sequence[Token]) -> bool:
    """Pass over who is greeted, and who greets: "hi team", "cheers, Bob"."""
    return tokens[0].word in _GREETINGS and len(content(tokens)) <= _SHORT


def _title(tokens: Sequence[Token], context: Context) -> bool:
    return title(tokens, context)


def _named_with(tokens: Sequence[Token], context: Context) -> bool:
    """Read "a bank with customers and accounts": its name, and what there is in it."""
    index = next((i for i, t in enumerate(tokens) if t.word == "with" and i), None)
    found = nouns(tokens[index + 1 :]) if index else None
    if not found or not all(each.plural for each in found) or not title(tokens[:index], context):
        return False
    for each in found:
        context.mention(each)
    return True


def _section(tokens: Sequence[Token], _context: Context) -> bool:
    """Pass over what only says what comes next."""
    return all(t.word in words.SECTIONS | words.STOP for t in tokens)


_SHAPES = (
    _section,
    _story,
    _let,
    _for_each,
    _mentions,
    _modal,
    _moves,
    _with_auxiliary,
    action_clause,
    between_known,
    _defined,
    _title,
    _named_with,
)
