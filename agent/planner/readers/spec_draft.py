"""What has been read of a spec so far? A draft, and how it becomes a spec.

A ``Draft`` grows statement by statement; each part is checked on the line that gave it, so that a
fault has that line. ``finish`` makes the spec, and settles what needs the whole text: which names
are enums.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from agent.documents import Fault
from agent.planner.readers.spec_places import places_in, wire_name
from agent.planner.readers.spec_tree import build, shown, type_meant, wrong
from agent.types import (
    Api,
    AttributeType,
    BackendSpec,
    Entity,
    EnumType,
    Operation,
    Schema,
    SchemaField,
    SpecModel,
)

if TYPE_CHECKING:
    from agent.planner.readers.spec_tree import Branch, Node

_PARTS: dict[str, tuple[str, type[SpecModel]]] = {
    "entity": ("entities", Entity),
    "schema": ("schemas", Schema),
    "operation": ("operations", Operation),
}
_NEEDED = {"operation": {"method": "GET", "path": "/"}}
_MOST_UNKNOWN = 100


def given_once(place: Node, given: dict[str, Any], key: str) -> None:
    """Refuse a second value where it would silently replace the first."""
    if key in given:
        raise wrong(place, f"{shown(key.replace('_', '-'))} is given twice", "each at most once")


@dataclass(frozen=True, slots=True)
class _Place:
    """A name in the text, and where it stands (line and column from 1)."""

    name: str
    line: int
    column: int


@dataclass(slots=True)
class Draft:
    """The lines read so far.

    ``block`` names the latest header, and with it the grammar's start rule for the next line;
    ``offset`` is the number of lines before the current statement; ``places`` says for the JSON
    Pointers of the spec at which line and column (from 1) their parts stand; ``unsure`` are
    the words of lines that could not be read.
    """

    block: str = "top"
    offset: int = 0
    settings: dict[str, Any] = field(default_factory=dict)
    api: dict[str, Any] = field(default_factory=dict)
    enums: list[EnumType] = field(default_factory=list)
    current: dict[str, Any] = field(default_factory=dict)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)
    _at: str | None = None
    _header: dict[str, Any] = field(default_factory=dict)
    _parts: dict[str, list[tuple[dict[str, Any], Node]]] = field(
        default_factory=lambda: {key: [] for key in _PARTS}
    )
    _own_enums: list[_Place] = field(default_factory=list)
    _mentions: list[_Place] = field(default_factory=list)
    _loose: list[tuple[list[SchemaField], int]] = field(default_factory=list)

    def setting(self, place: Branch, key: str, found: object) -> None:
        """Set a field of the spec itself."""
        given_once(place, self.settings, key)
        build(BackendSpec, place, **{key: found})
        self.settings[key] = found
        self.mark(f"/{wire_name(key)}", place)

    def mark(self, pointer: str, place: Node) -> None:
        """Remember where a part stands, and each of its fields that the statement gives."""
        found = [(pointer, place)] if isinstance(place, str) else places_in(place, pointer)
        for part, node in found:
            where = self._place("", node)
            self.places.setdefault(part, (where.line, where.column))

    def open(self, block: str, place: Branch, **fields: Any) -> None:  # noqa: ANN401 - checked here
        """Begin an entity, a schema or an operation."""
        build(_PARTS[block][1], place, **fields)
        self.block = block
        self._header = fields
        self.current = dict(fields)
        self._parts[block].append((self.current, place))
        self._at = f"/{_PARTS[block][0]}/{len(self._parts[block]) - 1}"
        self.mark(self._at, place)

    def open_anyway(self, block: str) -> None:
        """Go on below a header that could not be read, so that its lines are still looked at."""
        self.block = block
        # a name of its own, lest two such blocks seem to declare one enum
        self._header = {"name": f"x{self.offset}", **_NEEDED.get(block, {})}
        self.current = dict(self._header)
        self._at = None

    def put(self, key: str, place: Branch, found: object) -> None:
        """Set a field of the current part."""
        given_once(place, self.current, key)
        build(_PARTS[self.block][1], place, **self._header, **{key: found})
        self.current[key] = found
        self._mark_in_part(key, place)

    def add(self, key: str, place: Branch, part: SpecModel) -> None:
        """Add to a list of the current part."""
        parts = self.current.setdefault(key, [])
        parts.append(part)
        self._mark_in_part(f"{key}/{len(parts) - 1}", place)

    def set_in(self, key: str, place: Node, name: str, found: object) -> None:
        """Give a name of a field of the current part a value."""
        chosen = self.current.setdefault(key, {})
        given_once(place, chosen, name)
        chosen[name] = found
        self._mark_in_part(key, place)
        self._mark_in_part(f"{key}/{name}", place)

    def _mark_in_part(self, path: str, place: Node) -> None:
        if self._at is not None:
            key, *rest = path.split("/", 1)
            self.mark("/".join([self._at, wire_name(key), *rest]), place)

    def in_key(self, place: Branch, name: str) -> None:
        """Add an attribute to the current entity's primary key."""
        if not isinstance(self.current.setdefault("primary_key", []), list):
            raise wrong(place, "the key is given twice", "`key(...)` or `key` at its attributes")
        self.current["primary_key"].append(name)
        self._mark_in_part("primary_key", place)

    def own_enum(self, place: Branch, enum: EnumType) -> None:
        """Add an enum that an attribute declares by listing its values."""
        self._own_enums.append(self._place(enum.name, place))
        self.add_enum(place, enum)

    def add_enum(self, place: Branch, enum: EnumType) -> None:
        """Add an enum."""
        self.mark(f"/enums/{len(self.enums)}", place)
        self.enums.append(enum)

    def mention(self, name: str, place: Node) -> None:
        """Remember a word that has to be an enum of this text."""
        self._mentions.append(self._place(name, place))

    def add_loose(self, place: Branch, part: SchemaField) -> None:
        """Add a field whose ``schema_name`` may turn out to be an enum."""
        self.add("fields", place, part)
        fields = self.current["fields"]
        self._loose.append((fields, len(fields) - 1))

    def finish(self) -> BackendSpec:
        """Make the spec of what was read.

        Raises:
            SourceError: parts that cannot be.

        """
        declared = {enum.name for enum in self.enums}
        schemas = {part["name"] for part, _ in self._parts["schema"]}
        for fields, position in self._loose:
            loose = fields[position]
            name = loose.schema_name
            if name in declared and name not in schemas:
                change = {"schema_name": None, "type": AttributeType.ENUM, "enum": name}
                fields[position] = loose.model_copy(update=change)
        parts: dict[str, Any] = {
            key: tuple(build(model, place, **found) for found, place in self._parts[block])
            for block, (key, model) in _PARTS.items()
        }
        given = self.settings | parts
        return BackendSpec(**given, api=Api(**self.api), enums=tuple(self.enums))

    def unsettled(self, *, certain: bool) -> list[Fault]:
        """List what is wrong with the enums; where other lines are faulty, only what looks it."""
        declared = Counter(enum.name for enum in self.enums)
        known = tuple(islice(declared, 200))
        unknown = [place for place in self._mentions if place.name not in declared]
        self.unsure.update(place.name for place in unknown)
        faults = self._twice(declared)
        for place in unknown[:_MOST_UNKNOWN]:
            hint = type_meant(place.name, known)
            if certain or hint:
                message = f"{shown(place.name)} is neither a type nor an enum of this text"
                hint = hint or "an enum of this text, or one of " + ", ".join(AttributeType)
                faults.append(_fault(place, message, hint))
        return faults

    def _twice(self, declared: Counter[str]) -> list[Fault]:
        return [
            _fault(
                place,
                f"the values listed here make the enum {shown(place.name)}, which exists already",
                f"another name for that enum, or {shown(place.name)} as the type here",
            )
            for place in self._own_enums
            if declared[place.name] > 1
        ]

    def _place(self, name: str, node: Node) -> _Place:
        where = node if isinstance(node, str) else node.meta
        return _Place(name, (where.line or 1) + self.offset, where.column or 1)


def _fault(place: _Place, message: str, hint: str) -> Fault:
    return Fault(
        code="spec-syntax", message=message, line=place.line, column=place.column, expected=hint
    )
