"""Who signs in, and who may do what? The rights that words give, as rules of a spec."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.planner.names import pascal
from agent.planner.readers.prose_facts import Has, Right, Setting, Step
from agent.planner.readers.prose_rights import possible_states
from agent.planner.readers.prose_things import Clash, Thing
from agent.planner.readers.prose_ties import Said, Tie
from agent.planner.readers.prose_words import ACCOUNTS
from agent.types import AttributeType, AuthMethod

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.prose_facts import Fact
    from agent.planner.readers.prose_text import Span
    from agent.planner.readers.prose_things import Things

ADMIN = "admin"
_USER = "user"
_OPEN = frozenset({"public", "authenticated"})
Rule = dict[str, list[Right]]


@dataclass(slots=True)
class Access:
    """How people sign in, as which entity, and what they may.

    ``rules`` hold for an entity's key and an action who may; ``steps`` for an entity's key the
    roles of a field's state.
    """

    method: AuthMethod = AuthMethod.NONE
    account: str | None = None
    rules: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    owned: set[str] = field(default_factory=set)
    steps: dict[str, dict[tuple[str, str], list[str]]] = field(default_factory=dict)
    ties: list[Tie] = field(default_factory=list)


def access(facts: Sequence[Fact], things: Things, ties: Sequence[Tie]) -> Access:
    """Return who may what; what two sentences say against each other is among the clashes."""
    rights = [fact for fact in facts if isinstance(fact, Right)]
    steps = [fact for fact in facts if isinstance(fact, Step)]
    found = Access()
    found.method = _method(facts, rights, steps, things)
    if found.method is AuthMethod.NONE:
        return found
    found.account = _account(facts, rights, things)
    if found.account:
        things.assume(f"{pascal(found.account)} is who signs in.", pascal(found.account))
    _owners(rights, found, things, ties)
    per = _by_entity(rights, found, things)
    for key, rule in per.items():
        found.rules[key] = {
            action: _who(said, key, action, found, things) for action, said in rule.items()
        }
    if rights:
        about = "auth"
        things.assume(
            f"Who may do something is who the words name, and nobody else but {ADMIN}, who may do"
            " everything.",
            about,
        )
    _steps(steps, found, things)
    return found


def _method(
    facts: Sequence[Fact], rights: Sequence[Right], steps: Sequence[Step], things: Things
) -> AuthMethod:
    said = [fact for fact in facts if isinstance(fact, Setting) and fact.key == "auth"]
    needing = next((right for right in rights if right.who != "public"), None)
    needs: Right | Step | None = needing or next(iter(steps), None)
    if said:
        method = AuthMethod(said[0].value)
        if method is AuthMethod.NONE and needs:
            message = "there is no signing in, and yet rights of some people only"
            things.clashes.append(Clash(message, said[0].span, needs.span))
        return method
    if needs:
        things.assume(f"People sign in with JWT: '{needs.span.text}' asks for it.", "auth")
        return AuthMethod.JWT
    password = next((f for f in facts if isinstance(f, Has) and _is_password(f)), None)
    if password:
        things.assume("People sign in with JWT: a password is kept.", "auth")
        return AuthMethod.JWT
    return AuthMethod.NONE


def _is_password(fact: Has) -> bool:
    return fact.item.type is AttributeType.PASSWORD or fact.item.name == "password"


def _account(facts: Sequence[Fact], rights: Sequence[Right], things: Things) -> str | None:
    """Find the entity that signs in: who has a password or something of their own, or is named so."""
    having = [things.key(f.entity) for f in facts if isinstance(f, Has) and _is_password(f)]
    own = [right.who for right in rights if right.own]
    acting = [right.who for right in rights]
    first = {right.who: right.span for right in reversed(rights)}
    for key in (*having, *own):
        if key in things.by_key:
            return key
    known = [key for key in ACCOUNTS if key in things.by_key]
    if chosen := next((key for key in known if key in acting), None) or next(iter(known), None):
        return chosen
    if _USER in acting:
        things.by_key[_USER] = Thing(_USER, first[_USER])
        return _USER
    return None


def _owners(rights: Sequence[Right], found: Access, things: Things, ties: Sequence[Tie]) -> None:
    """See to it that what is somebody's own belongs to who signs in."""
    for right in rights:
        thing = things.of(right.entity)
        if not right.own or thing is None or not found.account or thing.key == found.account:
            continue
        found.owned.add(thing.key)
        pair = {thing.key, found.account}
        if any({tie.left, tie.right} == pair for tie in (*ties, *found.ties)):
            continue
        said = Said("one", right.span, sure=True)
        found.ties.append(Tie(thing.key, found.account, right.span, rights=[said]))


def _by_entity(rights: Sequence[Right], found: Access, things: Things) -> dict[str, Rule]:
    """Sort the rights by entity and action; what is said of one entity stands above the rest."""
    general: Rule = {}
    per: dict[str, Rule] = {}
    for right in rights:
        thing = things.of(right.entity)
        if right.entity is not None and thing is None:
            things.unread.append(right.span)
            continue
        for action in right.actions:
            rule = per.setdefault(thing.key, {}) if thing else general
            rule.setdefault(action, []).append(right)
    for action, said in general.items():
        for key in things.by_key:
            if key == found.account and action in {"create", "list", "read"}:
                continue  # people register, and see themselves
            mine = per.setdefault(key, {})
            if action in mine:
                text = (
                    f"Of {pascal(key)} something of its own is said: '{mine[action][0].span.text}'."
                )
                things.assume(f"{text} It stands above '{said[0].span.text}'.", pascal(key))
            else:
                mine[action] = said
    return per


def _who(
    said: Sequence[Right], key: str, action: str, found: Access, things: Things
) -> tuple[str, ...]:
    granted = [right for right in said if not right.forbidden]
    _contradict(said, key, action, things)
    people: list[str] = []
    for right in granted:
        who = _named(right, key, action, found)
        people += [who] if who not in people else []
    if any(who in _OPEN for who in people):
        return ("public",) if "public" in people else ("authenticated",)
    if people == ["nobody"]:
        return ()
    return tuple(dict.fromkeys([*(who for who in people if who != "nobody"), ADMIN]))


def _named(right: Right, key: str, action: str, found: Access) -> str:
    is_account = right.who in {found.account, _USER, "authenticated"}
    own = right.own and (key in found.owned or key == found.account)
    if is_account and (own or (action == "create" and key in found.owned)):
        return "owner"
    if is_account:
        return "authenticated"
    return "owner" if right.who == "owner" else right.who


def _contradict(said: Sequence[Right], key: str, action: str, things: Things) -> None:
    """Note where one sentence gives what another keeps for others, or takes away."""
    only = [right for right in said if right.only]
    for first in only:
        allowed = {right.who for right in only if right.span == first.span}
        for other in said:
            if other.who not in allowed and other.span != first.span and not other.forbidden:
                message = f"{action} {pascal(key)} is for {first.who} only, and for {other.who}"
                _once(things, Clash(message, first.span, other.span))
    for first in said:
        for other in said:
            if first.forbidden and not other.forbidden and first.who == other.who:
                message = f"{first.who} may {action} {pascal(key)}, and may not"
                _once(things, Clash(message, other.span, first.span))


def _once(things: Things, clash: Clash) -> None:
    known = {(each.first, each.second) for each in things.clashes}
    if (clash.first, clash.second) not in known and (clash.second, clash.first) not in known:
        things.clashes.append(clash)


def _steps(steps: Sequence[Step], found: Access, things: Things) -> None:
    """Give the steps of state machines to those who may take them."""
    for step in steps:
        thing = things.of(step.entity)
        states = possible_states(step.past)
        reached = [
            (item.name, target)
            for item in (thing.fields.values() if thing else ())
            for _, target in item.steps
            if target in states
        ]
        if thing is None or not reached:
            _unread_once(things, step.span)
            continue
        for place in reached:
            roles = found.steps.setdefault(thing.key, {}).setdefault(place, [])
            roles += [step.who] if step.who not in roles else []


def _unread_once(things: Things, span: Span) -> None:
    if span not in things.unread:
        things.unread.append(span)
