"""Which attribute is a field? Its type, by its words or its name, and its enum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.planner.names import pascal
from agent.planner.readers.prose_things import is_list
from agent.planner.readers.prose_types import MONEY, by_name, is_password
from agent.planner.readers.prose_values import states_of
from agent.types import Access, Attribute, AttributeType, EnumType, Generator, Transition

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agent.planner.readers.prose_facts import Item
    from agent.planner.readers.prose_things import Thing

_STAMPS = {"created_at": Generator.NOW, "updated_at": Generator.NOW_ON_UPDATE}
_KEY = "id"
_TEXTS = frozenset(
    {AttributeType.STRING, AttributeType.TEXT, AttributeType.EMAIL, AttributeType.URL}
)
_NUMBERS = frozenset({AttributeType.INTEGER, AttributeType.DECIMAL, AttributeType.FLOAT})


def attributes(
    thing: Thing, roles: Mapping[tuple[str, str], Sequence[str]]
) -> tuple[list[Attribute], list[EnumType]]:
    """Return the attributes of an entity and the enums that they need.

    Args:
        thing: The entity.
        roles: (field, state) -> the roles that alone may take the steps into this state.

    """
    found: list[Attribute] = []
    enums: list[EnumType] = []
    for name, item in thing.fields.items():
        if name == _KEY:  # every entity gets one
            continue
        if item.values:
            enum = EnumType(name=f"{thing.name}{pascal(name)}", values=item.values)
            enums.append(enum)
            found.append(_choice(item, enum, roles))
        elif name in _STAMPS and item.type in {None, AttributeType.DATETIME}:
            found.append(
                Attribute(
                    name=name,
                    type=AttributeType.DATETIME,
                    generated=_STAMPS[name],
                    access=Access.READ_ONLY,
                )
            )
        else:
            found.append(_plain(item))
    return found, enums


def _choice(
    item: Item, enum: EnumType, roles: Mapping[tuple[str, str], Sequence[str]]
) -> Attribute:
    steps = tuple(
        Transition(source=one, target=other, roles=tuple(roles.get((item.name, other), ())))
        for one, other in item.steps
    )
    return Attribute(
        name=item.name,
        type=AttributeType.ENUM,
        enum=enum.name,
        transitions=steps,
        default=states_of(item.steps)[0] if steps else None,
        nullable=item.optional and not steps,
    )


def holds_password(item: Item) -> bool:
    """Tell whether a field is for a password."""
    return not item.values and not is_list(item) and _kind(item) is AttributeType.PASSWORD


def _kind(item: Item) -> AttributeType:
    kind = item.type or by_name(item.name)
    # whatever else it is called: a password is never kept, nor shown, as it is
    return AttributeType.PASSWORD if is_password(item.name) and kind in _TEXTS else kind


def _plain(item: Item) -> Attribute:
    several = item.type is None and is_list(item)
    kind = AttributeType.STRING if several else _kind(item)
    more: dict[str, Any] = {}
    if item.type is None and kind in _TEXTS and item.least is not None and not several:
        kind = AttributeType.INTEGER  # "a difficulty from 1 to 5"
    if kind is AttributeType.DECIMAL:
        more = {**MONEY}
    if kind in _TEXTS and item.longest:
        more["length"] = item.longest
    if kind in _NUMBERS:
        more |= {"minimum": item.least, "maximum": item.most}
    return Attribute(
        name=item.name,
        type=kind,
        array=several,
        nullable=item.optional,
        unique=item.unique and not several,
        **more,
    )


def typed_by_name(thing: Thing, found: Sequence[Attribute]) -> str | None:
    """Say of which types the fields are whose words name none."""
    told: dict[str, list[str]] = {}
    for attribute in found:
        item = thing.fields.get(attribute.name)
        if item is not None and item.type is None and not item.values:
            kind = f"{attribute.type.value}{'[]' if attribute.array else ''}"
            told.setdefault(kind, []).append(attribute.name)
    if not told:
        return None
    kinds = "; ".join(f"{', '.join(fields)}: {kind}" for kind, fields in told.items())
    return f"{thing.name}: types by the names of the fields ({kinds})."
