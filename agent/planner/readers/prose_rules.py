"""Who may, after all? Rights as rules for each entity, and where they contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner.names import pascal
from agent.planner.readers.prose_things import Clash

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from agent.planner.readers.prose_facts import Right
    from agent.planner.readers.prose_things import Things

    ByAction = dict[str, list[Right]]

ADMIN = "admin"
USER = "user"
_EVERYBODYS = frozenset({"create", "list", "read"})


def rules(
    rights: Sequence[Right], account: str | None, owned: Collection[str], things: Things
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return who may do what with which entity, by its key.

    Args:
        rights: What the words give and take.
        account: The key of the entity that signs in.
        owned: The keys of entities whose rows belong to somebody.
        things: Where contradictions and assumptions are noted.

    """
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for key, by_action in _by_entity(rights, account, things).items():
        is_owned = key in owned or key == account
        for action, said in by_action.items():
            _contradict(said, f"{action} {pascal(key)}", account, things)
            people = [
                _named(each, action, account, is_owned=is_owned)
                for each in said
                if not each.forbidden
            ]
            found.setdefault(key, {})[action] = _together(people)
    return found


def _by_entity(rights: Sequence[Right], account: str | None, things: Things) -> dict[str, ByAction]:
    """Sort the rights; what is said of one entity stands above what is said of all."""
    general: ByAction = {}
    per: dict[str, ByAction] = {}
    for right in rights:
        thing = things.of(right.entity)
        for action in right.actions:
            by_action = per.setdefault(thing.key, {}) if thing else general
            by_action.setdefault(action, []).append(right)
    for action, said in general.items():
        for key in things.by_key:
            if key == account and action in _EVERYBODYS:
                continue  # people register, and see themselves
            by_action = per.setdefault(key, {})
            mine = by_action.get(action, [])
            kept = [right for right in said if _adds(right, mine, account)]
            by_action[action] = [*mine, *kept]
            if mine and len(kept) < len(said):
                other = next(right for right in said if right not in kept)
                text = (
                    f"Of {pascal(key)} '{mine[0].span.text}' counts, and not '{other.span.text}'."
                )
                things.assume(text, pascal(key))
    return per


def _adds(right: Right, mine: Sequence[Right], account: str | None) -> bool:
    """Tell whether what is said of all entities still holds beside what is said of one.

    What one is denied takes no other's right, and what one is given undoes no other's denial.
    """
    if any(_is(right, account) == _is(each, account) for each in mine):
        return False
    return right.forbidden or all(each.forbidden for each in mine)


def _named(right: Right, action: str, account: str | None, *, is_owned: bool) -> str:
    """Name who may in the words of a spec."""
    if right.who not in {account, USER, "authenticated"}:
        return right.who
    # what somebody creates is their own
    return "owner" if is_owned and (right.own or action == "create") else "authenticated"


def _together(people: Sequence[str]) -> tuple[str, ...]:
    """Return all who may; an administrator always may, and everybody includes the rest."""
    for who in ("public", "authenticated"):
        if who in people:
            return (who,)
    if people and set(people) == {"nobody"}:
        return ()
    return tuple(dict.fromkeys([*(who for who in people if who != "nobody"), ADMIN]))


def _is(right: Right, account: str | None) -> str:
    """Name whom a right is about: whoever signs in goes by several names."""
    return "authenticated" if right.who in {account, USER} else right.who


def _contradict(said: Sequence[Right], what: str, account: str | None, things: Things) -> None:
    """Note where one sentence gives what another keeps for others, or takes away."""
    given = [right for right in said if not right.forbidden and right.who != "nobody"]
    for first in [right for right in said if not right.forbidden and right.who == "nobody"]:
        for other in given:
            message = f"{what} is for nobody, and for {other.who}"
            things.contradict(Clash(message, first.span, other.span))
    only = [right for right in said if right.only]
    for first in only:
        allowed = {right.who for right in only if right.span == first.span}
        for other in said:
            if other.who not in allowed and other.span != first.span and not other.forbidden:
                message = f"{what} is for {first.who} only, and for {other.who}"
                things.contradict(Clash(message, first.span, other.span))
    for first in [right for right in said if right.forbidden]:
        for other in given:
            if _includes(other, first, account):
                who = first.who if first.who == other.who else f"{other.who} and so {first.who}"
                message = f"{what}: {who} may, and may not"
                things.contradict(Clash(message, other.span, first.span))


def _includes(given: Right, denied: Right, account: str | None) -> bool:
    """Tell whether those who may are more than those who may not, or the same."""
    one, other = _is(given, account), _is(denied, account)
    wider = one == "public" or (one == "authenticated" and other != "public" and not given.own)
    return wider or one == other
