"""Which relations do ties become? Kind, side and name of each, with what had to be assumed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.planner import names
from agent.planner.names import pascal
from agent.planner.readers.prose_ties import settled
from agent.planner.readers.prose_verbs import MEETS, participle, person
from agent.types import Relation, RelationKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.prose_text import Span
    from agent.planner.readers.prose_things import Things
    from agent.planner.readers.prose_ties import Tie


@dataclass(frozen=True, slots=True)
class Placed:
    """A relation, the entity that declares it, and the place that it was read from."""

    entity: str
    relation: Relation
    span: Span


def relations(ties: Sequence[Tie], things: Things) -> list[Placed]:
    """Turn ties into relations."""
    pairs = [frozenset((tie.left, tie.right)) for tie in ties]
    taken: dict[str, set[str]] = {key: {*thing.fields} for key, thing in things.by_key.items()}
    found = []
    for tie, pair in zip(ties, pairs, strict=True):
        placed = _relation(tie, things, alone=pairs.count(pair) == 1)
        name = placed.relation.name
        if name in taken[placed.entity]:
            name = names.unique(f"{name}_row", taken[placed.entity])
            placed = Placed(
                placed.entity, placed.relation.model_copy(update={"name": name}), placed.span
            )
        taken[placed.entity].add(name)
        found.append(placed)
    return found


def _relation(tie: Tie, things: Things, *, alone: bool) -> Placed:
    rights, lefts = settled(tie.rights), settled(tie.lefts)
    if rights == "many" and lefts == "many":
        return _many_to_many(tie, things, alone=alone)
    if rights == "many" or (rights is None and lefts == "one"):
        # a right one belongs to one left one
        return _to_one(tie.turned(), things, assumed=lefts is None or not _sure(tie, right=False))
    if rights == "one" and lefts == "one" and _both_say(tie):
        return _one_to_one(tie)
    return _to_one(tie, things, assumed=not tie.rights)


def _sure(tie: Tie, *, right: bool) -> bool:
    return any(each.sure for each in (tie.rights if right else tie.lefts))


def _both_say(tie: Tie) -> bool:
    """Tell whether it is said by a number from both sides."""
    return _sure(tie, right=True) and _sure(tie, right=False)


def _to_one(tie: Tie, things: Things, *, assumed: bool) -> Placed:
    child, parent = tie.left, tie.right
    if not tie.lefts and _sure(tie, right=True) and child != parent:
        _shared(child, tie.name or parent, things)
    if assumed:
        text = f"{_a(child).capitalize()} belongs to one {_words(parent)}"
        things.assume(f"{text}: that it can be several is not said.", pascal(child))
    to_itself = child == parent
    name = tie.name or (person(tie.role) if tie.role and tie.role not in MEETS else parent)
    if to_itself and not tie.name and not tie.role:
        name = "parent"
    if to_itself and not tie.optional:
        text = f"The {_words(name)} of {_a(child)} may be missing: one has to be first."
        things.assume(text, pascal(child))
    relation = Relation(name=name, target=pascal(parent), nullable=tie.optional or to_itself)
    return Placed(child, relation, tie.span)


def _shared(child: str, name: str, things: Things) -> None:
    text = f"Several {_words(names.plural(child))} can have the same {_words(name)}"
    things.assume(f"{text}: nothing is said against it.", pascal(child))


def _one_to_one(tie: Tie) -> Placed:
    # the one that belongs refers to the other
    relation = Relation(
        name=tie.name or tie.left,
        target=pascal(tie.left),
        kind=RelationKind.ONE_TO_ONE,
        nullable=tie.optional or tie.left == tie.right,
    )
    return Placed(tie.right, relation, tie.span)


def _many_to_many(tie: Tie, things: Things, *, alone: bool) -> Placed:
    name, inverse = names.plural(tie.right), None
    if not _both_say(tie):
        if tie.role in MEETS:
            text = f"'{tie.span.text}': many may, and nothing more is kept of it."
            things.assume(text, pascal(tie.left))
        else:
            _shared(tie.left, tie.right, things)
    if tie.role and (not alone or tie.left == tie.right):
        past = participle(tie.role) if tie.role in MEETS else tie.role
        name, inverse = f"{past}_{name}", f"{past}_by"
    relation = Relation(
        name=name, target=pascal(tie.right), kind=RelationKind.MANY_TO_MANY, inverse=inverse
    )
    return Placed(tie.left, relation, tie.span)


def _a(key: str) -> str:
    return f"{names.article(_words(key))} {_words(key)}"


def _words(key: str) -> str:
    return key.replace("_", " ")
