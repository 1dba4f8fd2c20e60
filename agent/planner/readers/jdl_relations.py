"""Which relations does a JDL relationship block say? All four kinds, with their injected names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.planner.readers.grammars import offset_of, part, parts, tokens
from agent.planner.readers.models import comment
from agent.planner.readers.sql_words import near_miss
from agent.types import AttributeType as T
from agent.types import DeleteBehaviour, RelationKind

if TYPE_CHECKING:
    from agent.planner.readers.comments import Comments
    from agent.planner.readers.grammars import Branch
    from agent.planner.readers.models import Model, Models

_KINDS = {
    "OneToOne": RelationKind.ONE_TO_ONE,
    "OneToMany": RelationKind.ONE_TO_MANY,
    "ManyToOne": RelationKind.MANY_TO_ONE,
    "ManyToMany": RelationKind.MANY_TO_MANY,
}
_BUILT_IN = ("User", "Authority")
_DELETES = {
    "CASCADE": DeleteBehaviour.CASCADE,
    "SET NULL": DeleteBehaviour.SET_NULL,
    "RESTRICT": DeleteBehaviour.RESTRICT,
    "NO ACTION": DeleteBehaviour.NO_ACTION,
}
_ON_DELETE = re.compile(r"@onDelete\s*\(\s*[\"']?([A-Za-z _]+?)[\"']?\s*\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Side:
    model: Model
    field: str | None
    required: bool
    offset: int


def built_in(tree: Branch, models: Models, *, accounts: bool) -> None:
    """Add JHipster's own entities where they are named or signed in with."""
    sides = [
        token
        for block in parts(tree, "relationship")
        for link in parts(block, "link")
        for side in parts(link, "side")
        for token in tokens(side, "NAME")[:1]
    ]
    for name in _BUILT_IN:
        at = next((offset_of(side) for side in sides if side == name), None)
        if name in models.by_key or not (at is not None or (accounts and name == "User")):
            continue
        model = models.model(name, at or 0)
        if model is None:
            continue
        offset = at or 0
        if name == "User":
            model.attribute("login", offset, type=T.STRING, length=50, unique=True)
            model.attribute("firstName", offset, type=T.STRING, length=50, nullable=True)
            model.attribute("lastName", offset, type=T.STRING, length=50, nullable=True)
            model.attribute("email", offset, type=T.EMAIL, length=254, unique=True, nullable=True)
        else:
            model.attribute("name", offset, type=T.STRING, length=50)
            model.key = ("name",)
        models.assume(f"{name} is JHipster's own entity: it is added as JHipster has it.", name)


def read_relationships(tree: Branch, models: Models, told: Comments) -> None:
    """Read all relationships into the entities that hold their keys."""
    read: set[object] = set()
    for block in parts(tree, "relationship"):
        _block(block, models, told, read)


def _block(block: Branch, models: Models, told: Comments, read: set[object]) -> None:
    word = tokens(block, "NAME")[0]
    kind = _KINDS.get(str(word)) or _KINDS.get(word[:1].upper() + word[1:])
    if kind is None:
        meant = near_miss(str(word), frozenset(_KINDS)) or ", ".join(_KINDS)
        message = f"there is no relationship {word}"
        models.fault("jdl-relationship", message, offset_of(word), meant)
        return
    for link in parts(block, "link"):
        first, second = (_side(each, models) for each in parts(link, "side"))
        if not (first and second):
            continue
        # JHipster knows a relationship by these, and so takes one that is said again for the same
        said = (kind, first.model.name, first.field, second.model.name, second.field)
        if said in read:
            models.unused("a relationship that is there twice is", first.offset)
            continue
        read.add(said)
        _link(link, kind, first, second, models, told)


def _side(branch: Branch, models: Models) -> _Side | None:
    names = tokens(branch, "NAME")
    model = models.by_key.get(str(names[0]))
    if model is None:
        meant = near_miss(str(names[0]), frozenset(models.by_key))
        remedy = f"did you mean {meant}?" if meant else f"entity {names[0]}"
        message = f"a relationship names {names[0]}, which is no entity here"
        models.fault("jdl-unknown-entity", message, offset_of(names[0]), remedy)
        return None
    if display := part(branch, "display"):
        models.unused("what a relationship is shown as is", offset_of(display))
    injected = str(names[1]) if len(names) > 1 else None
    required = bool(tokens(branch, "REQUIRED"))
    return _Side(model, injected, required, offset_of(names[0]))


def _link(
    link: Branch,
    kind: RelationKind,
    first: _Side,
    second: _Side,
    models: Models,
    told: Comments,
) -> None:
    if kind is RelationKind.ONE_TO_MANY:
        first, second = second, first
    is_many = kind is RelationKind.MANY_TO_MANY
    facts: dict[str, Any] = {
        "target": second.model.name,
        "kind": RelationKind.MANY_TO_ONE if kind is RelationKind.ONE_TO_MANY else kind,
        "comment": comment(told.before(offset_of(link))),
    }
    if second.field:
        facts["inverse"] = second.field
    if is_many:
        unsaid = first.required or second.required
    else:
        facts["nullable"] = not first.required
        unsaid = second.required
    if unsaid:
        what = f"{first.model.written} and {second.model.written}"
        message = f"the relationship of {what}: that there is at least one is not checked"
        models.tell(message, offset_of(link))
    deletes = _on_delete(link, models)
    if deletes and is_many:
        models.unused("@onDelete of a many-to-many relationship is", offset_of(link))
    elif deletes:
        facts["on_delete"] = deletes
    target = second.model.written
    wanted = first.field or (f"{target}s" if is_many else target)
    first.model.relation(wanted, first.offset, f"{wanted}_{target}", **facts)
    for word in tokens(link, "NAME"):
        if word != "builtInEntity":
            models.unused(f"{word} is", offset_of(word))


def _on_delete(link: Branch, models: Models) -> DeleteBehaviour | None:
    found = None
    given = [
        *tokens(link, "ANNOTATION"),
        *(t for each in parts(link, "to_annotations") for t in tokens(each)),
    ]
    for annotation in given:
        match = _ON_DELETE.fullmatch(annotation)
        behaviour = _DELETES.get(match[1].upper().replace("_", " ")) if match else None
        if behaviour:
            found = behaviour
        else:
            word = re.split(r"[^\w-]", annotation[1:])[0]
            models.unused(f"@{word} is", offset_of(annotation))
    return found
