"""What does a whole text say? Its sentences, one after the other, with what stands above them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from agent.planner.readers import prose_words as words
from agent.planner.readers.prose_clauses import Clause, auxiliary, begins, clauses
from agent.planner.readers.prose_context import Context, content
from agent.planner.readers.prose_declared import bracketed
from agent.planner.readers.prose_english import is_english
from agent.planner.readers.prose_facts import Has, Link, Mention, Quality, Read, Right, Step
from agent.planner.readers.prose_item import item_end, read_item
from agent.planner.readers.prose_items import as_noun, items
from agent.planner.readers.prose_listed import built_of, whole_of
from agent.planner.readers.prose_nouns import noun, singular
from agent.planner.readers.prose_qualities import state
from agent.planner.readers.prose_settings import settings, title
from agent.planner.readers.prose_shapes import clause
from agent.planner.readers.prose_text import sentences, span
from agent.planner.readers.prose_types import TYPE_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.planner.readers.prose_facts import Fact, Noun
    from agent.planner.readers.prose_text import Piece, Sentence, Span, Token

LONGEST = 400
"""Words and signs of a sentence that is read."""
_SEVERAL = 2
_STATES = frozenset({"status", "state", "states", "statuses"})


def read(pieces: Sequence[Piece]) -> Read:
    """Return what texts say, and which stretches of them were not understood."""
    known: frozenset[str] = frozenset()
    every = [token for piece in pieces for s in sentences(piece) for token in s.tokens]
    spoken = Counter(singular(token.word) for token in every if token.is_word)
    reached: frozenset[tuple[str, str]] = frozenset()
    while True:  # what is declared further down counts above, too
        context = Context(known=known, spoken=spoken, reached=reached)
        for piece in pieces:
            for sentence in sentences(piece):
                _sentence(sentence, context)
        declared = frozenset(_declared(context.read.facts))
        states = frozenset(_reached(context.read.facts))
        if not states <= reached:  # and what was read without them may be no entity
            known, reached = frozenset(), reached | states
        elif declared <= known:
            return context.read
        else:
            known |= declared


def _reached(facts: Sequence[Fact]) -> Iterator[tuple[str, str]]:
    """Name the states that a step leads into, and of which entity, where it is said."""
    for fact in facts:
        if isinstance(fact, Has | Quality):
            entity = fact.entity if isinstance(fact, Has) else fact.entity or fact.near
            yield from ((entity.key, target) for _, target in fact.item.steps if entity)


def _declared(facts: Sequence[Fact]) -> set[str]:
    """Return the keys of what is an entity by what is said of it."""
    found: set[str] = set()
    for fact in facts:
        if isinstance(fact, Mention):
            found.add(fact.entity.key)
        elif isinstance(fact, Has):
            found.add(fact.entity.key)
            if fact.item.noun.count == "many":
                found.add(fact.item.noun.key)
        elif isinstance(fact, Link):
            found |= {fact.left.key, fact.right.key}
    return found


def coverage(pieces: Sequence[Piece], unread: Sequence[Span]) -> float:
    """Return the share of the words that carry meaning that was understood, from 0 to 1."""
    every = [t for piece in pieces for s in sentences(piece) for t in content(s.tokens)]
    missed = sum(
        any(
            gap.pointer == token.piece.pointer and gap.start <= token.start < gap.end
            for gap in unread
        )
        for token in every
    )
    return 1 - missed / len(every) if every else 1.0


def _sentence(sentence: Sentence, context: Context) -> None:
    tokens = sentence.tokens
    if len(tokens) > LONGEST or not is_english([tokens]):
        context.miss(span(tokens))
        return
    if not sentence.item:
        context.heading = None
    colon = next((i for i, t in enumerate(tokens) if t.text == ":"), None)
    if sentence.heading and (colon is None or colon == len(tokens) - 1):
        _heading(tokens[:colon], context)
    elif colon and sentence.item and _is_field(tokens[:colon], tokens[colon + 1 :], context):
        _fields([context.heading] if context.heading else [], tokens, context)
    elif colon and any(
        read_it(tokens[:colon], tokens[colon + 1 :], context) for read_it in (_remarked, _headed)
    ):
        pass
    elif sentence.item and context.heading and not begins(tokens) and not _is_defined(tokens):
        _fields([context.heading], tokens, context)
    else:
        if sentence.item and context.heading and context.heading.key in context.known:
            context.subjects = [context.heading]
        _clauses(tokens, context)


def _is_field(head: Sequence[Token], body: Sequence[Token], context: Context) -> bool:
    """Tell whether "title: string" below a heading is a field of what the heading names."""
    if context.heading is None or not body:
        return False
    end = next((i for i, t in enumerate(body) if t.text == "("), len(body))
    typed = body[1:end] if body[0].word in TYPE_WORDS else body[:end]
    if all(t.word in words.FLAGS or t.text == "," for t in typed):
        return True
    own = noun(head)
    is_other = own is not None and own.key in context.known
    return context.heading.key in context.known and not is_other


def _is_defined(tokens: Sequence[Token]) -> bool:
    """Tell whether an item defines something itself: "Book: title", "podcast = title"."""
    return any(t.text in {":", "="} for t in tokens[1:4])


def _clauses(tokens: Sequence[Token], context: Context) -> None:
    begun = len(context.read.facts), len(context.read.unread)
    for part in clauses(tokens):
        clause(part, context)
    if any(_is_reserved(gap, tokens) for gap in context.read.unread[begun[1] :]):
        _take_back(begun[0], context)


def _is_reserved(gap: Span, tokens: Sequence[Token]) -> bool:
    """Tell whether what was not understood, or a word beside it, takes back what was."""
    inside = [i for i, t in enumerate(tokens) if gap.start <= t.start < gap.end]
    around = tokens[max(0, inside[0] - 2) : inside[-1] + 3]
    return any(t.word in words.RESERVATIONS for t in around)


def _take_back(begun: int, context: Context) -> None:
    """Give nobody a right of a sentence that goes on with a reservation nobody understood."""
    given = [f for f in context.read.facts[begun:] if isinstance(f, Right | Step)]
    context.read.facts[begun:] = [f for f in context.read.facts[begun:] if f not in given]
    context.miss(*dict.fromkeys(fact.span for fact in given))


def _heading(tokens: Sequence[Token], context: Context) -> None:
    """Remember what a list is about; the first heading is the project's name."""
    is_section = all(t.word in words.SECTIONS | words.STOP | {"user"} for t in tokens)
    if not content(tokens) or (
        is_section and len(content(tokens)) != int(tokens[0].word == "user")
    ):
        return
    if auxiliary(tokens) is not None:
        _clauses(tokens, context)
        return
    context.heading = noun(tokens)
    # it may be the name of all, or of what the list below it describes
    if not title(tokens, context) and context.heading is None:
        context.miss(span(tokens))
    context.begun = True


def _remarked(head: Sequence[Token], body: Sequence[Token], context: Context) -> bool:
    """Read "Gym (test): ...", where what stands in brackets says nothing of what a gym has."""
    opening = next((i for i, t in enumerate(head) if t.text == "(" and i), None)
    if not opening or head[-1].text != ")" or not _headed(head[:opening], body, context):
        return False
    rest = settings(head[opening + 1 : -1], context)
    if content(rest):
        context.miss(span(rest))
    return True


def _headed(head: Sequence[Token], body: Sequence[Token], context: Context) -> bool:
    """Read "Book: title, isbn", "A library: authors write books", "Entities: ..."."""
    if auxiliary(head) is not None or not body:
        return False
    if all(not t.is_word or t.word in words.SECTIONS | words.STOP for t in head):
        _clauses(body, context)
        return True
    if built_of(head, body, context) or whole_of(head, body, context):
        return True
    return _subject_headed(head, body, context)


def _subject_headed(head: Sequence[Token], body: Sequence[Token], context: Context) -> bool:
    """Read what stands behind a name and a colon."""
    subject = noun(head)
    if subject and subject.key in _STATES and context.subjects:
        return state(context.subjects, body, context)
    if subject is None or begins(body) or _has_entities(body) or _is_no_field(body):
        if not title(head, context, headed=True):
            reserved = {t.word for t in head} & words.RESERVATIONS
            if subject is None and (reserved or not begins(body)):
                return False
            if subject is None:
                _clauses(head, context)
            else:
                context.subjects = [subject]
        _clauses(body, context)
        return True
    if not _lists_things(head, body, context):
        _fields([subject], body, context)
    return True


def _lists_things(head: Sequence[Token], body: Sequence[Token], context: Context) -> bool:
    """Read "Gym: members, trainers", where the gym is the whole: nothing more is said of it."""
    listed = items(body)
    is_whole = not context.begun and context.spoken.get(singular(head[-1].word), 0) == 1
    several = [each for each in listed.found if each.noun.plural and not each.values]
    described = any(each.inner or context.knows(as_noun(each)) for each in several)
    if len(several) < _SEVERAL or len(several) < len(listed.found) or not (is_whole and described):
        return False
    if not title(head, context, headed=True):
        return False
    for each in several:
        context.mention(as_noun(each))
        context.say(*(Has(as_noun(each), inner) for inner in each.inner))
    context.miss(*listed.unread)
    context.begun = True
    return True


def _is_no_field(tokens: Sequence[Token]) -> bool:
    """Tell whether words begin with no name of a field, as "a keeper feeds animals" does."""
    return read_item(tokens, item_end(tokens))[0] is None


def _has_entities(tokens: Sequence[Token]) -> bool:
    """Tell whether words are entities with their fields in brackets, and not fields."""
    return tokens[0].text[:1].isupper() and bracketed(tokens, Context())


def _fields(subjects: list[Noun], tokens: Sequence[Token], context: Context) -> None:
    """Read fields, and after them statements that leave out their subject."""
    first, *others = clauses(tokens)
    read_items = items(first.tokens)
    context.subjects = subjects
    for item in read_items.found:
        context.say(*(Has(subject, item) for subject in subjects))
        context.say(*(Has(as_noun(item), inner) for inner in item.inner))
    context.miss(*read_items.unread)
    for other in others:
        clause(Clause(other.tokens, other.subject), context)
