"""Which keys cannot be any text? Those that clients choose: they are segments of paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.some import some
from agent.types import AttributeType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agent.planner.notes import Notes
    from agent.types import Entity

_TEXTS = frozenset({AttributeType.STRING, AttributeType.TEXT})


def tell_of_addresses(made: Iterable[Entity], notes: Notes) -> None:
    """Say what the keys of rows cannot be that clients make."""
    keys = [key for entity in made for key in _given_texts(entity)]
    if not keys:
        return
    what = "These keys stand in addresses: they hold no '/', and something else than dots"
    notes.assume(f"{what}: {some(keys)}.", keys[0])


def _given_texts(entity: Entity) -> Iterator[str]:
    """Yield the parts of a key that are any text; those of other rows' keys are what these are."""
    foreign = {name for relation in entity.relations for name in relation.attributes}
    for attribute in entity.attributes:
        is_own = attribute.name in entity.primary_key and attribute.name not in foreign
        if is_own and attribute.type in _TEXTS and not (attribute.pattern or attribute.generated):
            yield f"{entity.name}.{attribute.name}"
