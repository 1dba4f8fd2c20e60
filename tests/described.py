"""What does a text of some format describe? Its reading, or why it is refused."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agent.documents import Source, SourceFormat
from agent.errors import SourceError
from agent.planner.formats import read
from agent.planner.resolve import resolve

if TYPE_CHECKING:
    from agent.documents import Fault
    from agent.planner.reading import Reading
    from agent.types import Attribute, BackendSpec, Entity, Relation

DIFFICULT = Path(__file__).parent / "cases" / "difficult"


def reading(form: str, text: str, name: str | None = None) -> Reading:
    return read(Source(format=SourceFormat(form), content=text, name=name))


def difficult(form: str, name: str) -> Reading:
    return reading(form, (DIFFICULT / name).read_text(encoding="utf-8"), name)


def resolved(found: Reading) -> BackendSpec:
    return resolve(found.spec).spec


def refused(form: str, text: str) -> tuple[Fault, ...]:
    with pytest.raises(SourceError) as caught:
        reading(form, text)
    assert all(fault.line and fault.column for fault in caught.value.faults)
    return caught.value.faults


def entity(found: Reading, name: str) -> Entity:
    return next(each for each in found.spec.entities if each.name == name)


def attribute(found: Reading, path: str) -> Attribute:
    owner, name = path.split(".")
    return next(each for each in entity(found, owner).attributes if each.name == name)


def relation(found: Reading, path: str) -> Relation:
    owner, name = path.split(".")
    return next(each for each in entity(found, owner).relations if each.name == name)


def warned(found: Reading) -> str:
    return "\n".join(warning.message for warning in found.warnings)


def assumed(found: Reading) -> str:
    return "\n".join(note.text for note in found.assumptions)


def place(found: Reading, path: str) -> tuple[int, int] | None:
    """Return where ``Entity.member`` stands."""
    owner, _, member = path.partition(".")
    index = [each.name for each in found.spec.entities].index(owner)
    given = found.spec.entities[index]
    attributes = [each.name for each in given.attributes]
    relations = [each.name for each in given.relations]
    pointer = f"/entities/{index}"
    if member in attributes:
        pointer += f"/attributes/{attributes.index(member)}"
    elif member:
        pointer += f"/relations/{relations.index(member)}"
    return found.places.known.get(pointer)
