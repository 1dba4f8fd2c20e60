"""Who may do what? Owners of rows, roles, and the permissions that a spec leaves open.

Only where the spec asks for authentication; with ``auth none`` every operation is public. Whoever
has a key is nobody in particular: keys know ``public`` and ``authenticated`` alone.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from agent.types import (
    AccessRules,
    AuthMethod,
    BackendSpec,
    DeleteBehaviour,
    Entity,
    KeyPlace,
    OperationKind,
    ParameterPlace,
    Permission,
    RelationKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.planner.notes import Notes
    from agent.types import Operation, Paging

_ALIKE = 0.8
_NO_ROLES = frozenset({"public", "authenticated", "owner"})


def place_keys(spec: BackendSpec, notes: Notes) -> BackendSpec:
    """Return the spec with a place for keys, where it wants some and does not say where."""
    if spec.auth.method is not AuthMethod.KEYS or spec.auth.keys:
        return spec
    key = KeyPlace(place="header", name="X-API-Key")
    notes.assume(f"A key is given in the header {key.name}.", "auth.keys")
    return spec.model_copy(update={"auth": spec.auth.model_copy(update={"keys": (key,)})})


def check_keys(spec: BackendSpec, notes: Notes) -> None:
    """Add a fault for every key in the query that has the name of what narrows a list.

    Rows would be looked for by the secret.
    """
    if spec.auth.method is not AuthMethod.KEYS:
        return
    for index, key in enumerate(spec.auth.keys):
        asked = (o.name for o in spec.operations if key.name in _asked(o, spec.api.paging))
        if key.place == "query" and (name := next(asked, None)):
            notes.fault(
                f"/auth/keys/{index}",
                f"The key in the query parameter '{key.name}' has the name of what '{name}' asks"
                " its clients for.",
                "another name for one of them, or the key in a header",
            )


def _asked(operation: Operation, paging: Paging) -> Iterator[str]:
    """Yield the parameters of the query that decide on what an operation answers."""
    for parameter in operation.parameters:
        if parameter.place is ParameterPlace.QUERY and parameter.binds is not None:
            yield parameter.name
    if operation.kind is OperationKind.LIST and operation.paginated:
        yield from (paging.offset_parameter or paging.page_parameter, paging.limit_parameter)
    if operation.search:
        yield paging.search_parameter
    if operation.sort:
        yield paging.sort_parameter
        if paging.order_parameter is not None:
            yield paging.order_parameter


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
        others = sorted({*known, *_NO_ROLES, spec.auth.admin_role})
        for meant in difflib.get_close_matches(role, others, n=1, cutoff=_ALIKE):
            notes.warn("role", f"'{role}' is taken for a role: did you mean '{meant}'?")
    auth = spec.auth.model_copy(update={"roles": (*spec.auth.roles, *missing)})
    return spec.model_copy(update={"auth": auth})


def tell_of_steps(spec: BackendSpec, notes: Notes) -> None:
    """Warn of roles that may take a step, and may not change the rows that it is taken on."""
    for index, entity in enumerate(spec.entities):
        may = entity.access.update or ()
        if "owner" not in may:
            continue
        steps = [step for attribute in entity.attributes for step in attribute.transitions]
        for role in dict.fromkeys(role for step in steps for role in step.roles):
            if role not in {*may, *_NO_ROLES, spec.auth.admin_role}:
                notes.warn(
                    "step-out-of-reach",
                    f"{entity.name}: '{role}' may take a step, but only on rows of their own."
                    f" `allow update: {', '.join([*may, role])}` lets them take it on others'.",
                    f"/entities/{index}",
                )


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
        return _without_accounts(spec, notes)
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


def _without_accounts(spec: BackendSpec, notes: Notes) -> BackendSpec:
    """Open everything to everybody, or to whoever has a key, but what is forbidden to everybody."""
    keyed = spec.auth.method is AuthMethod.KEYS
    known = {"public", "authenticated"} if keyed else {"public"}
    if keyed and any(r is None for e in spec.entities if e.crud != () for _, r in e.access):
        notes.assume("Every operation needs a key, where the spec says nothing else.", "auth")
    entities = []
    for i, entity in enumerate(spec.entities):
        ruled = [action for action, rule in entity.access if not known.issuperset(rule or ())]
        if ruled:
            why = "Nobody has an account: whoever has a key" if keyed else "Without authentication"
            notes.warn(
                "rules-without-accounts",
                f"{why} {'may' if keyed else 'everybody may'} do everything: what is said about who"
                f" may {', '.join(ruled)} {entity.name} is not used.",
                f"/entities/{i}/access",
            )
        rules: dict[str, Permission] = {
            action: () if rule == () else _anybody(rule, keyed=keyed)
            for action, rule in entity.access
        }
        entities.append(entity.model_copy(update={"access": AccessRules(**rules)}))
    return spec.model_copy(update={"entities": tuple(entities)})


def _anybody(rule: Permission | None, *, keyed: bool) -> Permission:
    return ("authenticated",) if keyed and "public" not in (rule or ()) else ("public",)


def _default_rules(entity: Entity, spec: BackendSpec) -> dict[str, Permission]:
    admin: Permission = (spec.auth.admin_role,)
    both: Permission = ("owner", spec.auth.admin_role)
    if entity.name == spec.auth.user:
        return {"list": admin, "read": both, "create": admin, "update": both, "delete": admin}
    if entity.owner:
        return {"list": both, "read": both, "create": both, "update": both, "delete": both}
    anyone: Permission = ("authenticated",)
    return {"list": anyone, "read": anyone, "create": admin, "update": admin, "delete": admin}
