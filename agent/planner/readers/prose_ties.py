"""How many of one thing has another? Everything that is said of two entities, as one tie."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.planner.names import article, pascal, snake
from agent.planner.readers.prose_facts import Link, Right
from agent.planner.readers.prose_items import as_noun
from agent.planner.readers.prose_things import Clash, Thing
from agent.planner.readers.prose_verbs import MAKES, MEETS, NOUNS, participle

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.planner.readers.prose_facts import Count, Fact, Item
    from agent.planner.readers.prose_text import Span
    from agent.planner.readers.prose_things import Things

_TAKES_PART = frozenset(
    {"attend", "enrol", "enroll", "join", "participate", "register", "sign", "take"}
)
_PAIR = 2


@dataclass(frozen=True, slots=True)
class Said:
    """One place that says how many: ``sure`` where it does so by a number."""

    count: Count
    span: Span
    sure: bool = False


@dataclass(slots=True)
class Tie:
    """What links two entities: how many right ones a left one has, and the other way."""

    left: str
    right: str
    span: Span
    role: str = ""
    hard: bool = False
    name: str = ""
    optional: bool = False
    rights: list[Said] = field(default_factory=list)
    lefts: list[Said] = field(default_factory=list)

    def turned(self) -> Tie:
        """Return the same, said from the other side."""
        return Tie(
            self.right, self.left, self.span, self.role, self.hard, self.name, self.optional,
            self.lefts, self.rights,
        )  # fmt: skip


def ties(facts: Sequence[Fact], things: Things) -> list[Tie]:
    """Return one tie for everything that links two entities in one way."""
    groups: dict[frozenset[str], list[Tie]] = {}
    for tie in _each(facts, things):
        groups.setdefault(frozenset((tie.left, tie.right)), []).append(tie)
    return [tie for group in groups.values() for tie in _joined(group, things)]


def _each(facts: Sequence[Fact], things: Things) -> Iterator[Tie]:
    for has in things.owned:
        item, noun = has.item, as_noun(has.item)
        target = item.target or things.key(noun)
        count = noun.count or ("many" if noun.plural else "one")
        said = Said(count, noun.span, sure=noun.count is not None)
        if target not in things.by_key:
            target = things.last_word(item) or target
        name = item.name if item.target or target != things.key(noun) else ""
        yield Tie(
            things.key(has.entity), target, noun.span, role=name, hard=bool(name), name=name,
            optional=item.optional, rights=[said],
        )  # fmt: skip
    for link in [fact for fact in facts if isinstance(fact, Link)]:
        yield from _linked(link, facts, things)


def _linked(link: Link, facts: Sequence[Fact], things: Things) -> Iterator[Tie]:
    left, right = things.key(link.left), things.key(link.right)
    if link.verb in MEETS:
        middle = _middle(link, facts, things)
        if middle:
            things.by_key.setdefault(middle, Thing(middle, link.span))
            _keep(link.items, things.by_key[middle])
            one = Said("one", link.span)
            for end in (left, right):
                yield Tie(middle, end, link.span, rights=[one])
            return
    elif link.items:
        _keep(link.items, things.by_key[right])
    tie = Tie(left, right, link.span, link.role, optional=link.optional)
    if link.verb in MEETS:
        tie.role, tie.hard = link.verb, True
        tie.rights, tie.lefts = [Said("many", link.span)], [Said("many", link.span)]
    elif link.verb in MAKES:
        tie.role = link.role or participle(link.verb)
        tie.rights, tie.lefts = [Said("many", link.span)], [Said("one", link.span)]
    if link.rights:
        tie.rights.append(Said(link.rights, link.span, sure=link.sure))
    if link.lefts:
        # where both sides are spoken of, the number is that of the right
        sure = link.sure and not (link.rights and not link.verb)
        tie.lefts.append(Said(link.lefts, link.span, sure=sure))
    yield tie


def _keep(items: Sequence[Item], thing: Thing) -> None:
    for item in items:
        thing.fields.setdefault(item.name, item)


def _middle(link: Link, facts: Sequence[Fact], things: Things) -> str | None:
    """Name the entity that keeps what was done, where it has fields or is spoken of."""
    spoken = {f.entity.key for f in facts if isinstance(f, Right) and f.entity}
    of_verb = [snake(NOUNS[link.verb])] if link.verb in NOUNS else []
    of_verb.append(f"{link.verb.removesuffix('e')}ing")
    ends = {things.key(link.left), things.key(link.right)}
    for key in of_verb:
        if key in {*things.by_key, *spoken} - ends:
            return key
    if not link.items:
        return None
    named = next((key for key in of_verb[:-1] if key not in ends), None)
    key = named or f"{link.left.key}_{link.right.key}"
    what = f"{article(pascal(key))} {pascal(key)}"
    text = f"'{link.left.span.text} {link.span.text}': each time is kept as {what}."
    things.assume(text, pascal(key))
    return key


def _joined(group: list[Tie], things: Things) -> list[Tie]:
    """Join what is said of the same link, from whichever side."""
    first = group[0]
    turned = [tie if tie.left == first.left else tie.turned() for tie in group]
    roles = dict.fromkeys(tie.role for tie in turned if tie.role)
    soft = [role for role in roles if not any(t.hard for t in turned if t.role == role)]
    home = soft[0] if soft else ""
    if not soft and len(roles) == 1 and next(iter(roles)) in _TAKES_PART:
        home = next(iter(roles))
    joined: dict[str, Tie] = {}
    for tie in turned:
        role = tie.role or home
        known = joined.get(role)
        if known is None:
            tie.role = role
            joined[role] = tie
            continue
        known.rights += tie.rights
        known.lefts += tie.lefts
        known.optional |= tie.optional
        known.name = known.name or tie.name
    if len(soft) == 1:
        joined[home].role = ""
    for tie in joined.values():
        _check(tie.rights, tie.left, tie.right, things)
        _check(tie.lefts, tie.right, tie.left, things)
    return list(joined.values())


def _check(said: list[Said], one: str, other: str, things: Things) -> None:
    sure = {each.count: each for each in reversed(said) if each.sure}
    if len(sure) == _PAIR:
        message = f"{pascal(one)} has one {pascal(other)}, and many"
        first, second = sorted(sure.values(), key=lambda each: each.span.start)
        things.clashes.append(Clash(message, first.span, second.span))


def settled(said: Sequence[Said]) -> Count | None:
    """Return how many, as the surest place says; of two unsure ones, many."""
    sure = [each.count for each in said if each.sure]
    counts = sure or [each.count for each in said]
    return ("many" if "many" in counts else "one") if counts else None
