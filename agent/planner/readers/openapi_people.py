"""Whose accounts are they? The one resource of a document whose rows have a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner import names
from agent.planner.readers.openapi_credentials import NotPlainError, secret_of
from agent.planner.readers.openapi_document import is_name
from agent.planner.readers.openapi_paths import folded
from agent.planner.readers.openapi_resources import Resource, overlap, stems_of

if TYPE_CHECKING:
    from agent.planner.readers.openapi_resources import Found, Use
    from agent.planner.readers.openapi_schemas import Shape, Shapes

REGISTER = frozenset({"register", "registration", "signup"})
"""What the paths are called under which people make their accounts."""
_PLAIN = frozenset({None, "", "email", "password", "string", "text"})
_CLOSED = frozenset(
    {"approved", "archived", "banned", "blocked", "closed", "deactivated", "deleted", "disabled"}
    | {"frozen", "inactive", "locked", "pending", "revoked", "suspended", "terminated"}
)
"""What accounts are that nobody signs in with: marks of it that are not honoured here."""


def user_of(
    shapes: Shapes, found: Found, sent: Shape, registers: list[Use], mes: list[Use]
) -> Resource:
    """Return the one resource whose rows have a password; ``sent`` is what signs in.

    Raises:
        NotPlainError: there is none, or several.

    """
    fitting = [
        resource
        for resource in found.resources.values()
        if any(secret_of(shapes, s) and s.pointer != sent.pointer for _, s in resource.sent)
    ]
    others = [each for each in fitting if each.key not in REGISTER]
    if len(others) == 1 and all(_makes(use, others[0]) for use in registers):
        fitting = others
    if len(fitting) > 1:
        who = " or ".join(resource.name for resource in fitting)
        raise NotPlainError(f"whether it is a {who} is not said")
    user = fitting[0] if fitting else None
    if user is not None and user.key not in REGISTER:
        return user
    if not registers:
        raise NotPlainError("nothing says who has a password")
    answers = [u.answered.shape for u in mes if u.answered]
    answers += [u.answered.shape for u in registers if u.answered and _shows_row(u)]
    others = [
        resource
        for resource in found.resources.values()
        if resource is not user and any(_is_same(a, s) for a in answers for s in resource.shown)
    ]
    if len(others) == 1:
        return others[0]
    if others or not answers:
        raise NotPlainError("nothing says whose password it is")
    name = next((stems_of(shape.name)[-1] for shape in answers if shape.name), "User")
    if folded(name) in found.resources:
        raise NotPlainError(f"what a {name} is, is said twice")
    return _renamed(found, user, name)


def _makes(use: Use, resource: Resource) -> bool:
    """Tell whether who registers is shown as a row of a resource."""
    shape = use.answered.shape if use.answered else None
    if shape is None or not shape.name:
        return False
    return any(each.name and _is_same(shape, each) for each in resource.shown)


def _shows_row(use: Use) -> bool:
    """Tell whether who registers is shown, and not only given a token."""
    given, answered = use.given, use.answered
    return bool(given and answered and overlap(answered.shape, given.shape))


def _is_same(one: Shape, other: Shape) -> bool:
    """Tell whether two answers show the same kind of row."""
    if one.name and other.name:
        return folded(stems_of(one.name)[-1]) == folded(stems_of(other.name)[-1])
    return one.properties.keys() == other.properties.keys()


def _renamed(found: Found, user: Resource | None, name: str) -> Resource:
    """Return the resource of who signs in under a name of its own, and not that of a path."""
    key = folded(name)
    if user is None:
        return found.resources.setdefault(key, Resource(key, name))
    del found.resources[user.key]
    for place, other in found.collections.items():
        found.collections[place] = key if other == user.key else other
    for use in found.uses:
        use.resource = key if use.resource == user.key else use.resource
    user.key, user.name = key, name
    found.resources[key] = user
    return user


def shapes_of(user: Resource, registers: list[Use], mes: list[Use]) -> list[Shape]:
    """Return all that is shown or sent of who signs in."""
    shown = [use.answered.shape for use in mes if use.answered]
    given = [use.given.shape for use in registers if use.given]
    return [*user.shown, *(shape for _, shape in user.sent), *given, *shown]


def members_of(user: Resource) -> list[str]:
    """Return the names of all that is shown or sent of rows."""
    every = shapes_of(user, [], [])
    return list(dict.fromkeys(wire for shape in every for wire in shape.properties))


def texts_of(shapes: Shapes, every: list[Shape]) -> list[str]:
    """Return the names of what is a plain text wherever it is shown or sent: a name may be one."""
    found: dict[str, bool] = {}
    for shape in every:
        for wire, part in shape.properties.items():
            inner = shapes.of(part)
            is_text = inner.kind == "string" and not inner.enum and inner.format in _PLAIN
            found[wire] = found.get(wire, is_name(wire)) and is_text
    return [wire for wire, is_text in found.items() if is_text]


def closed_by(shapes: Shapes, every: list[Shape]) -> str | None:
    """Return a mark that may keep an account out, and would not."""
    for shape in every:
        for wire, part in shape.properties.items():
            said = (wire, *map(str, shapes.of(part).enum))
            if any(_CLOSED.intersection(names.ascii_words(each)) for each in said):
                return wire
    return None
