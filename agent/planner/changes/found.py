"""What in a plan does somebody mean? Entities and members, by the words for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.planner.names import singular

if TYPE_CHECKING:
    from agent.types import BackendSpec, Entity

_ARTICLES = ("the ", "a ", "an ", "each ", "every ", "all ", "its ", "their ")


@dataclass(frozen=True, slots=True)
class Member:
    """An attribute or a relation of an entity."""

    entity: str
    name: str


def entity_named(spec: BackendSpec, words: str) -> Entity | None:
    """Return the entity that words mean: ``order items`` is OrderItem, in any spelling."""
    exact = next((each for each in spec.entities if each.name == words.strip()), None)
    if exact is not None:
        return exact
    wanted = _plain(words)
    found = [each for each in spec.entities if _plain(each.name) == wanted]
    return found[0] if len(found) == 1 else None


def members_named(spec: BackendSpec, words: str) -> list[Member]:
    """Return the members that words may mean.

    They are said as ``Book.title``, ``the title of books``, ``books' title``, ``title in Book``, or
    alone, where several entities may have one of that name.
    """
    text = _without_article(words)
    for between in (".", " of ", " in ", " from "):
        first, found, second = text.partition(between)
        if found:
            owner, name = (first, second) if between == "." else (second, first)
            entity = entity_named(spec, owner)
            return [] if entity is None else _in(entity, name)
    owner, found, name = text.replace("'s ", "' ").partition("' ")
    if found and (entity := entity_named(spec, owner)):
        return _in(entity, name)
    return [member for entity in spec.entities for member in _in(entity, text)]


def _in(entity: Entity, words: str) -> list[Member]:
    name = words.strip()
    exact = [each for each in entity.member_names if each == name]
    wanted = _plain(words)
    found = exact or [each for each in entity.member_names if _plain(each) == wanted]
    return [Member(entity.name, each) for each in found]


def _plain(words: str) -> str:
    """Return what stays the same, however something is spelled: ``Order items`` -> orderitem."""
    text = _without_article(words)
    parts = text.replace("_", " ").replace("-", " ").split()
    if parts:
        parts[-1] = singular(parts[-1]) if len(parts[-1]) > 2 else parts[-1]  # noqa: PLR2004 - "is"
    return "".join(c for c in "".join(parts).lower() if c.isalnum())


def _without_article(words: str) -> str:
    text = words.strip()
    for article in _ARTICLES:
        if text.lower().startswith(article):
            return text[len(article) :].strip()
    return text
