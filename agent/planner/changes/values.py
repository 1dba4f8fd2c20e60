"""When does a field of the plan become one of a list? "the status of a task is open or done"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.planner.changes import edits
from agent.planner.changes.edits import EditError
from agent.planner.changes.found import members_named
from agent.planner.names import pascal, snake, unique
from agent.planner.readers import prose_words as words
from agent.types import Attribute, AttributeType, EnumType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.types import BackendSpec, Entity

TEXTUAL = frozenset({AttributeType.STRING, AttributeType.TEXT})
"""Types of plain fields that may become one of a list."""
_LONGEST = 3
"""Words of one value."""
_SENTENCE = re.compile(
    r"(?i)(?P<what>\S.{0,200}?)\s+"
    r"(?:is|are|(?:can|may|must|should|shall|will)\s+be|(?:is|are)\s+to\s+be)\s+"
    r"(?P<one>(?:(?:always|either)\s+)?(?:one\s+of|either):?\s+)?(?:the\s+values?\s+)?(?P<list>\S.{0,500})"
)
_OWNED = re.compile(r"(?i)\w\.\w|\bof\b|\w'")
_OF_ANOTHER = re.compile(r"(?i)(?:its|their|his|her)\b")
_BETWEEN = re.compile(r"\s*(?:[,|/]\s*(?:or\s+|and\s+)?|\s(?:or|and)\s)\s*", re.IGNORECASE)
_VALUE = re.compile(r"[\w-]+(?: [\w-]+)*")
# words of a rule or of a type, with which it is no list of values
_NO_VALUE = (
    words.ARTICLES
    | words.FLAGS
    | {"not", "never", "no", "only", "if", "when", "unless", "than", "least", "most", "at", "by"}
    | {"with", "who", "which", "has", "have", "between", "mandatory", "indexed", "empty", "null"}
)


def listed(spec: BackendSpec, sentence: str, *, alone: bool) -> BackendSpec | None:
    """Make a field of the plan one of the values that a sentence lists.

    Args:
        spec: The plan.
        sentence: What is said.
        alone: Whether nothing was said before it that the field may be of.

    Returns:
        The changed spec; None where it is no such sentence, or of nothing that the plan has.

    Raises:
        EditError: the plan cannot be changed so.

    """
    found = _SENTENCE.fullmatch(sentence.strip().rstrip(".!").strip())
    if found is None or _OF_ANOTHER.match(found["what"]):
        return None
    if not alone and not _OWNED.search(found["what"]):
        return None
    values = _values(found["list"], is_list=bool(found["one"]))
    by_name = {each.name: each for each in spec.entities}
    members = [
        (by_name[each.entity], part)
        for each in members_named(spec, found["what"])
        for part in by_name[each.entity].attributes
        if part.name == each.name
    ]
    if not values or not members:
        return None
    if len(members) > 1:
        which = ", ".join(f"{entity.name}.{part.name}" for entity, part in members)
        raise EditError(f"'{found['what']}' may be {which}: name one of them")
    return _with_values(spec, *members[0], values)


def _values(text: str, *, is_list: bool) -> tuple[str, ...]:
    """Return the values of a list; nothing where it is none."""
    text = text.strip().removeprefix("(").removesuffix(")")
    parts = [part.strip().strip("\"'`") for part in _BETWEEN.split(text)]
    if len(parts) < 2 or not (is_list or re.search(r"(?i)\sor\s", text)):  # noqa: PLR2004 - a list
        return ()
    for part in parts:
        said = part.lower().split()
        if not _VALUE.fullmatch(part) or len(said) > _LONGEST or _NO_VALUE.intersection(said):
            return ()
    found = tuple(snake(part, "value") for part in parts)
    return found if len(set(found)) == len(found) else ()


def _with_values(
    spec: BackendSpec, entity: Entity, part: Attribute, values: tuple[str, ...]
) -> BackendSpec:
    name = f"{entity.name}.{part.name}"
    known = {each.name: each.values for each in spec.enums}
    if part.enum is not None:
        if known.get(part.enum) == values:
            return spec
        now, new = ", ".join(known.get(part.enum, ())), ", ".join(values)
        raise EditError(f"{name} is one of {now}: say `enum {part.enum}: {new}` to change them")
    if why := unfit(entity, part, values):
        raise EditError(why)
    wanted = f"{entity.name}{pascal(part.name)}"
    if known.get(wanted) != values:
        wanted = unique(wanted, {*known, *(each.name for each in spec.entities)})
        enum = EnumType(name=wanted, values=values)
        spec = spec.model_copy(update={"enums": (*spec.enums, enum)})
    return edits.with_attribute(spec, entity.name, part.name, **as_one_of(wanted))


def unfit(entity: Entity, part: Attribute, values: Sequence[str]) -> str:
    """Say why a plain field cannot become one of a list (empty: it can)."""
    name = f"{entity.name}.{part.name}"
    if part.type not in TEXTUAL or part.array or part.name in entity.primary_key:
        kind = "the key" if part.name in entity.primary_key else part.type.value
        return f"{name} is {kind}, and only a plain text becomes one of a list: remove it first"
    if part.default is not None and part.default not in values:
        return f"the default of {name}, {part.default}, is none of {', '.join(values)}"
    return ""


def as_one_of(enum: str) -> dict[str, object]:
    """Return what makes a plain text field a value of an enum."""
    plain = dict.fromkeys(("length", "min_length", "pattern"))
    return {"type": AttributeType.ENUM, "enum": enum, **plain}


def without_orphans(before: BackendSpec, after: BackendSpec) -> BackendSpec:
    """Take enums away that are new, and used by nothing."""
    used = {a.enum for e in after.entities for a in e.attributes}
    used |= {f.enum for s in after.schemas for f in s.fields}
    used |= {each.name for each in before.enums}
    kept = tuple(each for each in after.enums if each.name in used)
    return after if len(kept) == len(after.enums) else after.model_copy(update={"enums": kept})
