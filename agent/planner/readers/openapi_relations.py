"""How do resources belong together? By their fields, by their paths, by their lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.planner import names
from agent.planner.readers.openapi_links import relate
from agent.planner.readers.openapi_paths import folded
from agent.types import (
    Attribute,
    AttributeType,
    DeleteBehaviour,
    OperationKind,
    Relation,
    RelationKind,
)

if TYPE_CHECKING:
    from agent.planner.readers.openapi_document import Document
    from agent.planner.readers.openapi_entities import Keeping, Kept
    from agent.planner.readers.openapi_members import Member
    from agent.planner.readers.openapi_resources import Use

T = AttributeType


class Relations:
    """Adds to entities how they belong together."""

    def __init__(self, document: Document, keeping: Keeping) -> None:
        """Begin with entities that have their keys and attributes."""
        self.document, self.keeping = document, keeping

    def add(self) -> None:
        """Relate all entities."""
        for kept in self.keeping.kept.values():
            self._to_one_row(kept)
        self._by_paths()
        for key, kept in self.keeping.kept.items():
            self._to_many_rows(key, kept)
        relate(self.keeping)
        self._deletes()

    def _to_one_row(self, kept: Kept) -> None:
        by_key = [m for m in kept.thing.members.values() if m.target and m.by_key]
        nested = [
            m for m in kept.thing.members.values() if m.target and not m.by_key and not m.many
        ]
        for member in nested:
            target = member.target or ""
            twin = _twin(member, [m for m in by_key if m.target == target], nested)
            self._to_one(kept, member, target, twin)
            if twin is not None:
                by_key.remove(twin)
        for member in by_key:
            self._to_one(kept, None, member.target or "", member)

    def _to_one(
        self, kept: Kept, member: Member | None, target: str, by_key: Member | None
    ) -> None:
        other = self.keeping.kept[target]
        needed = any(m is not None and m.needed and not m.shape.nullable for m in (member, by_key))
        always = any(
            m is not None and m.shown_always and not m.shape.nullable for m in (member, by_key)
        )
        nullable = not (needed or (always and not kept.thing.creates))
        is_maker = any(m is not None and m.is_maker for m in (member, by_key))
        nullable = nullable and not is_maker
        nullable = nullable and not (by_key and by_key.attribute in {*kept.keys, *kept.said_above})
        nullable = nullable and not (by_key and self._said_by_paths(kept, by_key))
        attributes: tuple[str, ...] = ()
        if by_key is not None:
            attribute = other.attributes.get(other.key)
            if attribute is None:
                kind: dict[str, Any] = {"type": T.UUID}
            else:
                kind = {"type": attribute.type, "length": attribute.length, "enum": attribute.enum}
            attributes = (by_key.attribute,)
            kept.attributes[by_key.attribute] = Attribute(
                name=by_key.attribute, nullable=nullable, **kind
            )
        wanted = member.attribute if member else names.snake(_without_id(by_key))
        taken = {*kept.attributes, *kept.relations}
        if by_key is not None and wanted in taken:
            wanted = names.snake(other.name)
        name = wanted if wanted not in taken else names.attribute_name(f"{wanted}_row", taken)
        kept.relations[name] = Relation(
            name=name, target=other.name, nullable=nullable, attributes=attributes
        )
        kept.owner = name if is_maker else kept.owner
        for each in (member, by_key):
            if each is not None:
                kept.shown_by[each.wire] = name

    def _said_by_paths(self, kept: Kept, by_key: Member) -> bool:
        """Tell whether every new row gets a key from its path: that of the row right above it."""
        key, found = kept.thing.resource.key, self.keeping.found
        made = [use for use in self.keeping.uses(key) if use.kind is OperationKind.CREATE]
        alike = [m for m in kept.thing.members.values() if m.target == by_key.target]
        places = [use.way.above[-1][0] if use.way.above else None for use in made]
        is_above = all(found.collections.get(place) == by_key.target for place in places if place)
        return bool(made) and all(places) and is_above and len(alike) == 1 and not by_key.sent

    def _by_paths(self) -> None:
        turned = {(link.above, link.below) for link in self.keeping.links.values()}
        for use in self.keeping.found.uses:
            if use.resource is None or self.keeping.link_of(use) is not None:
                continue
            below = use.resource
            for collection, _ in reversed(use.way.above):
                above = self.keeping.found.collections.get(collection)
                if above is None or above == below or (below, above) in turned:
                    continue
                if self.keeping.relation_between(below, above) is None:
                    self._by_path(below, above, use)
                below = above

    def _by_path(self, below: str, above: str, use: Use) -> None:
        kept, other = self.keeping.kept[below], self.keeping.kept[above]
        loose = any(
            not each.way.above and each.kind.value == "create" for each in self.keeping.uses(below)
        )
        taken = {
            *kept.attributes,
            *kept.relations,
            *(m.attribute for m in kept.thing.members.values()),
        }
        name = names.attribute_name(names.snake(other.name), taken)
        kept.relations[name] = Relation(
            name=name, target=other.name, nullable=loose, on_delete=DeleteBehaviour.CASCADE
        )
        self.document.assume(
            f"{kept.name}.{name}",
            f"{kept.name} belongs to {other.name}, as the path {use.way.path} has it.",
        )

    def _other_side(self, key: str, target: str) -> Relation | None:
        """Return the relation that a list of a target's rows may be the other side of.

        One that leads to a single row comes first, and one that has another side already is none.
        """
        kept, other = self.keeping.kept[key], self.keeping.kept[target]
        found = [
            relation
            for relation in other.relations.values()
            if relation.target == kept.name and relation.inverse is None
        ]
        to_many = [r for r in found if r.kind is RelationKind.MANY_TO_MANY and other is not kept]
        to_one = [r for r in found if r.kind is RelationKind.MANY_TO_ONE]
        return next(iter([*to_one, *to_many]), None)

    def _to_many_rows(self, key: str, kept: Kept) -> None:
        for member in kept.thing.members.values():
            if member.target is None or not member.many:
                continue
            other = self.keeping.kept[member.target]
            relation = self._other_side(key, member.target)
            if relation is not None:
                other.relations[relation.name] = relation.model_copy(
                    update={"inverse": member.attribute}
                )
                kept.shown_by[member.wire] = member.attribute
                continue
            taken = {*kept.attributes, *kept.relations}
            name = names.attribute_name(member.attribute, taken)
            kept.relations[name] = Relation(
                name=name, target=other.name, kind=RelationKind.MANY_TO_MANY
            )
            kept.shown_by[member.wire] = name
            self.document.assume(
                f"{kept.name}.{name}",
                f"{kept.name}.{member.wire} and {other.name} are many to many: nothing says that a"
                f" {other.name} belongs to one {kept.name}.",
            )

    def _deletes(self) -> None:
        """Say what becomes of rows when the row that they refer to is deleted."""
        nested = {
            (use.resource, self.keeping.found.collections.get(collection))
            for use in self.keeping.found.uses
            if self.keeping.link_of(use) is None
            for collection, _ in use.way.above
        }
        by_name = {kept.name: key for key, kept in self.keeping.kept.items()}
        for key, kept in self.keeping.kept.items():
            for name, relation in kept.relations.items():
                if relation.kind is RelationKind.MANY_TO_MANY:
                    continue
                above = by_name[relation.target]
                codes = {
                    code
                    for use in self.keeping.uses(above)
                    if use.kind.value == "delete"
                    for code in use.call.codes
                }
                below = (key, above) in nested
                refused = 409 in codes  # noqa: PLR2004 - a conflict
                behaviour = DeleteBehaviour.RESTRICT
                if relation.nullable and not below:
                    behaviour = DeleteBehaviour.SET_NULL
                elif not refused and (below or codes):
                    behaviour = DeleteBehaviour.CASCADE
                if codes and behaviour is DeleteBehaviour.CASCADE:
                    which = "below it" if below else "that needs it"
                    self.document.assume(
                        f"{kept.name}.{name}",
                        f"Deleting a {relation.target} deletes every {kept.name} {which}: the"
                        " document has no 409 by which it could be refused.",
                    )
                kept.relations[name] = relation.model_copy(update={"on_delete": behaviour})


def _twin(member: Member, by_key: list[Member], nested: list[Member]) -> Member | None:
    """Return the key of the row that a part shows: one of its name, or whose name begins its own.

    A row shows its lender as ``lender_detail``, and is told it as ``lender``.
    """
    alike = [m for m in by_key if _stem_of(m) == folded(member.wire)]
    if alike or member.sent or sum(m.target == member.target for m in nested) > 1:
        return next(iter(alike), None)
    is_one = len(by_key) == 1 and by_key[0].sent
    return by_key[0] if is_one and folded(member.wire).startswith(_stem_of(by_key[0])) else None


def _without_id(member: Member | None) -> str:
    return "_".join(_role(member)) or "parent"


def _stem_of(member: Member) -> str:
    return "".join(_role(member))


def _role(member: Member | None) -> list[str]:
    """Return the words of what names a row by its key, without the word for the key."""
    words = names.ascii_words(member.wire) if member else []
    return words[:-1] if words[-1:] in (["id"], ["uuid"]) else words
