"""Which rows have their numbers below one row of another resource? Those that show whose they are.

``/vehicles/{vin}/fuel-logs/{seq}`` names the log of that number of one vehicle: another vehicle has
a log of the same number. ``vin`` of a log is then the key of its vehicle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner.readers.openapi_attributes import made_key
from agent.planner.readers.openapi_paths import folded
from agent.types import OperationKind

if TYPE_CHECKING:
    from agent.planner.readers.openapi_entities import Keeping, Kept
    from agent.planner.readers.openapi_members import Member
    from agent.planner.readers.openapi_resources import Use

K = OperationKind


def find_scopes(keeping: Keeping) -> None:
    """Say which rows are found by their own key and that of the row above them."""
    scoped: set[str] = set()
    for key, kept in keeping.kept.items():
        above = _above(keeping, key)
        if above is None:
            continue
        member = _key_of_above(keeping, key, above)
        own = next((m for m in kept.thing.members.values() if m.attribute == kept.key), None)
        if own is None or folded(own.wire) in {"id", f"{key}id", "uuid", f"{key}uuid"}:
            continue
        other = keeping.kept[above].name
        if member is None or _has_rows_below(keeping, key):
            text = (
                f"{kept.name}.{own.wire} alone says which row is meant: it is unique over all rows"
                f" of {kept.name}, also below different rows of {other}."
            )
        else:
            _scope(keeping, kept, member, own)
            scoped.add(key)
            text = (
                f"{kept.name}.{own.wire} is unique below each {other}: a row is found by"
                f" {member.wire} and {own.wire}."
            )
        keeping.document.assume(f"{kept.name}.{own.attribute}", text)
    for kept in keeping.kept.values():
        for each in kept.thing.members.values():
            if each.by_key and each.target in scoped:
                each.target, each.by_key = None, False  # no single value names such a row


def _above(keeping: Keeping, key: str) -> str | None:
    """Return the one resource below whose rows alone rows of another are made and named."""
    collections, kept = keeping.found.collections, keeping.kept[key]
    above: set[str | None] = set()
    for use in keeping.found.uses:
        runs = use.way.runs
        for i, (place, _) in enumerate(runs):
            if collections.get(place) == key:
                above.add(collections.get(runs[i - 1][0]) if i else None)
        if use.resource == key and (use.kind is K.CREATE or keeping.link_of(use)):
            is_link = keeping.link_of(use) is not None
            above.add(_last(keeping, use) if not is_link else None)
    found = next(iter(above)) if len(above) == 1 else None
    is_other = found is not None and found != key and bool(keeping.kept[found].key)
    return found if is_other and kept.key else None


def _last(keeping: Keeping, use: Use) -> str | None:
    """Return the resource of the row right above those that an operation is about."""
    return keeping.found.collections.get(use.way.above[-1][0]) if use.way.above else None


def _key_of_above(keeping: Keeping, key: str, above: str) -> Member | None:
    """Return the part of a row that is the key of the row above it.

    It is called like the parameter that names that row, and clients who make rows do not say it.
    """
    kept, other = keeping.kept[key], keeping.kept[above]
    members = [m for m in kept.thing.members.values() if m.attribute not in kept.keys]
    named = [m for m in members if m.by_key and m.target == above]
    if len(named) == 1 and kept.thing.creates:
        _pass_over(keeping, kept, named[0])
    if named or not kept.thing.creates:
        return named[0] if len(named) == 1 else None
    slots = {
        folded(slot)
        for use in keeping.uses(key)
        for place, slots in use.way.above[-1:]
        if keeping.found.collections.get(place) == above and len(slots) == 1
        for slot in slots
    }
    kind = next((m.shape.kind for m in other.thing.members.values() if m.attribute == other.key), 0)
    for member in members:
        is_plain = member.target is None and member.shape.kind == kind and not member.sent
        if is_plain and folded(member.wire) in slots:
            member.target, member.by_key = above, True
            kept.attributes.pop(member.attribute, None)
            kept.said_above.add(member.attribute)
            return member
    return None


def _pass_over(keeping: Keeping, kept: Kept, member: Member) -> None:
    """Take the key of the row above from the path alone, where rows are made."""
    kept.said_above.add(member.attribute)
    if member.sent:
        keeping.document.assume(
            f"{kept.name}.{member.attribute}",
            f"{kept.name}.{member.wire} of a new row is what its path says: in the body it is"
            " checked and passed over.",
        )


def _has_rows_below(keeping: Keeping, key: str) -> bool:
    """Tell whether other rows stand below those of a resource."""
    places = (place for use in keeping.found.uses for place, _ in use.way.above)
    return any(keeping.found.collections.get(place) == key for place in places)


def _scope(keeping: Keeping, kept: Kept, above: Member, own: Member) -> None:
    """Make a key of two parts: that of the row above, and the row's own, which clients say."""
    facts = keeping.values.facts(own.shape, f"{kept.name}.{own.attribute}")
    kept.attributes[own.attribute] = made_key(own.attribute, facts, is_given=True)
    kept.keys = (above.attribute, own.attribute)
