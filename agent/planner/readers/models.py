"""Which entities does a text describe that speaks of entities itself? Drafts, with their places.

JDL, Prisma, Mermaid and JSON Schema name entities, attributes and relations; what differs is how.
Their readers fill these drafts, and ``model_specs`` makes a spec of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agent.documents import Fault, Question, Warn
from agent.planner.readers.secret_names import Secrets
from agent.planner.readers.sql_drafts import usable_values
from agent.planner.readers.sql_names import free, pascal, snake
from agent.planner.readers.written import in_order, together
from agent.types import AttributeType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agent.planner.readers.written import Noted, Written
    from agent.types import Database

LONGEST_COMMENT, LONGEST_NAME = 4000, 120
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
UNUSABLE_IN_NAMES = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\"`\\]")
_TYPE_FACTS = ("type", "enum", "length", "precision", "scale", "timezone")


@dataclass(slots=True)
class Part:
    """Fields of an Attribute, a Relation, a Unique or an Index, and where it stands."""

    fields: dict[str, Any]
    offset: int


@dataclass(slots=True)
class Model:
    """An entity on its way; ``attributes`` by their names as written, in order.

    ``facts`` are fields of the Entity, ``key`` the attributes, as written, that are its key, and
    ``foreign`` those that are said to hold another's.
    """

    written: str
    name: str
    offset: int
    facts: dict[str, Any] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    foreign: set[str] = field(default_factory=set)
    attributes: dict[str, Part] = field(default_factory=dict)
    relations: list[Part] = field(default_factory=list)
    uniques: list[Part] = field(default_factory=list)
    indexes: list[Part] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def attribute(self, written: str, offset: int, **fields: Any) -> Part:  # noqa: ANN401 - fields of an Attribute
        """Add an attribute; its name is like the one written."""
        name = free(snake(usable_name(written)), self.taken)
        made = Part({"name": name, **fields}, offset)
        self.attributes[written] = made
        return made

    def relation(self, wanted: str, offset: int, *others: str, **fields: Any) -> Part:  # noqa: ANN401 - fields of a Relation
        """Add a relation under the first of the names that is free."""
        names = [snake(usable_name(name)) for name in (wanted, *others)]
        made = Part({"name": free(names[0], self.taken, *names[1:]), **fields}, offset)
        self.relations.append(made)
        return made

    def names(self, written: Iterable[str]) -> tuple[str, ...]:
        """Return the names of attributes, by their names as written."""
        return tuple(self.attributes[name].fields["name"] for name in written)


class Models:
    """Everything that was read from one text, and what is to be told of it."""

    def __init__(self, text: Written, form: str) -> None:
        """Start empty; ``form`` begins the codes of faults."""
        self.text = text
        self.form = form
        self.by_key: dict[str, Model] = {}
        self.enums: dict[str, tuple[str, tuple[str, ...], int]] = {}
        self.secrets = Secrets()
        self.assumptions: list[Question] = []
        self.warnings: list[Noted] = []
        self.faults: list[Fault] = []
        self._common: dict[str, list[int]] = {}
        self._names: set[str] = set()

    def model(
        self, written: str, offset: int, *wanted: str, facts: dict[str, Any] | None = None
    ) -> Model | None:
        """Take a new entity, under one of the names wanted; one that is there is a fault."""
        if before := self.by_key.get(written):
            line = self.text.line(before.offset)
            message = f"{written} is declared on line {line} already"
            self.fault(f"{self.form}-twice", message, offset, "one of a name")
            return None
        names = [pascal(usable_name(name)) for name in wanted or (written,)]
        name = free(names[0], self._names, *names[1:])
        made = Model(written, name, offset, facts or {})
        self.by_key[written] = made
        return made

    def enum(self, written: str, values: Iterable[str], offset: int) -> str | None:
        """Take an enum and return its name; ``None`` where a spec cannot have its values."""
        found = tuple(dict.fromkeys(values))
        if not found or not usable_values(found):
            return None
        wanted = pascal(usable_name(written))
        name = free(wanted, self._names, f"{wanted}Enum")
        self.enums[written] = (name, found, offset)
        return name

    def warn(self, code: str, message: str, offset: int) -> None:
        """Tell the sender about something at an offset."""
        line = self.text.line(offset)
        self.warnings.append((line, Warn(code=code, message=f"line {line}: {message}")))

    def tell(self, message: str, offset: int) -> None:
        """Tell the sender of something that the project does not get."""
        self.warn("not-carried-over", message, offset)

    def unused(self, what: str, offset: int) -> None:
        """Remember something common that is not used, for one warning of its kind."""
        self._common.setdefault(f"{what} not used", []).append(self.text.line(offset))

    def lose(self, what: str, offset: int) -> None:
        """Remember a common part of types that no attribute has, for one warning of its kind."""
        self._common.setdefault(f"{what} is not kept", []).append(self.text.line(offset))

    def fault(self, code: str, message: str, offset: int, expected: str | None = None) -> None:
        """Refuse something at an offset."""
        self.faults.append(self.text.fault(code, message, offset, expected))

    def assume(self, text: str, about: str = "") -> None:
        """Tell of a choice that was made."""
        self.assumptions.append(Question(id="", text=text, about=about[:200]))

    def told(self) -> tuple[Warn, ...]:
        """Return all warnings in the order of lines."""
        return in_order([*self.warnings, *together(self._common)])


def aligned(models: Models) -> None:
    """Give every attribute that holds a key the type of the key it leads to, and tell of it."""
    attributes = {
        (model.name, part.fields["name"]): part
        for model in models.by_key.values()
        for part in model.attributes.values()
    }
    leads: dict[tuple[str, str], tuple[str, str]] = {}
    for model in models.by_key.values():
        for relation in model.relations:
            given = relation.fields
            pairs = zip(given.get("attributes", ()), given.get("references", ()), strict=True)
            for here, there in pairs:
                leads.setdefault((model.name, here), (given["target"], there))
    ends: dict[tuple[str, str], tuple[str, str]] = {}
    for start in leads:
        way = [start]
        while (at := ends.get(way[-1]) or leads.get(way[-1])) and at not in way[:1]:
            if len(way) > len(leads):
                break
            way.append(at)
        for step in way:
            ends[step] = way[-1]
        if way[-1] != start:
            _align(start, way[-1], attributes, models)


def _align(
    here: tuple[str, str],
    there: tuple[str, str],
    attributes: dict[tuple[str, str], Part],
    models: Models,
) -> None:
    own, other = attributes[here], attributes[there]
    before = {name: own.fields[name] for name in _TYPE_FACTS if name in own.fields}
    after = {name: other.fields[name] for name in _TYPE_FACTS if name in other.fields}
    if before == after:
        return
    for name in before:
        del own.fields[name]
    own.fields |= after
    own.fields.pop("default", None)
    if after["type"] not in {before["type"], AttributeType.UUID}:
        kind = after["type"].value
        message = f"{'.'.join(here)} is {kind}, as {'.'.join(there)} is, to which it refers"
        models.warn("type-changed", message, own.offset)


def usable_name(written: str) -> str:
    """Return a name without the characters that no name of a spec has, and not too long."""
    return UNUSABLE_IN_NAMES.sub("_", written)[:LONGEST_NAME] or "_"


def not_a_target(name: str, database: Database) -> str:
    """Say that a database is none that projects are built for, and for which it is built."""
    return f"{name} is not a target: the backend is built for {database.value}"


def comment(words: str | None) -> str | None:
    """Return words as a comment of a spec, or nothing for none."""
    kept = _CONTROL.sub(" ", words or "").strip()[:LONGEST_COMMENT]
    return kept or None
