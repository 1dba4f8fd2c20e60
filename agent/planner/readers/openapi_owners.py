"""Whose is a row? Of who makes it, where a field that nobody sends says a user by name or key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner import names
from agent.planner.readers.openapi_members import is_key_of
from agent.planner.readers.openapi_own_row import take_present
from agent.planner.readers.openapi_rights import open_accounts
from agent.types import OperationKind

if TYPE_CHECKING:
    from agent.planner.readers.openapi_accounts import Accounts
    from agent.planner.readers.openapi_document import Document
    from agent.planner.readers.openapi_members import Member, Thing
    from agent.planner.readers.openapi_resources import Found
    from agent.planner.readers.openapi_schemas import Shapes
    from agent.planner.readers.openapi_security import Security

MAKERS = frozenset({"author", "creator", "owner", "user"})
_KEYS = frozenset({"id", "uuid"})


def prepare(
    shapes: Shapes,
    security: Security,
    found: Found,
    accounts: Accounts | None,
    things: dict[str, Thing],
) -> dict[str, Thing]:
    """Return all things, where people sign in: their accounts are open, and rows may be theirs."""
    if accounts is None:
        return things
    user = things[accounts.user]
    take_present(user)
    open_accounts(shapes, user)
    open_makers = {
        use.resource
        for use in found.uses
        if use.kind is OperationKind.CREATE and security.is_open(use.call)
    }
    for thing in things.values():
        if thing is not user and thing.creates and thing.resource.key not in open_makers:
            _own(shapes.document, thing, user)
    return things


def _own(document: Document, thing: Thing, user: Thing) -> None:
    """Say that rows are of who makes them, where one field alone leads to a user."""
    for member in thing.members.values():
        if member.target is None and not member.sent and _names_maker(member, user):
            member.target, member.by_key = user.resource.key, True
    leading = [m for m in thing.members.values() if m.target == user.resource.key]
    stems = {_stem(member) for member in leading}
    is_one = len(stems) == 1 and stems <= MAKERS | {user.resource.key}
    if not is_one or any(m.sent or m.many for m in leading):
        return
    for member in leading:
        member.is_maker = True
    name = thing.resource.name
    document.assume(
        f"{name}.{leading[0].wire}",
        f"{name}.{leading[0].wire} is who makes it, as nobody sends it: only they and admin may"
        " read and change it.",
    )


def _stem(member: Member) -> str:
    """Return what a field is called, without the word that says that it is a key."""
    words = names.ascii_words(member.wire)
    return "".join(words[:-1] if member.by_key and words[-1] in _KEYS else words)


def _names_maker(member: Member, user: Thing) -> bool:
    """Tell whether a value is the key of who made a row."""
    words = names.ascii_words(member.wire)
    is_named = len(words) > 1 and words[-1] in _KEYS and "".join(words[:-1]) in MAKERS
    return is_named and is_key_of(member.shape, user)
