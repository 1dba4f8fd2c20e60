"""Which relations do the lines of a diagram draw, and which attributes hold their keys?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import inflection

from agent.planner.readers.models import aligned, comment
from agent.planner.readers.sql_names import singular, snake
from agent.types import AttributeType as T
from agent.types import Generator, RelationKind

if TYPE_CHECKING:
    from agent.planner.readers.models import Model, Models

_SUFFIX = re.compile(r"^(?:fk_|id_)(?=.)|(?<=.)_(?:id|fk|uuid|guid|uid|pk|ids|no|code|key)$")
_WHOLE = frozenset({T.INTEGER, T.SMALLINT, T.BIGINT})
_CREATED = frozenset({"created_at", "createdat", "created", "created_on", "date_created"})
_UPDATED = frozenset({"updated_at", "updatedat", "modified_at", "updated_on", "date_updated"})


@dataclass(frozen=True, slots=True)
class Line:
    """A line: how many of the first there are for one of the second, and the other way round."""

    first: Model
    left: str
    right: str
    second: Model
    label: str
    offset: int


@dataclass(slots=True)
class _Key:
    """A to-one relation on its way: who holds the key, and in which attribute."""

    line: Line
    holder: Model
    target: Model
    one: bool
    nullable: bool
    attribute: str | None = None


def relate(models: Models, lines: list[Line]) -> None:
    """Give the entities their relations, their keys, and what a row gets on its own."""
    keys: list[_Key] = []
    drawn: set[tuple[int, int, str]] = set()
    for line in lines:
        same = (id(line.first), id(line.second), line.label)
        if same in drawn:
            models.unused("a line that is drawn twice is", line.offset)
            continue
        drawn.add(same)
        (least_left, many_left), (least_right, many_right) = _card(line.left), _card(line.right)
        if (least_left and many_left) or (least_right and many_right):
            models.unused("that there is at least one is", line.offset)
        if many_left and many_right:
            _many(line)
        elif many_left or many_right:
            holder, target = (line.first, line.second) if many_left else (line.second, line.first)
            least = least_right if many_left else least_left
            keys.append(_Key(line, holder, target, one=False, nullable=not least))
        else:
            keys.append(_one_to_one(line, least_left, least_right))
    _find_attributes(keys)
    _marked(keys, models)
    for key in keys:
        _to_one(key, models)
    aligned(models)
    _made(models)


def _card(sign: str) -> tuple[bool, bool]:
    """Return whether there is at least one, and whether there may be many."""
    many = "{" in sign or "}" in sign or "many" in sign or "more" in sign or "+" in sign
    zero = "o" in sign if len(sign) == 2 else "zero" in sign or "0" in sign or sign == "many"  # noqa: PLR2004 - two characters
    return not zero, many


def _one_to_one(line: Line, least_left: bool, least_right: bool) -> _Key:  # noqa: FBT001 - one of two sides
    second_holds = _named_after(line.second, line.first) is not None or least_left
    if _named_after(line.second, line.first) is None and (
        _named_after(line.first, line.second) is not None or (least_right and not least_left)
    ):
        second_holds = False
    if second_holds or not (least_right or _named_after(line.first, line.second)):
        return _Key(line, line.second, line.first, one=True, nullable=not least_left)
    return _Key(line, line.first, line.second, one=True, nullable=not least_right)


def _many(line: Line) -> None:
    first, second = line.first, line.second
    wanted = inflection.pluralize(snake(second.name))
    back = inflection.pluralize(snake(first.name))
    role = f"{snake(line.label)}_{wanted}" if line.label else f"other_{wanted}"
    facts: dict[str, Any] = {"comment": comment(line.label)}
    if first is not second:
        facts["inverse"] = back if back not in second.taken else f"{back}_of_{snake(second.name)}"
        second.taken.add(facts["inverse"])
    first.relation(
        wanted, line.offset, role, target=second.name, kind=RelationKind.MANY_TO_MANY, **facts
    )


def _role(attribute: str) -> str:
    return _SUFFIX.sub("", snake(attribute))


def _called(model: Model) -> set[str]:
    """Return what a key to this entity may be called after: its names, and their singulars."""
    names = {snake(model.name), snake(model.written)}
    singulars = {"_".join(map(singular, name.split("_"))) for name in names}
    return (
        names
        | singulars
        | {singular(name) for name in names}
        | {name.removesuffix("es") for name in names}
    )


def _named_after(holder: Model, target: Model) -> str | None:
    """Find the attribute of the holder that is called after the target, or after its key."""
    called = _called(target)
    keys = {snake(key) for key in target.key} if len(target.key) == 1 else set()
    for name in holder.attributes:
        own = snake(name)
        is_role = _role(name) in called and (own != _role(name) or name in holder.foreign)
        is_key = own in keys and own != "id" and (name in holder.foreign or name not in holder.key)
        whole = any(own == f"{each}_{key}" for each in called for key in keys)
        if (is_role or is_key or whole) and holder is not target:
            return name
    return None


def _find_attributes(keys: list[_Key]) -> None:
    """Find the attribute of each key: by its name, by the label, else the only one that is left."""
    used: set[tuple[int, str]] = set()

    def take(key: _Key, name: str | None) -> None:
        if name and (id(key.holder), name) not in used:
            key.attribute = name
            used.add((id(key.holder), name))

    for key in keys:
        take(key, _named_after(key.holder, key.target))
    for key in keys:
        if key.attribute is None:
            left = [each for each in key.holder.attributes if (id(key.holder), each) not in used]
            rivals = [each for each in keys if each.holder is key.holder and not each.attribute]
            take(
                key, _by_label(key, left) or _by_end(key, left, rivals) or _only(key, left, rivals)
            )


def _by_label(key: _Key, left: list[str]) -> str | None:
    """Find the one attribute that the label of the line names."""
    label = snake(key.line.label)
    found = [
        name
        for name in left
        if name in re.findall(r"\w+", key.line.label) and _role(name) != snake(name)
    ] or [name for name in left if name in key.holder.foreign and label and _role(name) in label]
    return found[0] if len(found) == 1 else None


def _by_end(key: _Key, left: list[str], rivals: list[_Key]) -> str | None:
    """Find the one attribute whose name ends as the target's: ``order_id`` for a ticket order."""
    words = set(snake(key.line.label).split("_"))
    found = [name for name in left if name in key.holder.foreign and _ends_alike(name, key.target)]
    if len(found) > 1:
        found = [name for name in found if words & set(_role(name).split("_"))]
    others = [each for each in rivals if each.target is not key.target]
    if len(found) != 1 or any(_ends_alike(found[0], each.target) for each in others):
        return None
    return found[0]


def _ends_alike(name: str, target: Model) -> bool:
    role = f"_{_role(name)}"
    return any(role.endswith(f"_{each}") or f"_{each}".endswith(role) for each in _called(target))


def _only(key: _Key, left: list[str], rivals: list[_Key]) -> str | None:
    """Take the only attribute that is left, for the only key that has none."""
    rest = [name for name in left if name in key.holder.foreign]
    # a key that is called after no entity is rather a role in its own table
    own = [each for each in rivals if each.holder is each.target]
    return rest[0] if len(rest) == 1 and (len(rivals) == 1 or own == [key]) else None


def _marked(keys: list[_Key], models: Models) -> None:
    """Make relations of keys without a line, where their names say whose they are."""
    used = {(id(key.holder), key.attribute) for key in keys}
    for model in models.by_key.values():
        for name in model.attributes:
            if name not in model.foreign or (id(model), name) in used:
                continue
            offset = model.attributes[name].offset
            named = [each for each in models.by_key.values() if _role(name) in _called(each)]
            if len(named) == 1 and named[0] is not model and len(named[0].key) == 1:
                nullable = bool(model.attributes[name].fields.get("nullable"))
                line = Line(named[0], "||", "o{", model, "", offset)
                keys.append(
                    _Key(line, model, named[0], one=False, nullable=nullable, attribute=name)
                )
                about = f"{model.name}.{name}"
                models.assume(
                    f"{about} refers to {named[0].name}, after which it is called.", about
                )
            else:
                message = f"{model.written}.{name} is marked FK, and no line says of what:"
                models.tell(f"{message} a plain attribute", offset)


def _to_one(key: _Key, models: Models) -> None:
    holder, target, line = key.holder, key.target, key.line
    facts: dict[str, Any] = {
        "target": target.name,
        "kind": RelationKind.ONE_TO_ONE if key.one else RelationKind.MANY_TO_ONE,
        "nullable": key.nullable,
        "comment": comment(line.label),
    }
    goal = snake(target.name)
    role, offset = goal, line.offset
    if key.attribute is not None:
        made = holder.attributes[key.attribute]
        if _role(key.attribute) != made.fields["name"]:
            role = _role(key.attribute)
        if len(target.key) == 1:
            in_key = key.attribute in holder.key
            facts["nullable"] = made.fields["nullable"] = key.nullable and not in_key
            facts["attributes"] = (made.fields["name"],)
            facts["references"] = target.names(target.key)
            if key.one and holder.key != (key.attribute,):
                made.fields["unique"] = True
        elif key.attribute not in holder.key:
            del holder.attributes[key.attribute]
            holder.taken.discard(made.fields["name"])
            holder.foreign.discard(key.attribute)
            models.assume(
                f"{holder.name}.{key.attribute} gets its type from the key of {target.name}.",
                f"{holder.name}.{key.attribute}",
            )
    elif holder is target:
        role = f"parent_{goal}" if key.nullable else f"other_{goal}"
    others = [f"{snake(line.label)}_{goal}"] if line.label else []
    holder.relation(role, offset, *others, f"{role}_{goal}", **facts)


def _made(models: Models) -> None:
    """Let the database number rows, and let rows know when they were made."""
    stamped = []
    for model in models.by_key.values():
        held = {name for each in model.relations for name in each.fields.get("attributes", ())}
        for written, part in model.attributes.items():
            fields = part.fields
            if written in model.key and len(model.key) == 1 and fields["name"] not in held:
                if fields["type"] in _WHOLE:
                    fields["generated"] = Generator.IDENTITY
                elif fields["type"] is T.UUID:
                    fields["generated"] = Generator.UUID
            elif fields["type"] is T.DATETIME and fields["name"] in _CREATED | _UPDATED:
                is_first = fields["name"] in _CREATED
                fields["generated"] = Generator.NOW if is_first else Generator.NOW_ON_UPDATE
                stamped.append(f"{model.name}.{fields['name']}")
    if stamped:
        models.assume(f"The application sets {', '.join(stamped[:20])}.", ", ".join(stamped))
