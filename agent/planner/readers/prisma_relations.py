"""Which relations are the fields whose type is a model? Two fields are two sides of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.planner.readers.models import aligned, usable_name
from agent.planner.readers.prisma_values import Arguments, arguments, plain
from agent.planner.readers.sql_names import free, snake
from agent.planner.readers.sql_words import near_miss
from agent.types import DeleteBehaviour, JoinTable, RelationKind

if TYPE_CHECKING:
    from agent.planner.readers.models import Models
    from agent.planner.readers.prisma_fields import Linked, Prisma

_DELETES = {
    "Cascade": DeleteBehaviour.CASCADE,
    "Restrict": DeleteBehaviour.RESTRICT,
    "NoAction": DeleteBehaviour.NO_ACTION,
    "SetNull": DeleteBehaviour.SET_NULL,
}


def relate(prisma: Prisma) -> None:
    """Give the models their relations."""
    said = {id(link): _said(link) for link in prisma.linked}
    done: set[int] = set()
    holders = [link for link in prisma.linked if "fields" in said[id(link)].named]
    for link in [*holders, *prisma.linked]:
        if id(link) in done:
            continue
        other = _other(link, prisma, said, done)
        done |= {id(each) for each in (link, other) if each is not None}
        given = said[id(link)]
        if link.is_list:
            _many(link, other, prisma, given)
        elif "fields" in given.named:
            _one(link, other, prisma, given)
        else:
            message = f"{link.model.written}.{link.name} is left out: no side of this relation has"
            prisma.models.tell(f"{message} the fields that hold its key", link.offset)
    aligned(prisma.models)


def _said(link: Linked) -> Arguments:
    return arguments(link.relation) if link.relation is not None else Arguments()


def _name(given: Arguments) -> str | None:
    return plain(given.first) if given.first is not None else given.get("name")


def _other(
    link: Linked, prisma: Prisma, said: dict[int, Arguments], done: set[int]
) -> Linked | None:
    """Find the field that is the other side of a relation."""
    found = [
        each
        for each in prisma.linked
        if each is not link
        and id(each) not in done
        and each.model.written == link.target
        and each.target == link.model.written
        and _name(said[id(each)]) == _name(said[id(link)])
        and not (
            "fields" in said[id(each)].named
            and "fields" in said[id(link)].named
            and not link.is_list
        )
    ]
    return found[0] if found else None


def _one(link: Linked, other: Linked | None, prisma: Prisma, given: Arguments) -> None:
    models, model = prisma.models, link.model
    target = models.by_key[link.target]
    columns = given.listed("fields") or ()
    references = given.listed("references") if "references" in given.named else target.key
    where = f"{model.written}.{link.name}"
    if not references or len(references) != len(columns):
        message = (
            f"the relation {where} has {len(columns)} fields and {len(references or ())} references"
        )
        models.fault("prisma-relation", message, link.offset, "as many of both")
        return
    for owner, names in ((model, columns), (target, references)):
        missing = [name for name in names if name not in owner.attributes]
        if missing:
            meant = near_miss(missing[0], frozenset(owner.attributes))
            message = f"the relation {where} names {owner.written}.{missing[0]}, which is no field"
            remedy = f"did you mean {meant}?" if meant else f"a field of {owner.written}"
            models.fault("prisma-relation", message, link.offset, remedy)
            return
    is_unique = _is_unique(link, columns)
    facts: dict[str, Any] = {
        "target": target.name,
        "kind": RelationKind.ONE_TO_ONE if is_unique else RelationKind.MANY_TO_ONE,
        "nullable": link.optional,
        "on_delete": _on_delete(link, given, models),
        "attributes": model.names(columns),
        "references": target.names(references),
        "comment": link.comment,
    }
    if constraint := given.get("map"):
        facts["constraint"] = usable_name(constraint)
    if other is not None:
        facts["inverse"] = free(snake(other.name), target.taken)
    model.relation(link.name, link.offset, **facts)


def _is_unique(link: Linked, columns: tuple[str, ...]) -> bool:
    model = link.model
    names = set(model.names(columns))
    alone = len(columns) == 1 and model.attributes[columns[0]].fields.get("unique")
    rules = [set(rule.fields["attributes"]) for rule in model.uniques]
    return bool(alone) or set(model.key) == set(columns) or names in rules


def _on_delete(link: Linked, given: Arguments, models: Models) -> DeleteBehaviour:
    said = given.get("onDelete")
    default = DeleteBehaviour.SET_NULL if link.optional else DeleteBehaviour.RESTRICT
    if (update := given.get("onUpdate")) and update != "Cascade":
        models.unused(f"onUpdate: {update} is", link.offset)
    if said and said not in _DELETES:
        message = f"{link.model.written}.{link.name}: onDelete {said} becomes {default.value}"
        models.warn("delete-changed", message, link.offset)
    found = _DELETES.get(said or "", default)
    columns = given.listed("fields") or ()
    holds_null = all(link.model.attributes[each].fields["nullable"] for each in columns)
    if found is DeleteBehaviour.SET_NULL and not holds_null:
        if said:
            message = f"{link.model.written}.{link.name}: its key cannot be null: deletes restrict"
            models.warn("delete-changed", message, link.offset)
        return DeleteBehaviour.RESTRICT
    return found


def _many(link: Linked, other: Linked | None, prisma: Prisma, given: Arguments) -> None:
    models = prisma.models
    if other is None or not other.is_list:
        message = f"{link.model.written}.{link.name} is left out: it has no other side"
        models.tell(message, link.offset)
        return
    # Prisma's own join table: named after the models, the first in the alphabet is A
    first, second = sorted((link, other), key=lambda each: (each.model.written, each.name))
    name = _name(given) or f"{first.model.written}To{second.model.written}"
    through = JoinTable(table=usable_name(f"_{name}"), local_columns=("A",), target_columns=("B",))
    keys_fit = len(first.model.key) == len(second.model.key) == 1
    facts: dict[str, Any] = {
        "target": second.model.name,
        "kind": RelationKind.MANY_TO_MANY,
        "comment": first.comment,
        "inverse": free(snake(second.name), second.model.taken),
    }
    if keys_fit:
        facts["through"] = through
    first.model.relation(first.name, first.offset, **facts)
    for side in (link, other):
        for column in _said(side).listed("fields") or () if "fields" in _said(side).named else ():
            if side.model.attributes.pop(column, None):
                what = f"{side.model.written}.{column}"
                message = f"{what} is left out: the join table {name} holds these keys"
                models.tell(message, side.offset)
