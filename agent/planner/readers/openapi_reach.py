"""Whose are rows of which no owner is plain? What hints at somebody is closed, not everybody's."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from agent.planner import names
from agent.planner.access import infer_owners
from agent.planner.notes import Notes
from agent.planner.readers.openapi_members import is_key_of
from agent.planner.readers.openapi_owners import MAKERS
from agent.planner.readers.openapi_paths import folded
from agent.some import some
from agent.types import AccessRules, Auth, AuthMethod, BackendSpec, RelationKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from agent.planner.readers.openapi_calls import Call
    from agent.planner.readers.openapi_document import Document
    from agent.planner.readers.openapi_entities import Kept
    from agent.planner.readers.openapi_members import Member
    from agent.types import Entity

_SIGNED_IN = ("authenticated",)
_ADMIN = (Auth().admin_role,)
_KEYS = frozenset({"email", "id", "login", "username", "uuid"})
_WHO_ASKS = frozenset({"current", "currentuser", "me", "mine", "my", "self"})
_FEW = ("admin", "backoffice", "superadmin", "superuser")
_OTHERS = frozenset({"or", "own", "owner", "self"})
"""Words of what speaks of administrators, and not of them alone."""


class Reach:
    """Who may do what to the rows of all entities, where people sign in."""

    def __init__(self, kept: Mapping[str, Kept], user: str, *, have_roles: bool) -> None:
        """Find the owners of rows; with ``have_roles`` people are not all alike."""
        self._kept, self._user, self._have_roles = kept, kept[user], have_roles
        self._every = tuple(
            each.entity().model_copy(update={"crud": (), **self._of_senders(each)})
            for each in kept.values()
        )
        auth = Auth(method=AuthMethod.JWT, user=self._user.name)
        found = infer_owners(BackendSpec(auth=auth, entities=self._every), Notes()).entities
        self._owned = {entity.name for entity in found if entity.owner}
        self._hinted = self._all_hinted()

    def _of_senders(self, kept: Kept) -> dict[str, AccessRules]:
        """Return who may do what to rows of which a body says whose they are: it may be anybody."""
        key = self._user.thing.resource.key
        is_said = any(m.target == key and m.sent for m in kept.thing.members.values())
        return {"access": _for(_ADMIN)} if is_said and kept is not self._user else {}

    def _all_hinted(self) -> set[str]:
        """Return the entities that may be somebody's, and those below such rows or owned ones."""
        found = {kept.name for kept in self._kept.values() if self._hints(kept)}
        found |= {r.target for r in self._user.relations.values() if _is_to_many(r.kind)}
        found -= {*self._owned, self._user.name}
        closed = {*found, *self._owned}
        while True:
            below = {
                entity.name
                for entity in self._every
                if entity.name not in {*closed, self._user.name}
                and any(r.target in closed and not _is_to_many(r.kind) for r in entity.relations)
            }
            if not below:
                return found
            found |= below
            closed |= below

    def _hints(self, kept: Kept) -> bool:
        """Tell whether rows name a user, or have a field that is called like who made them."""
        leads = any(r.target == self._user.name for r in kept.relations.values())
        return leads or any(self._names_somebody(m) for m in kept.thing.members.values())

    def _names_somebody(self, member: Member) -> bool:
        words = names.ascii_words(member.wire)
        is_user = {*words} & MAKERS or folded("".join(words)).startswith(folded(self._user.name))
        is_key = bool(words) and words[-1] in _KEYS
        is_row = member.shape.is_object or (member.shape.kind == "integer" and len(words) == 1)
        return (
            "by" in words[-2:]
            or bool(is_user and (is_key or is_row))
            or (len(words) > 1 and is_key and self._may_be_key(member))
        )

    def _may_be_key(self, member: Member) -> bool:
        """Tell whether a key that leads to nothing could be a person's (``recipientId``)."""
        return member.target is None and is_key_of(member.shape, self._user.thing)

    def owns(self, name: str) -> bool:
        """Tell whether rows of an entity are plainly somebody's."""
        return name in self._owned or name == self._user.name

    def entities(self, document: Document) -> tuple[Entity, ...]:
        """Return the entities, with who may do what where no owner says it."""
        free = [
            e.name
            for e in self._every
            if e.name not in {*self._owned, *self._hinted, self._user.name}
        ]
        rules = _for(_SIGNED_IN)
        if hinted := sorted(self._hinted):
            document.assume(
                hinted[0],
                f"What the document protects of {some(hinted)} is admin's alone: it leads to a"
                f" {self._user.name}, or may, and whose a row is, is not said plainly.",
            )
        if free and self._have_roles:
            rules = AccessRules(list=_SIGNED_IN, read=_SIGNED_IN)
        elif free:
            what = "Whoever is signed in may do what the document protects, to all rows of"
            document.assume(free[0], f"{what} {some(free)}.")
        given = dict.fromkeys(free, rules) | dict.fromkeys(hinted, _for(_ADMIN))
        return tuple(
            e.model_copy(update={"access": given[e.name]}) if e.name in given else e
            for e in self._every
        )


def _for(permission: tuple[str, ...]) -> AccessRules:
    return AccessRules(**dict.fromkeys(AccessRules.model_fields, permission))


def _is_to_many(kind: RelationKind) -> bool:
    return kind is RelationKind.MANY_TO_MANY


def is_of_who_asks(call: Call) -> bool:
    """Tell whether a path is about rows of whoever asks (``/me/notes``)."""
    return any(folded(part) in _WHO_ASKS for part in call.path.split("/"))


def is_for_few(call: Call) -> bool:
    """Tell whether an operation is called like one for administrators."""
    told = f"{call.summary} {call.description}"
    is_also_of_others = _OTHERS.intersection(names.ascii_words(told))
    said = [call.path, call.operation_id or "", "" if is_also_of_others else told, *call.tags]
    return any(map(names_few, said))


def names_few(text: str) -> bool:
    """Tell whether a text speaks of administrators."""
    return any(word.startswith(_FEW) for word in names.ascii_words(text))


def asks_for_more(call: Call) -> bool:
    """Tell whether a token may not be enough: scopes are asked for, or who has one is refused."""
    return HTTPStatus.FORBIDDEN in call.codes or any(scopes_of(call))


def scopes_of(call: Call) -> Iterable[str]:
    """Return what an operation asks for of who calls it, beside a token."""
    given = call.security if isinstance(call.security, list) else []
    for each in given:
        for scopes in each.values() if isinstance(each, dict) else ():
            yield from map(str, scopes if isinstance(scopes, list) else ())
