"""Who signs in, and who may do what? The rights that words give, as rules of a spec."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from agent.planner.accounts import PASSWORD_NAMES
from agent.planner.names import pascal
from agent.planner.readers import prose_words as words
from agent.planner.readers.prose_facts import Link, Right, Setting, Step
from agent.planner.readers.prose_fields import holds_password
from agent.planner.readers.prose_rules import ADMIN, USER, rules
from agent.planner.readers.prose_steps import possible_states
from agent.planner.readers.prose_things import Clash, Thing
from agent.planner.readers.prose_ties import Said, Tie, settled
from agent.planner.readers.prose_verbs import makers
from agent.types import AuthMethod

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.prose_facts import Fact, Item
    from agent.planner.readers.prose_things import Things

_ALL = frozenset({"public", "authenticated"})


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
    rights = [_whose(fact, ties, things) for fact in facts if isinstance(fact, Right)]
    steps = [fact for fact in facts if isinstance(fact, Step)]
    found = Access()
    found.method = _method(facts, rights, steps, things)
    if found.method is AuthMethod.NONE:
        return found
    rights = [_made(right, facts, things) for right in rights]
    found.account = _account(rights, things)
    if found.account:
        things.assume(f"{pascal(found.account)} is who signs in.", pascal(found.account))
    kept = [item.name for item in _passwords(things.by_key[found.account])] if found.account else []
    if kept and not PASSWORD_NAMES.intersection(kept):
        things.assume(f"'{kept[0]}' is the password to sign in with.", pascal(found.account or ""))
    rights = [right for right in rights if _is_clear(right, found, things, ties)]
    _owners(rights, found, things, ties)
    found.rules = rules(rights, found.account, found.owned, things)
    if rights:
        text = "Who may do something is who the words name, and nobody else but"
        things.assume(f"{text} {ADMIN}, who may do everything.", "auth")
    _steps(steps, found, things)
    return found


def _whose(right: Right, ties: Sequence[Tie], things: Things) -> Right:
    """Take "the author" of "only the author can edit a post" as the one whose it is."""
    thing = things.of(right.entity)
    pair = {thing.key, right.who} if right.the and thing else set()
    is_linked = any({tie.left, tie.right} == pair for tie in ties)
    return replace(right, own=True) if is_linked else right


def _made(right: Right, facts: Sequence[Fact], things: Things) -> Right:
    """Take "the author" as the user whose it is, where an author is nothing that is kept."""
    thing = things.of(right.entity)
    if (
        thing is None
        or not (right.the or right.own)
        or right.who in {*things.by_key, *thing.fields}
    ):
        return right
    verbs = {
        f.verb for f in facts if isinstance(f, Link) and things.of(f.right) is thing and f.verb
    }
    names = words.MAKERS.union(*(makers(verb) for verb in verbs))
    return replace(right, who=USER, own=True) if right.who in names else right


def _method(
    facts: Sequence[Fact], rights: Sequence[Right], steps: Sequence[Step], things: Things
) -> AuthMethod:
    said = [fact for fact in facts if isinstance(fact, Setting) and fact.key == "auth"]
    # also where everybody may: somebody else may do the rest
    needs: Right | Step | None = next(iter(rights), None) or next(iter(steps), None)
    password = next((item for t in things.by_key.values() for item in _passwords(t)), None)
    if said and AuthMethod(said[0].value) is not AuthMethod.NONE:
        return AuthMethod(said[0].value)
    if said and needs:
        message = "there is no signing in, and yet rights of some people only"
        things.clashes.append(Clash(message, said[0].span, needs.span))
    elif said and password:
        message = "there is no signing in, and yet a password"
        things.clashes.append(Clash(message, said[0].span, password.noun.span))
    if needs:
        things.assume(f"People sign in with JWT: '{needs.span.text}' asks for it.", "auth")
        return AuthMethod.JWT
    if password:
        things.assume("People sign in with JWT: a password is kept.", "auth")
        return AuthMethod.JWT
    return AuthMethod.NONE


def _passwords(thing: Thing) -> list[Item]:
    return [item for item in thing.fields.values() if holds_password(item)]


def _account(rights: Sequence[Right], things: Things) -> str | None:
    """Find the entity that signs in: it has a password, or something of its own, or is named so.

    Of a password for something else ("wifi password") only where the entity is named so.
    """
    having = [
        thing.key
        for thing in things.by_key.values()
        for item in _passwords(thing)
        if item.name in PASSWORD_NAMES
    ]
    own = [right.who for right in rights if right.own]
    acting = [right.who for right in rights]
    first = {
        who: right.span
        for right in reversed(rights)
        for who in (right.who, right.entity.key if right.entity else "")
    }
    for key in (*having, *own):
        if key in things.by_key:
            return key
    known = [key for key in words.ACCOUNTS if key in things.by_key]
    if chosen := next((key for key in known if key in acting), None) or next(iter(known), None):
        return chosen
    if USER in first:
        things.by_key[USER] = Thing(USER, first[USER])
        return USER
    return None


def _is_clear(right: Right, found: Access, things: Things, ties: Sequence[Tie]) -> bool:
    """Tell whether it is known on what a right is, and whose "their own" is: who signs in.

    "Only the leader can change an expedition" that has a leader means nobody's role.
    """
    thing = things.of(right.entity)
    is_account = right.who in {found.account, USER}
    of_row = right.the and thing is not None and right.who in thing.fields
    clear = (
        not of_row
        and not (right.own and thing is not None and _is_shared(thing, found, ties))
        and (thing is not None or right.entity is None)
        and not (right.own and (thing is None or found.account is None or not is_account))
    )
    if not clear:
        things.miss(right.span)
    return clear


def _is_shared(thing: Thing, found: Access, ties: Sequence[Tie]) -> bool:
    """Tell whether it is not one user that something belongs to, or not clear by which tie."""
    pair = {thing.key, found.account}
    between = [t for t in ties if {t.left, t.right} == pair and t.left != t.right]
    many = [t for t in between if settled(t.rights) == settled(t.lefts) == "many"]
    return bool(between) and len(between) - len(many) != 1


def _owners(rights: Sequence[Right], found: Access, things: Things, ties: Sequence[Tie]) -> None:
    """See to it that what is somebody's own belongs to who signs in."""
    for right in rights:
        thing = things.of(right.entity)
        if not right.own or thing is None or found.account is None or thing.key == found.account:
            continue
        found.owned.add(thing.key)
        pair = {thing.key, found.account}
        if any({tie.left, tie.right} == pair for tie in (*ties, *found.ties)):
            continue
        text = f"{thing.name} belongs to one {pascal(found.account)}: '{right.span.text}'."
        things.assume(text, thing.name)
        said = Said("one", right.span, sure=True)
        found.ties.append(Tie(thing.key, found.account, right.span, rights=[said]))


def _steps(steps: Sequence[Step], found: Access, things: Things) -> None:
    """Give the steps of state machines to those who may take them; to all, where all may."""
    first: dict[tuple[str, str, str], Step] = {}
    for step in steps:
        thing = things.of(step.entity)
        states = possible_states(step.past)
        reached = [
            (item.name, target)
            for item in (thing.fields.values() if thing else ())
            for _, target in item.steps
            if target in states
        ]
        if thing is None or not reached or step.who == "nobody":
            things.miss(step.span)
            continue
        for place in reached:
            other = first.setdefault((thing.key, *place), step)
            if (step.who in _ALL) != (other.who in _ALL):
                message = f"to {step.past} {thing.name} is for {other.who}, and for {step.who}"
                things.contradict(Clash(message, other.span, step.span))
            elif step.who not in _ALL:
                roles = found.steps.setdefault(thing.key, {}).setdefault(place, [])
                roles += [step.who] if step.who not in roles else []
