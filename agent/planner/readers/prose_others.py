"""Is it what others have that somebody may not touch? Then it is their own that they may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner.readers import prose_words as words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.prose_text import Token

_OF = frozenset({"by", "from", "of"})
_WHOSE = frozenset(
    {"each other's", "one another's", "others'", "someone else's", "somebody else's"}
)
_REST = (
    ("but", "not", "those"), ("but", "not", "the", "ones"), ("and", "not", "those"),
    ("but", "not", "any"), ("not", "those"),
)  # fmt: skip


def without_others(tokens: Sequence[Token], *, forbidden: bool) -> Sequence[Token] | None:
    """Leave out what says that it is about others; None where nothing does.

    Args:
        tokens: A verb, and on what: "see the orders of others", "see their orders but not those of
            others".
        forbidden: Whether it may not be done.

    """
    before = _before_others(tokens)
    if not forbidden:
        if before is None:
            return None
        endings = [ending for ending in _REST if _ends(before, ending)]
        return before[: -len(endings[0])] if endings else None
    if before is not None:
        return before if len(before) > 1 else None
    for index in range(1, len(tokens) - 1):
        pair = " ".join(t.word for t in tokens[index : index + 2])
        if tokens[index].word in _WHOSE:
            return [*tokens[:index], *tokens[index + 1 :]]
        is_whose = tokens[index].word in words.OTHERS and tokens[index + 1].word.endswith(
            ("'", "'s")
        )
        if pair in _WHOSE or is_whose:
            return [*tokens[:index], *tokens[index + 2 :]]
    return None


def _before_others(tokens: Sequence[Token]) -> Sequence[Token] | None:
    """Return what stands before "of others", "of other customers" at the end."""
    of = next((i for i, t in enumerate(tokens) if t.word in _OF and i), None)
    rest = [t.word for t in tokens[of + 1 :]] if of is not None else []
    if rest in (["others"], ["each", "other"], ["one", "another"], ["someone", "else"]):
        return tokens[:of]
    is_other = len(rest) == 2 and rest[0] in {"another", "other"}  # noqa: PLR2004 - and a noun
    return tokens[:of] if is_other else None


def _ends(tokens: Sequence[Token], ending: Sequence[str]) -> bool:
    return tuple(t.word for t in tokens[-len(ending) :]) == tuple(ending)
