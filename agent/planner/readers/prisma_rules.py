"""What do the rules of a Prisma model say? Keys, unique rules and indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lark import Tree

from agent.planner.readers.grammars import offset_of, tokens
from agent.planner.readers.models import Part, usable_name
from agent.planner.readers.prisma_values import arguments
from agent.planner.readers.sql_left_out import index_left_out
from agent.planner.readers.sql_words import near_miss

if TYPE_CHECKING:
    from agent.planner.readers.grammars import Branch
    from agent.planner.readers.models import Model, Models
    from agent.planner.readers.prisma_values import Arguments

_KEYS = frozenset({"@@id", "@@unique", "@@index"})
_READ_ELSEWHERE = frozenset({"@@map", "@@schema"})
_ORDINARY = frozenset({"BTree", "Hash"})


def read_rule(branch: Branch, model: Model, models: Models) -> None:
    """Read one rule into its model."""
    word, given, offset = str(tokens(branch, "ATAT")[0]), arguments(branch), offset_of(branch)
    if word in _READ_ELSEWHERE:
        return
    columns = given.listed("fields")
    if word not in _KEYS or not columns:
        what = f"{word} of {model.written}"
        if word == "@@fulltext":
            models.tell(index_left_out(what, "a special index", unique=False), offset)
        else:
            models.unused(f"{word} is", offset)
        return
    missing = [name for name in columns if name not in model.attributes]
    if missing:
        meant = near_miss(missing[0], frozenset(model.attributes))
        if "." in missing[0] or meant is None:
            problem = f"{missing[0]} is no column of it"
            unique = word != "@@index"
            what = f"{word} of {model.written}"
            models.tell(index_left_out(what, problem, unique=unique), offset)
        else:
            message = f"{word} of {model.written} names {missing[0]}, which is no field"
            models.fault("prisma-rule", message, offset, f"did you mean {meant}?")
        return
    _put(word, columns, model, models, branch)


def _put(word: str, columns: tuple[str, ...], model: Model, models: Models, branch: Branch) -> None:
    given, offset = arguments(branch), offset_of(branch)
    name = given.get("map")
    if any(each.data == "call" for each in _listed(branch)):
        models.unused(f"how {word} sorts and cuts is", offset)
    for argument in given.named.keys() - {"fields", "map", "name", "type", "where"}:
        models.unused(f"{argument} of {word} is", offset)
    fields: dict[str, object] = {"attributes": model.names(columns)}
    if name:
        fields["name"] = usable_name(name)
    if problem := _problem(given):
        unique = word != "@@index"
        what = f"{word}([{', '.join(columns)}]) of {model.written}"
        models.tell(index_left_out(what, problem, unique=unique), offset)
    elif word == "@@id":
        model.key = columns
        if name:
            models.unused("the database's name of a key is", offset)
    elif word == "@@unique":
        if len(columns) == 1 and not name:
            model.attributes[columns[0]].fields["unique"] = True
        else:
            model.uniques.append(Part(fields, offset))
    else:
        model.indexes.append(Part(fields, offset))


def _problem(given: Arguments) -> str | None:
    """Say why an index is none that the project can have."""
    kind = given.get("type")
    if kind and kind not in _ORDINARY:
        return f"not an ordinary index ({kind})"
    return "only some of the rows" if "where" in given.named else None


def _listed(branch: Branch) -> list[Branch]:
    """Return what stands in the lists of a rule."""
    lists = branch.find_data("list")
    return [child for each in lists for child in each.children if isinstance(child, Tree)]
