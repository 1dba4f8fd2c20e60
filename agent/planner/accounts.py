"""Who signs in, and who owns what? The user entity, ownership and the default permissions.

Only where the spec asks for authentication; with ``auth none`` every operation is public.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.types import (
    Access,
    AccessRules,
    Attribute,
    AttributeType,
    AuthMethod,
    BackendSpec,
    DeleteBehaviour,
    Entity,
    Permission,
    RelationKind,
)

if TYPE_CHECKING:
    from agent.planner.notes import Notes

PASSWORD_NAMES = frozenset(
    {"password", "password_hash", "hashed_password", "passwd", "passwordhash", "pwd", "pwd_hash"}
)
# An argon2 hash with the library's own parameters is 97 characters long.
HASH_LENGTH = 255


def ensure_accounts(spec: BackendSpec, notes: Notes) -> BackendSpec:
    """Return the spec with a user entity that can sign in; works on the names as given."""
    if spec.auth.method is AuthMethod.NONE:
        return spec
    auth = spec.auth
    user = next((e for e in spec.entities if e.name.lower() == auth.user.lower()), None)
    if user is None:
        notes.assume(f"An entity {auth.user} is added: somebody has to sign in.", auth.user)
        user = Entity(name=auth.user)
        spec = spec.model_copy(update={"entities": (user, *spec.entities)})
    have = {a.name: a for a in user.attributes}
    lowered = {name.lower(): name for name in have}
    added = []

    def ensure(wanted: str, **facts: object) -> str:
        if wanted.lower() in lowered:
            return lowered[wanted.lower()]
        notes.assume(f"{auth.user}.{wanted} is added for signing in.", f"{auth.user}.{wanted}")
        made = Attribute.model_validate({"name": wanted, **facts})
        added.append(made)
        return wanted

    passwords = [a.name for a in user.attributes if a.type is AttributeType.PASSWORD]
    passwords += [name for name in have if name.lower() in PASSWORD_NAMES]
    login = ensure(auth.login, type="email", length=255, unique=True)
    password = passwords[0] if passwords else ensure(auth.password, type="password")
    active = auth.active and ensure(
        auth.active, type="boolean", default=True, access=Access.READ_ONLY
    )
    roles = ensure(
        auth.roles_attribute,
        type="string",
        length=50,
        array=True,
        default=[auth.roles[0]],
        access=Access.READ_ONLY,
    )
    attributes = tuple(
        _account_attribute(a, login=login, password=password, guarded={roles, active})
        for a in (*user.attributes, *added)
    )
    updated = user.model_copy(update={"attributes": attributes, "owner": user.owner or "self"})
    return spec.model_copy(
        update={
            "entities": tuple(updated if e.name == user.name else e for e in spec.entities),
            "auth": auth.model_copy(
                update={
                    "user": user.name,
                    "login": login,
                    "password": password,
                    "roles_attribute": roles,
                    "active": active,
                }
            ),
        }
    )


def _account_attribute(
    attribute: Attribute, *, login: str, password: str, guarded: set[str | None]
) -> Attribute:
    if attribute.name == login:
        return attribute.model_copy(update={"unique": True, "nullable": False})
    if attribute.name == password:
        return attribute.model_copy(update={"type": AttributeType.PASSWORD, "nullable": False})
    if attribute.name in guarded and attribute.access is Access.READ_WRITE:
        return attribute.model_copy(update={"access": Access.READ_ONLY})
    return attribute


def infer_owners(spec: BackendSpec, notes: Notes) -> BackendSpec:
    """Give an owner to what plainly belongs to a user: one required relation that leads to one."""
    if spec.auth.method is AuthMethod.NONE:
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
    rules = [rule for _, rule in entity.access if rule is not None]
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
    if spec.auth.method is AuthMethod.NONE:
        public: Permission = ("public",)
        rules = AccessRules(list=public, read=public, create=public, update=public, delete=public)
        opened = tuple(e.model_copy(update={"access": rules}) for e in spec.entities)
        return spec.model_copy(update={"entities": opened})
    entities: list[Entity] = []
    for entity in spec.entities:
        defaults = _default_rules(entity, spec)
        if entity.owner is None and any("owner" in (rule or ()) for _, rule in entity.access):
            notes.fault(
                f"/entities/{len(entities)}/owner",
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


def _default_rules(entity: Entity, spec: BackendSpec) -> dict[str, Permission]:
    admin: Permission = (spec.auth.admin_role,)
    both: Permission = ("owner", spec.auth.admin_role)
    if entity.name == spec.auth.user:
        return {"list": admin, "read": both, "create": admin, "update": both, "delete": admin}
    if entity.owner:
        return {"list": both, "read": both, "create": both, "update": both, "delete": both}
    anyone: Permission = ("authenticated",)
    return {"list": anyone, "read": anyone, "create": admin, "update": admin, "delete": admin}
