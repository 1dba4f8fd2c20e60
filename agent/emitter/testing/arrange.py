"""Who acts, on which row? The lines that a test begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter import parents
from agent.emitter.layout import quote
from agent.emitter.testing import optional_parents
from agent.emitter.testing.naming import made
from agent.planner import names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agent.emitter.facts import Facts
    from agent.emitter.testing.subject import Subject


def actor(test: Subject) -> list[str]:
    """Return the line that makes who acts; nobody, where everybody may."""
    if test.is_open:
        return []
    return [_user(test, "actor", [test.role] if test.role else None)]


def linked_to_actor(
    acting: Sequence[str], others: Sequence[str], collection: str, other: str
) -> list[str]:
    """Return the lines that make who acts, then another row, and link the two.

    A collection that no row was made with is not loaded: who acts begins with an empty one.
    """
    (line,) = acting
    begun = line.removesuffix(")")
    return [
        f"{begun}{'' if begun.endswith('(') else ', '}{collection}=[])",
        *others,
        f"actor.{collection}.append({other})",
        "await factory.save(actor)",
    ]


def actor_with(test: Subject, roles: Sequence[str]) -> list[str]:
    """Return who acts, with one of these roles as well."""
    if not roles or test.is_open:
        return actor(test)
    held = [roles[0]]
    if test.role and test.role != roles[0]:
        held.append(test.role)
    return [_user(test, "actor", held)]


def actor_with_other_roles(test: Subject) -> list[str]:
    """Return a user who has every role but those that may; an administrator may as well."""
    auth = test.facts.spec.auth
    enough = {*test.permission, auth.admin_role}
    return [_user(test, "actor", [role for role in auth.roles if role not in enough])]


def owner_and_stranger(test: Subject) -> list[str]:
    """Return a row's owner, and another user."""
    return [_user(test, "owner"), *stranger(test)]


def stranger(test: Subject) -> list[str]:
    """Return a user who owns nothing, without the rights that new users may have over others."""
    rights = {*test.permission, test.facts.spec.auth.admin_role}
    return [_user(test, "stranger", [] if rights & test.given_roles else None)]


def _user(test: Subject, variable: str, roles: Sequence[str] | None = None) -> str:
    auth = test.facts.spec.auth
    given = ""
    if roles is not None:
        given = f"{auth.roles_attribute}=[{', '.join(quote(role) for role in roles)}]"
    return f"{variable} = await factory.{names.variable_name(auth.user)}({given})"


def row(
    test: Subject,
    values: Mapping[str, str] | None = None,
    *,
    of: str = "actor",
    variable: str | None = None,
) -> list[str]:
    """Return the line that makes a row, which belongs to somebody where rows have owners."""
    values = dict(values or {})
    variable = test.row if variable is None else variable
    if test.is_self:
        return [f"{variable} = {of}"]
    above = (test.entity.owner or "").partition(".")[0]
    for head in parents.heads(test.operation):
        is_one = test.facts.step(test.entity.name, head)[1] and head != above
        if is_one and parents.readers(test.facts, test.operation, head) is not None:
            values.setdefault(head, parent_of(test, head, of))
    is_said = above in values
    owned = ""
    if test.is_owned and not is_said:
        owned = owned_by(test.facts, test.entity.name, test.entity.owner, of)
    above_lines = []
    if optional := optional_parents.given(test):
        if not optional.keys() & values.keys():
            above_lines = optional_parents.lines(test)
        values = {**optional, **values}
    parts = [owned, *(f"{name}={code}" for name, code in values.items())]
    return [*above_lines, made(test.entity.name, ", ".join(p for p in parts if p), variable)]


def parent_of(test: Subject, head: str, user: str) -> str:
    """Return what makes a parent of a nested path that belongs to a user."""
    target, _ = test.facts.step(test.entity.name, head)
    return made(target, owned_by(test.facts, target, test.facts.entities[target].owner, user))


def owned_by(facts: Facts, entity: str, owner: str | None, user: str) -> str:
    """Return the argument that makes a row belong to somebody, over a path of relations."""
    head, _, rest = (owner or "").partition(".")
    relation = facts.relation(entity, head)
    if relation is None:
        return ""
    if not rest:
        return f"{head}={user}"
    return f"{head}={made(relation.target, owned_by(facts, relation.target, rest, user))}"


def parent_arguments(test: Subject, head: str) -> str:
    """Return what makes a parent belong to the actor, where nobody else's would do."""
    target, _ = test.facts.step(test.entity.name, head)
    first, _, rest = (test.entity.owner or "").partition(".")
    if test.is_owned and first == head:
        return owned_by(test.facts, target, rest, "actor")
    if test.is_private(target):
        return owned_by(test.facts, target, test.facts.entities[target].owner, "actor")
    return ""
