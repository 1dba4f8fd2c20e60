"""Which plain sentences change a plan? A small set of shapes; docs/chat.md lists them all.

A sentence of another shape is not read here: it may be one that the prose reader knows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.planner.changes import edits, removing, renaming
from agent.planner.changes.edits import EditError
from agent.planner.changes.found import entity_named, members_named
from agent.planner.names import article, is_project_name, pascal, snake
from agent.types import Attribute, Database, Relation, RelationKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.planner.changes.found import Member
    from agent.types import BackendSpec

    Edit = Callable[[BackendSpec, "re.Match[str]"], tuple[BackendSpec, str]]

EXAMPLES = (
    "add a rating (1 to 5) to reviews",
    "add a Review with a rating and a text",
    "a review belongs to a book",
    "remove isbn from books",
    "remove Review",
    "rename Book.title to headline",
    "rename Member to Reader",
    "make Book.isbn optional",
    "make Book.isbn unique",
    "make it MySQL",
    "use Python 3.13",
    "call it bookshop",
)
"""One sentence of each shape."""
_DATABASES = {
    "postgres": Database.POSTGRESQL,
    "postgresql": Database.POSTGRESQL,
    "mysql": Database.MYSQL,
    "mariadb": Database.MYSQL,
    "sqlite": Database.SQLITE,
}
_FLAGS: dict[str, dict[str, bool]] = {
    "optional": {"nullable": True},
    "required": {"nullable": False},
    "mandatory": {"nullable": False},
    "unique": {"unique": True},
    "not unique": {"unique": False},
    "indexed": {"index": True},
}


def change(spec: BackendSpec, sentence: str) -> tuple[BackendSpec, str] | None:
    """Change a plan as a sentence says.

    Returns:
        The changed spec, and a note of what else that means (or nothing); None where the sentence
        has no shape of these.

    Raises:
        EditError: the plan cannot be changed so.

    """
    text = sentence.strip().rstrip(".!").strip()
    text = re.sub(r"(?i)^(please|now|and|then|also|,)\s+", "", text)
    for shape, edit in _SHAPES:
        if found := shape.fullmatch(text):
            return edit(spec, found)
    return None


def as_prose(spec: BackendSpec, sentence: str) -> str | None:
    """Say "add X to Y" as the prose reader knows it: "a Y has X"; None for other shapes."""
    text = sentence.strip().rstrip(".!").strip()
    to, whole = _ADD_TO.fullmatch(text), _ADD_WITH.fullmatch(text)
    entity = entity_named(spec, to["where"]) if to else None
    if to and entity is not None:
        words = snake(entity.name).replace("_", " ")
        return f"{article(words).capitalize()} {words} has {to['what']}."
    if to and not whole:
        raise EditError(_unknown(spec, to["where"]))
    if found := whole:
        words = snake(found["what"].strip()).replace("_", " ")
        return f"{article(words).capitalize()} {words} has {found['items']}."
    return None


def _remove(spec: BackendSpec, found: re.Match[str]) -> tuple[BackendSpec, str]:
    entity = entity_named(spec, found["what"])
    if entity is not None:
        return removing.without_entity(spec, entity.name), ""
    member = _one(spec, found["what"])
    return removing.without_member(spec, member.entity, member.name), ""


def _remove_from(spec: BackendSpec, found: re.Match[str]) -> tuple[BackendSpec, str]:
    member = _one(spec, f"{found['what']} of {found['where']}")
    return removing.without_member(spec, member.entity, member.name), ""


def _rename(spec: BackendSpec, found: re.Match[str]) -> tuple[BackendSpec, str]:
    lost = (
        "In a database this is a removal and an addition: what is stored there is not carried over."
    )
    new = found["new"].strip().strip("\"'")
    entity = entity_named(spec, found["what"])
    if entity is not None:
        name = new if new.isidentifier() else pascal(new)
        if entity_named(spec, name) not in {None, entity}:
            raise EditError(f"there is a {name} already")
        return renaming.renamed_entity(spec, entity.name, name), lost
    member = _one(spec, found["what"])
    name = snake(new.rpartition(".")[2])
    return renaming.renamed_member(spec, member.entity, member.name, name), lost


def _make(spec: BackendSpec, found: re.Match[str]) -> tuple[BackendSpec, str]:
    member = _one(spec, found["what"])
    flag = " ".join(found["flag"].lower().split())
    update: dict[str, object] = dict(_FLAGS[flag])
    part = _part(spec, member)
    if not isinstance(part, Attribute) and "unique" in update:
        one = RelationKind.ONE_TO_ONE if update.pop("unique") else RelationKind.MANY_TO_ONE
        if part.kind not in {RelationKind.ONE_TO_ONE, RelationKind.MANY_TO_ONE}:
            raise EditError(f"{member.entity}.{member.name} leads to many")
        update["kind"] = one
    elif not isinstance(part, Attribute) and "index" in update:
        raise EditError("foreign keys are indexed anyway")
    return edits.with_attribute(spec, member.entity, member.name, **update), ""


def _part(spec: BackendSpec, member: Member) -> Attribute | Relation:
    entity = next(each for each in spec.entities if each.name == member.entity)
    parts: tuple[Attribute | Relation, ...] = (*entity.attributes, *entity.relations)
    return next(each for each in parts if each.name == member.name)


def _database(spec: BackendSpec, found: re.Match[str]) -> tuple[BackendSpec, str]:
    return spec.model_copy(update={"database": _DATABASES[found["database"].lower()]}), ""


def _python(spec: BackendSpec, found: re.Match[str]) -> tuple[BackendSpec, str]:
    return spec.model_copy(update={"python": found["python"]}), ""


def _call(spec: BackendSpec, found: re.Match[str]) -> tuple[BackendSpec, str]:
    name = found["name"].strip().strip("\"'")
    if not is_project_name(name):
        raise EditError(f"'{name}' cannot be the name of a project")
    return spec.model_copy(update={"name": name}), ""


def _one(spec: BackendSpec, words: str) -> Member:
    """Return the member that words mean.

    Raises:
        EditError: there is none, or more than one.

    """
    found = members_named(spec, words)
    if not found:
        raise EditError(_unknown(spec, words))
    if len(found) > 1:
        which = ", ".join(f"{each.entity}.{each.name}" for each in found)
        raise EditError(f"'{words.strip()}' may be {which}: name one of them")
    return found[0]


def _unknown(spec: BackendSpec, words: str) -> str:
    there = ", ".join(each.name for each in spec.entities)
    return f"there is no '{words.strip()}' in the plan, which has {there or 'nothing yet'}"


_ANY = r"(?:the\s+)?(?P<what>\S.{0,200}?)"
_ADD_TO = re.compile(
    r"(?i)(?:please\s+|also\s+)?(?:add|give)\s+(?P<what>\S.{0,1000})\s+to\s+(?P<where>[^()]{1,120})"
)
_ADD_WITH = re.compile(
    r"(?i)(?:please\s+|also\s+)?(?:add|create)\s+(?:an?\s+|the\s+)?(?:new\s+)?(?:entity\s+)?"
    r"(?P<what>[\w -]{1,80}?)(?:\s+entity)?\s+(?:with|having)\s+(?P<items>\S.{0,1000})"
)
_TO_DATABASE = r"(?P<database>postgres(?:ql)?|mysql|mariadb|sqlite)"
_SHAPES: tuple[tuple[re.Pattern[str], Edit], ...] = (
    (
        re.compile(
            r"(?i)(?:make\s+(?:it|this|that)(?:\s+use)?|use|switch\s+to|change\s+(?:it\s+)?to"
            rf"|on|with)\s+{_TO_DATABASE}(?:\s+(?:instead|as\s+the\s+database))?"
        ),
        _database,
    ),
    (
        re.compile(r"(?i)(?:make\s+it|use|switch\s+to)\s+python\s+(?P<python>3\.1[1-4])"),
        _python,
    ),
    (re.compile(r"(?i)(?:call|name)\s+(?:it|the\s+project)\s+(?P<name>\S.{0,120})"), _call),
    (
        re.compile(
            rf"(?i)make\s+{_ANY}\s+(?P<flag>optional|required|mandatory|(?:not\s+)?unique|indexed)"
        ),
        _make,
    ),
    (
        re.compile(rf"(?i)rename\s+{_ANY}\s+(?:to|as|into)\s+(?P<new>[\w.\"' -]{{1,120}})"),
        _rename,
    ),
    (
        re.compile(
            rf"(?i)(?:remove|drop|delete)\s+{_ANY}\s+(?:from|of)\s+(?P<where>\S[^,]{{0,120}})"
        ),
        _remove_from,
    ),
    (re.compile(rf"(?i)(?:remove|drop|delete)\s+(?:(?:the\s+)?entity\s+)?{_ANY}"), _remove),
)
