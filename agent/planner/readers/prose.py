"""What do words say? A description in plain English as a spec, or why it is not enough.

docs/prose.md explains which sentences are read. Everything in the spec has its place in the words,
or is an assumption that is told. Without a model: what is not understood is said so, never guessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.contract.languages import PROSE, language, not_read
from agent.documents import Fault, Question
from agent.errors import QuestionError, SourceError
from agent.planner.names import article
from agent.planner.notes import NOBODY
from agent.planner.readers import prose_words as words
from agent.planner.readers.prose_draft import understood
from agent.planner.readers.prose_english import is_english
from agent.planner.readers.prose_facts import Has, Link
from agent.planner.readers.prose_sentences import coverage
from agent.planner.readers.prose_sentences import read as read_facts
from agent.planner.readers.prose_spec import draw
from agent.planner.readers.prose_text import MAX_CHARACTERS, Piece, sentences, span, tokens_of
from agent.planner.reading import Places, Reading
from agent.types import AuthMethod

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.planner.readers.prose_facts import Fact
    from agent.planner.readers.prose_spec import Drawn
    from agent.planner.readers.prose_text import Span, Token

NEEDED = 0.75
"""The share of the words that carry meaning that has to be understood."""
MAX_FAULTS = 100
_MOST_SHOWN = 120
_STANDING = "/standing"
"""Where the nouns stand that a request may say more of."""
_WHAT_IS_KEPT = (
    "What is the backend to keep? The words name no thing and nothing that a thing has. Say it in"
    " sentences as 'a book has a title and a unique isbn' and 'a book belongs to a publisher', or"
    " send context.spec (a BackendSpec), or context.sources with the format 'sql' or 'spec'."
)


def read(pieces: Sequence[Piece], standing: Sequence[str] = ()) -> Reading:
    """Read the texts of one request together.

    Args:
        pieces: The texts.
        standing: What there is already, of which the words may say more: nouns in the plural. The
            reading has entities for them, too, which stand in no text.

    Raises:
        SourceError: too little was understood, or it contradicts itself, or asks for what is not
            built; the faults have line and column in their text, and ``understood`` is attached.
        QuestionError: everything was understood, but it does not say what is to be kept.

    """
    size = sum(len(piece.text) for piece in pieces)
    if size > MAX_CHARACTERS:
        message = f"the words are longer than {MAX_CHARACTERS} characters"
        raise SourceError([Fault(code="too-long", pointer=pieces[0].pointer, message=message)])
    every = [s.tokens for piece in pieces for s in sentences(piece)]
    if not is_english(every):
        _refuse_other_languages(pieces)
        raise SourceError([_not_english(every)])
    facts = read_facts([*_known(standing), *pieces])
    drawn = draw(facts.facts)
    unread = _in_order([*facts.unread, *drawn.unread], pieces)
    share = coverage(pieces, unread)
    told = understood(drawn, share, NEEDED, unread)
    faults = [*_unsupported(pieces, facts.facts), *_contradictions(drawn)]
    if share < NEEDED:
        _refuse_other_languages(pieces)
        faults += _not_understood(unread, share)
    if faults:
        raise SourceError(faults[:MAX_FAULTS], told)
    if not standing and (questions := _too_thin(drawn, facts.facts)):
        raise QuestionError(questions, told)
    spans = {place: at for place, at in drawn.spans.items() if at.pointer != _STANDING}
    return Reading(
        spec=drawn.spec,
        assumptions=(*drawn.assumptions, *([] if standing else _nobody(drawn))),
        questions=tuple(_question(gap, _open_to(drawn, standing)) for gap in unread),
        places=Places(
            {pointer: (at.line, at.column) for pointer, at in spans.items()},
            {pointer: at.pointer for pointer, at in spans.items()},
        ),
    )


def _known(standing: Sequence[str]) -> list[Piece]:
    """Name what there is in a text of its own, which is no part of the request."""
    return [Piece(_STANDING, f"There are {nouns}.") for nouns in standing]


def _refuse_other_languages(pieces: Sequence[Piece]) -> None:
    """Name the language that a text is in, where it is one for programs."""
    for piece in pieces:
        found = language(piece.text)
        if found not in {None, PROSE}:
            fault = not_read(str(found), line=1, column=1)
            raise SourceError([fault.model_copy(update={"pointer": piece.pointer})])


def _not_english(every: Sequence[Sequence[Token]]) -> Fault:
    message = "the words are not English, which alone is read without a model"
    expected = "English, the spec language, or a model (docs/models.md)"
    return _fault("not-english", message, span(every[0]), expected)


def _in_order(spans: Sequence[Span], pieces: Sequence[Piece]) -> list[Span]:
    order = {piece.pointer: number for number, piece in enumerate(pieces)}
    asked = [each for each in dict.fromkeys(spans) if each.pointer in order]
    return sorted(asked, key=lambda each: (order[each.pointer], each.start))


def _shown(text: str) -> str:
    text = "".join(sign for sign in text if sign.isprintable())
    return text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 3] + "..."


def _fault(code: str, message: str, at: Span, expected: str) -> Fault:
    return Fault(
        code=code,
        message=message,
        pointer=at.pointer,
        line=at.line,
        column=at.column,
        expected=expected,
    )


def _not_understood(unread: Sequence[Span], share: float) -> Iterator[Fault]:
    first = unread[0]
    message = f"{share:.0%} of the words were understood, and {NEEDED:.0%} are needed"
    yield _fault("too-little-understood", message, first, "the draft, corrected, or plainer words")
    for gap in unread:
        message = f"not understood: '{_shown(gap.text)}'"
        yield _fault("not-understood", message, gap, "a sentence as docs/prose.md lists them")


def _contradictions(drawn: Drawn) -> Iterator[Fault]:
    for clash in drawn.clashes:
        one, other = clash.first, clash.second
        message = (
            f"{clash.message}: '{_shown(one.text)}' (line {one.line}, column {one.column}) and"
            f" '{_shown(other.text)}'"
        )
        yield _fault("contradiction", message, other, "one of the two")


def _unsupported(pieces: Sequence[Piece], facts: Sequence[Fact]) -> Iterator[Fault]:
    """Refuse what is asked for by name and not built, where it is no thing or field of its own."""
    own = [at for fact in facts for at in _named_by(fact)]
    for piece in pieces:
        for sentence in sentences(piece):
            for token in sentence.tokens:
                wanted = words.UNSUPPORTED.get(token.word)
                if wanted is None:
                    continue
                at = span([token])
                if not any(a.pointer == at.pointer and a.start <= at.start < a.end for a in own):
                    yield _fault("unsupported", f"{at.text} is not supported", at, wanted)


def _named_by(fact: Fact) -> Sequence[Span]:
    if isinstance(fact, Has):
        return fact.entity.span, fact.item.noun.span
    return (fact.left.span, fact.right.span) if isinstance(fact, Link) else ()


def _too_thin(drawn: Drawn, facts: Sequence[Fact]) -> list[Question]:
    """Ask what there is, or what it has, where no word says it."""
    has_field = any(isinstance(fact, Has) and fact.item.noun.count != "many" for fact in facts)
    if has_field or any(isinstance(fact, Link) and fact.items for fact in facts):
        return []
    if not drawn.thin:
        return [Question(id="", text=_WHAT_IS_KEPT, about="request.description")]
    return [
        Question(
            id="",
            text=f"What does {article(name)} {name} have? Say it as in 'a book has a title'.",
            about=name,
        )
        for name in drawn.thin
    ]


def _question(gap: Span, open_to: str) -> Question:
    text = (
        f"Not understood, and so not built (line {gap.line}, column {gap.column}):"
        f" '{_shown(gap.text)}'. What is it to mean?"
    )
    if words.KEEPING_OUT & {token.word for token in tokens_of(gap.text)}:
        text += f" If it is to keep anybody out, it does not yet: {open_to}"
    return Question(id="", text=text, about=gap.pointer)


def _nobody(drawn: Drawn) -> list[Question]:
    """Tell that nobody signs in, where it is so: also where the words ask for it."""
    is_open = drawn.spec.auth.method is AuthMethod.NONE
    return [Question(id="", text=NOBODY, about="auth")] if is_open else []


def _open_to(drawn: Drawn, standing: Sequence[str]) -> str:
    """Say who may do what where a rule about it was not read."""
    if standing:
        return "who may do what stays as it is."
    if drawn.spec.auth.method is AuthMethod.NONE:
        return (
            "unless people sign in for another reason, whoever reaches the API may read, change"
            " and delete everything."
        )
    return "whoever signs in may read what no other rule closes."
