"""Who signs in? The user entity, with what an account needs.

Only where the spec asks for authentication; with ``auth none`` there are no accounts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.types import (
    Access,
    Attribute,
    AttributeType,
    AuthMethod,
    BackendSpec,
    Entity,
    Index,
)

if TYPE_CHECKING:
    from pydantic import JsonValue

    from agent.planner.notes import Notes

PASSWORD_NAMES = frozenset(
    {"password", "password_hash", "hashed_password", "passwd", "passwordhash", "pwd", "pwd_hash"}
)
RIGHTS = frozenset(
    {"role", "is_admin", "is_staff", "is_superuser", "admin", "superuser", "isadmin", "user_role"}
)
"""Names of what may be read elsewhere as a right."""
# An argon2 hash with the library's own parameters is 97 characters long.
HASH_LENGTH = 255


def account(spec: BackendSpec) -> Entity | None:
    """Return the entity that people sign in with, where there is one: by its name, or its table."""
    if spec.auth.method is not AuthMethod.JWT:
        return None
    wanted = spec.auth.user.lower()
    found = next((e for e in spec.entities if e.name.lower() == wanted), None)
    return found or next((e for e in spec.entities if (e.table or "").lower() == wanted), None)


def ensure_accounts(spec: BackendSpec, notes: Notes) -> BackendSpec:
    """Return the spec with a user entity that can sign in; works on the names as given."""
    if spec.auth.method is not AuthMethod.JWT:
        return spec
    auth = spec.auth
    user = account(spec)
    if user is None:
        notes.assume(f"An entity {auth.user} is added: somebody has to sign in.", auth.user)
        user = Entity(name=auth.user)
        spec = spec.model_copy(update={"entities": (*spec.entities, user)})
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

    # "old_password" is a password as well, and not the one to sign in with
    wanted = auth.password.lower()
    passwords = sorted(
        (a.name for a in user.attributes if a.type is AttributeType.PASSWORD),
        key=lambda name: (name.lower() != wanted, name.lower() not in PASSWORD_NAMES),
    )
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
    guarded: dict[str | None, JsonValue] = {roles: [auth.roles[0]], active: True}
    attributes = tuple(
        _unprivileged(
            _account_attribute(a, login=login, password=password, guarded=guarded), spec, notes
        )
        for a in (*user.attributes, *added)
    )
    indexes = _without_login(user, login, notes)
    updated = user.model_copy(
        update={"attributes": attributes, "indexes": indexes, "owner": user.owner or "self"}
    )
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


def _without_login(user: Entity, login: str, notes: Notes) -> tuple[Index, ...]:
    """Return an account's indexes without those that would let some logins be there twice."""
    partial = [
        index
        for index in user.indexes
        if index.unique and index.where is not None and index.attributes == (login,)
    ]
    for index in partial:
        notes.assume(
            f"{user.name}.{login} is there once in all rows, not only where {index.where}: people"
            " sign in with it.",
            f"{user.name}.{login}",
        )
    return tuple(index for index in user.indexes if index not in partial)


def _account_attribute(
    attribute: Attribute, *, login: str, password: str, guarded: dict[str | None, JsonValue]
) -> Attribute:
    if attribute.name == login:
        update: dict[str, object] = {"unique": True, "nullable": False}
        if attribute.type in {AttributeType.STRING, AttributeType.TEXT}:
            update["min_length"] = attribute.min_length or 1  # nobody is called nothing
        return attribute.model_copy(update=update)
    if attribute.name == password:
        return attribute.model_copy(
            update={"type": AttributeType.PASSWORD, "nullable": False, "default": None}
        )
    if attribute.name in guarded:
        update = {"nullable": False}
        if attribute.access is Access.READ_WRITE:
            update["access"] = Access.READ_ONLY
        if attribute.default is None:
            update["default"] = guarded[attribute.name]
        return attribute.model_copy(update=update)
    return attribute


def _unprivileged(attribute: Attribute, spec: BackendSpec, notes: Notes) -> Attribute:
    """Keep users from giving themselves what may be read elsewhere as a right."""
    is_right = attribute.name.lower() in RIGHTS and attribute.access is Access.READ_WRITE
    if not is_right or attribute.array:
        return attribute
    update: dict[str, object] = {"access": Access.READ_ONLY}
    if not attribute.nullable and attribute.default is None:
        start = _least_right(attribute, spec)
        if start is None:
            return attribute
        update["default"] = start
    about = f"{spec.auth.user}.{attribute.name}"
    notes.assume(
        f"{about} is shown, but no client sets it: what an account may do is in"
        f" {spec.auth.roles_attribute}.",
        about,
    )
    return attribute.model_copy(update=update)


def _least_right(attribute: Attribute, spec: BackendSpec) -> JsonValue:
    role = spec.auth.roles[0]
    if attribute.type is AttributeType.BOOLEAN:
        return False
    if attribute.type is AttributeType.ENUM:
        values = next((e.values for e in spec.enums if e.name == attribute.enum), ())
        return next((value for value in values if value.lower() == role.lower()), None)
    if attribute.type in {AttributeType.STRING, AttributeType.TEXT}:
        return role if len(role) <= (attribute.length or len(role)) else None
    return None
