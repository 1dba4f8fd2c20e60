"""Which rows are put together, many to many? Paths say it that name one of each, and send nothing.

``PUT /people/{person}/skills/{skill}`` (or POST) relates two rows that are there, and DELETE takes
them apart again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.planner import names
from agent.planner.readers.openapi_paths import folded, one_of
from agent.types import OperationKind, Relation, RelationKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agent.planner.readers.openapi_entities import Keeping, Kept
    from agent.planner.readers.openapi_members import Thing
    from agent.planner.readers.openapi_resources import Found, Use

K = OperationKind
_MANY = RelationKind.MANY_TO_MANY
_KINDS = {"put": K.LINK, "post": K.LINK, "delete": K.UNLINK}


@dataclass(slots=True)
class Link:
    """Rows of one resource, and those of another that stand under them in a collection.

    ``relation`` leads from the first to the others, ``inverse`` back; ``owner`` declares it: its
    own name for it is the one of the two that leads away from it.
    """

    above: str
    below: str
    collection: str
    noun: str
    owner: str = ""
    relation: str = ""
    inverse: str = ""

    @property
    def declared(self) -> str:
        """Return the relation's name where it is declared."""
        return self.relation if self.owner == self.above else self.inverse


def find_links(found: Found, things: Mapping[str, Thing]) -> dict[str, Link]:
    """Return what is put together, by collection; its operations are told apart from others."""
    links: dict[str, Link] = {}
    for use in found.uses:
        link = _link(use, found, things) if _relates(use) else None
        if link is not None:
            links.setdefault(link.collection, link)
    for use in found.uses:
        link = links.get(use.way.collection)
        if link is not None and use.way.slots and use.call.body is None:
            use.kind = _KINDS.get(use.call.method, use.kind)
        if link is not None:
            found.collections[link.collection] = link.below
            use.resource = link.below if use.resource is None else use.resource
    return links


def link_of(links: Mapping[str, Link], found: Found, use: Use) -> tuple[Link, bool] | None:
    """Return what an operation puts together or lists; ``True``: seen from the other side."""
    if use.way.collection in links:
        return links[use.way.collection], False
    if len(use.way.above) != 1 or len(use.way.above[0][1]) != 1 or use.kind is not K.LIST:
        return None
    above = found.collections.get(use.way.above[0][0])
    pairs = [link for link in links.values() if {link.above, link.below} == {above, use.resource}]
    if len(pairs) != 1 or pairs[0].above == pairs[0].below or pairs[0].below != above:
        return None
    return pairs[0], True


def relate(keeping: Keeping) -> None:
    """Give the entities the relations behind all links, where they have none yet."""
    for link in keeping.links.values():
        owner, relation = _known(keeping, link) or _new(keeping, link)
        if relation.inverse is None:
            inverse = _inverse(keeping, link, owner, relation)
            relation = relation.model_copy(update={"inverse": inverse})
        keeping.kept[owner].relations[relation.name] = relation
        link.owner = owner
        link.relation, link.inverse = relation.name, relation.inverse or ""
        if owner != link.above:
            link.relation, link.inverse = link.inverse, link.relation


def _relates(use: Use) -> bool:
    call, way = use.call, use.way
    is_plain = way.is_plain and len(way.above) == 1 and [len(s) for _, s in way.runs] == [1, 1]
    is_silent = call.answer is None or not call.answer.schema
    return is_plain and is_silent and call.body is None and call.method in {"put", "post"}


def _link(use: Use, found: Found, things: Mapping[str, Thing]) -> Link | None:
    """Return what an operation puts together, where both are kept and none is the other's part."""
    collection = use.way.collection
    above = found.collections.get(use.way.above[0][0])
    below = found.collections.get(collection) or _called(use.way.noun, found)
    if above is None or below is None:
        return None
    stands_alone = any(
        key == below and place != collection and "{" not in place
        for place, key in found.collections.items()
    )
    is_made_there = any(
        each.kind is K.CREATE and each.way.collection == collection for each in found.uses
    )
    belongs = above != below and any(
        member.target == above and not member.many for member in things[below].members.values()
    )
    is_part = belongs and one_of(use.way.noun) == below
    if not stands_alone or is_made_there or is_part:
        return None
    return Link(above, below, collection, use.way.noun)


def _called(noun: str, found: Found) -> str | None:
    """Return the resource of a collection that has a name of its own elsewhere."""
    places = (p for p in found.collections if folded(p.rsplit("/", 1)[-1]) == folded(noun))
    return next((found.collections[place] for place in places if "{" not in place), None)


def _known(keeping: Keeping, link: Link) -> tuple[str, Relation] | None:
    """Return the relation that lists inside of rows show already, and where it is declared."""
    pairs = [(link.above, link.below), (link.below, link.above)]
    ends = {link.above, link.below}
    alike = [each for each in keeping.links.values() if {each.above, each.below} == ends]
    is_lone = len(alike) == 1 and link.above != link.below
    for owner, other in pairs[: 1 if link.above == link.below else 2]:
        target = keeping.kept[other].name
        many = [r for r in _many(keeping.kept[owner]) if r.target == target]
        named = [r for r in many if folded(r.name) == folded(link.noun)]
        if owner != link.above:
            named = [r for r in many if r.inverse and folded(r.inverse) == folded(link.noun)]
        if named or (len(many) == 1 and is_lone):
            return owner, (named or many)[0]
    return None


def _many(kept: Kept) -> Iterator[Relation]:
    return (relation for relation in kept.relations.values() if relation.kind is _MANY)


def _new(keeping: Keeping, link: Link) -> tuple[str, Relation]:
    kept, other = keeping.kept[link.above], keeping.kept[link.below]
    name = names.attribute_name(names.snake(link.noun), _taken(keeping, link.above))
    about = f"{kept.name}.{name}"
    text = f"{about} and {other.name} are many to many, as {link.collection}/{{...}} joins them."
    keeping.document.assume(about, text)
    return link.above, Relation(name=name, target=other.name, kind=_MANY)


def _inverse(keeping: Keeping, link: Link, owner: str, relation: Relation) -> str:
    """Return what the other side calls a relation: as its own path has it, where there is one."""
    other = link.below if owner == link.above else link.above
    wanted = names.plural(names.snake(keeping.kept[owner].name))
    if owner == other:
        wanted = f"{names.singular(relation.name)}_of"
    elif owner == link.below:
        wanted = names.snake(link.noun)
    else:
        seen = (use for use in keeping.uses(owner) if keeping.link_of(use) == (link, True))
        wanted = next((names.snake(use.way.noun) for use in seen), wanted)
    return names.attribute_name(wanted, _taken(keeping, other) | {relation.name})


def _taken(keeping: Keeping, key: str) -> set[str]:
    """Return the names that members of an entity have already."""
    kept = keeping.kept[key]
    every = (relation for each in keeping.kept.values() for relation in each.relations.values())
    return {
        *kept.attributes,
        *kept.relations,
        *(member.attribute for member in kept.thing.members.values()),
        *(r.inverse for r in every if r.target == kept.name and r.inverse),
    }
