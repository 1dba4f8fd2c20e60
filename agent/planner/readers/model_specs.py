"""Which spec do drafts of entities become? What an attribute cannot keep is left out and told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from agent.errors import SourceError
from agent.planner.literals import troubles
from agent.planner.readers.models import LONGEST_COMMENT
from agent.planner.readers.written import brief
from agent.planner.reading import Places, Reading
from agent.types import (
    Attribute,
    BackendSpec,
    Entity,
    EnumType,
    Generator,
    Index,
    KeyKind,
    Relation,
    SpecModel,
    Unique,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.planner.readers.models import Model, Models, Part

S = TypeVar("S", bound=SpecModel)

_OURS = {
    "minLength": "min_length",
    "exclusiveMinimum": "exclusive_minimum",
    "exclusiveMaximum": "exclusive_maximum",
}


def reading_of(models: Models, **settings: Any) -> Reading:  # noqa: ANN401 - fields of a BackendSpec
    """Make the spec of what was read.

    Raises:
        SourceError: something would be lost; each fault has line and column.

    """
    if not models.by_key and not models.faults:
        models.fault(f"{models.form}-empty", "the text declares no entity", 0, "an entity")
    if models.faults:
        raise SourceError(models.faults)
    entities = tuple(
        models.secrets.hash(_entity(model, models)) for model in models.by_key.values()
    )
    for text, about in models.secrets.told():
        models.assume(text, about)
    spec = BackendSpec(
        **{"key": KeyKind.INTEGER, "timestamps": False, **settings},
        enums=tuple(EnumType(name=name, values=each) for name, each, _ in models.enums.values()),
        entities=entities,
    )
    places = {pointer: models.text.place(offset) for pointer, offset in _offsets(models)}
    return Reading(spec, tuple(models.assumptions), models.told(), Places(places))


def _offsets(models: Models) -> Iterator[tuple[str, int]]:
    for i, (_, _, offset) in enumerate(models.enums.values()):
        yield f"/enums/{i}", offset
    for i, model in enumerate(models.by_key.values()):
        yield f"/entities/{i}", model.offset
        lists = {
            "attributes": _attributes(model),
            "relations": model.relations,
            "uniques": model.uniques,
            "indexes": model.indexes,
        }
        for kind, found in lists.items():
            for j, part in enumerate(found):
                yield f"/entities/{i}/{kind}/{j}", part.offset


def _attributes(model: Model) -> list[Part]:
    return list(model.attributes.values())


def _entity(model: Model, models: Models) -> Entity:
    keys = {name for relation in model.relations for name in relation.fields.get("attributes", ())}
    keys |= set(model.names(model.key))
    for part in model.attributes.values():
        fields = part.fields
        _fit(part, model, models)
        if fields["name"] not in keys and "access" not in fields:
            models.secrets.guard(model.name, fields)
    return Entity(
        name=model.name,
        primary_key=model.names(model.key),
        attributes=tuple(_built(Attribute, part, model, models) for part in _attributes(model)),
        relations=tuple(_built(Relation, part, model, models) for part in model.relations),
        uniques=tuple(_built(Unique, part, model, models) for part in model.uniques),
        indexes=tuple(_built(Index, part, model, models) for part in model.indexes),
        **model.facts,
    )


def _fit(part: Part, model: Model, models: Models) -> None:
    """Leave out what of an attribute contradicts its type, and tell of it."""
    fields = part.fields
    precision = fields.get("precision")
    if precision is not None and precision < (fields.get("scale") or 0):
        _drop(("precision", "scale"), "has more decimals than digits", part, model, models)
    values = next(
        (each for name, each, _ in models.enums.values() if name == fields.get("enum")), ()
    )
    while wrong := next(troubles(_built(Attribute, part, model, models), values), None):
        _drop((_OURS.get(wrong[0], wrong[0]),), wrong[1].rstrip("."), part, model, models)
    if fields.get("generated") is Generator.IDENTITY:
        fields["nullable"] = False


def _built(of: type[S], part: Part, model: Model, models: Models) -> S:
    """Make a part of the spec; fields that no such part can have are left out."""
    while True:
        if len(part.fields.get("comment") or "") > LONGEST_COMMENT:
            part.fields["comment"] = part.fields["comment"][:LONGEST_COMMENT]
        try:
            return of(**part.fields)
        except ValidationError as error:
            first = error.errors()[0]
            _drop((str(first["loc"][0]),), first["msg"], part, model, models)


def _drop(names: tuple[str, ...], why: str, part: Part, model: Model, models: Models) -> None:
    """Forget fields of a part. A name that is not there is a mistake of ours, and ends here."""
    said = " and ".join(brief(f"{name} {part.fields.pop(name)!r}") for name in names)
    what = f"{model.name}.{part.fields.get('name', '')}".rstrip(".")
    models.tell(f"{what}: {said} is left out ({why})", part.offset)
