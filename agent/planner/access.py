"""Who may do what? Owners of rows, roles, and the permissions that a spec leaves open.

Only where the spec asks for authentication; with ``auth none`` every operation is public.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.types import (
    AccessRules,
    AuthMethod,
    BackendSpec,
    DeleteBehaviour,
    Entity,
    Permission,
    RelationKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.planner.notes import Notes

_NO_ROLES = frozenset({"public", "authenticated", "owner"})


def name_roles(spec: BackendSpec, notes: Notes) -> BackendSpec:
    """Return the spec with every role that it mentions among the roles of its accounts."""
    if spec.auth.method is not AuthMethod.JWT:
        return spec
    known = dict.fromkeys(spec.auth.roles)
    missing = [r for r in dict.fromkeys(_mentioned(spec)) if r not in {*known, *_NO_ROLES}]
    for role in missing:
        notes.assume(
            f"'{role}' is a role: rules name it, the list of roles does not.", "auth.roles"
        )
    auth = spec.auth.model_copy(update={"roles": (*spec.auth.roles, *missing)})
    return spec.model_copy(update={"auth": auth})


def _mentioned(spec: BackendSpec) -> Iterator[str]:
    yield spec.auth.admin_role
    for entity in spec.entities:
        for _, rule in entity.access:
            yield from rule or ()
        for attribute in entity.attributes:
            for step in attribute.transitions:
                yield from step.roles
    for operation in spec.operations:
        yield from operation.permission or ()


def infer_owners(spec: BackendSpec, notes: Notes) -> BackendSpec:
    """Give an owner to what plainly belongs to a user: one required relation that leads to one."""
    if spec.auth.method is not AuthMethod.JWT:
        return spec
    owners = {e.name: e.owner for e in spec.entities}
    changed = True
    while changed:
        changed = False
        for entity in spec.entities:
            path = None if owners[entity.name] else _owner_path(entity, spec, owners)
            if path is not None:
                owners[entity.name] = path
                notes.assume(
                    f"Rows of {entity.name} belong to the user at '{path}': only that user and"
                    f" {spec.auth.admin_role} may read and change them.",
                    entity.name,
                )
                changed = True
    return spec.model_copy(
        update={
            "entities": tuple(e.model_copy(update={"owner": owners[e.name]}) for e in spec.entities)
        }
    )


def _owner_path(entity: Entity, spec: BackendSpec, owners: dict[str, str | None]) -> str | None:
    rules = [rule for _, rule in entity.access if rule]  # what nobody may says nothing of owners
    if rules and not any("owner" in rule for rule in rules):
        return None
    to_one = [r for r in entity.relations if r.kind is not RelationKind.MANY_TO_MANY]
    to_user = [r for r in to_one if r.target == spec.auth.user]
    if to_user:
        only = to_user[0] if len(to_user) == 1 else None
        return only.name if only and not only.nullable else None
    parents = [
        r
        for r in to_one
        if not r.nullable
        and r.target != entity.name
        and r.on_delete is DeleteBehaviour.CASCADE
        and (owners[r.target] or "self") != "self"
    ]
    if len(parents) != 1:
        return None
    return f"{parents[0].name}.{owners[parents[0].target]}"


def default_access(spec: BackendSpec, notes: Notes) -> BackendSpec:
    """Fill in every access rule that the spec leaves open, on the safe side."""
    if spec.auth.method is not AuthMethod.JWT:
        public: Permission = ("public",)
        for i, entity in enumerate(spec.entities):
            ruled = [action for action, rule in entity.access if rule and rule != public]
            if ruled:
                notes.warn(
                    "rules-without-accounts",
                    f"Without authentication everybody may do everything: what is said about who"
                    f" may {', '.join(ruled)} {entity.name} is not used.",
                    f"/entities/{i}/access",
                )
        opened = tuple(
            e.model_copy(update={"access": AccessRules(**_opened(e.access))}) for e in spec.entities
        )
        return spec.model_copy(update={"entities": opened})
    entities: list[Entity] = []
    for entity in spec.entities:
        defaults = _default_rules(entity, spec)
        if entity.owner is None and any("owner" in (rule or ()) for _, rule in entity.access):
            notes.fault(
                f"/entities/{len(entities)}/access",
                f"'owner' may act on {entity.name}, but who owns a row is not said.",
                f"a path of relations that ends at {spec.auth.user}, such as 'owner order.user'",
            )
        given = {k: v for k, v in entity.access if v is not None}
        if len(given) < len(AccessRules.model_fields) and entity.owner is None:
            notes.assume(
                f"{entity.name} belongs to nobody: every signed-in user may read it, only"
                f" {spec.auth.admin_role} may change it, where the spec says nothing else.",
                entity.name,
            )
        entities.append(entity.model_copy(update={"access": AccessRules(**{**defaults, **given})}))
    return spec.model_copy(update={"entities": tuple(entities)})


def _opened(rules: AccessRules) -> dict[str, Permission]:
    """Open to everybody what is not forbidden to everybody."""
    return {action: () if rule == () else ("public",) for action, rule in rules}


def _default_rules(entity: Entity, spec: BackendSpec) -> dict[str, Permission]:
    admin: Permission = (spec.auth.admin_role,)
    both: Permission = ("owner", spec.auth.admin_role)
    if entity.name == spec.auth.user:
        return {"list": admin, "read": both, "create": admin, "update": both, "delete": admin}
    if entity.owner:
        return {"list": both, "read": both, "create": both, "update": both, "delete": both}
    anyone: Permission = ("authenticated",)
    return {"list": anyone, "read": anyone, "create": admin, "update": admin, "delete": admin}
