"""What does a schema in this document mean when references and allOf are followed?

Nothing is ever fetched: a reference to another document has no meaning here, and is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from agent.contract.faults import escaped

if TYPE_CHECKING:
    from agent.planner.readers.data_text import DataText
    from agent.planner.readers.models import Models

MOST_STEPS = 64
"""References that lead on, and allOf inside of one another."""
MOST_PARTS = 4000
"""Schemas that one schema is merged from."""
_ANNOTATIONS = frozenset(
    {"title", "description", "$comment", "examples", "example", "deprecated", "default"}
)
_KINDS: dict[str, type] = {
    "properties": dict,
    "required": list,
    "enum": list,
    "format": str,
    "pattern": str,
}
"""What the keywords have to be that are looked into; of another kind they are left out."""


@dataclass(frozen=True, slots=True)
class Meant:
    """A schema with everything merged into it: keyword -> value.

    ``places`` are the pointers at which properties and keywords stand, ``target`` is the pointer
    that a reference led to, and ``null`` tells whether null is allowed beside it.
    """

    keywords: dict[str, Any]
    places: dict[str, str] = field(default_factory=dict)
    target: str | None = None
    null: bool = False


class Document:
    """A schema document and where its parts stand."""

    def __init__(self, text: DataText, models: Models) -> None:
        """Find the names that references may use."""
        self.data = text.data
        self.text = text
        self.models = models
        self.named: dict[str, str] = {}
        self._told: set[str] = set()
        own = self.data if isinstance(self.data, dict) else {}
        self.base = str(own.get("$id") or own.get("id") or "")
        self._name_all()

    def _name_all(self) -> None:
        waiting: list[tuple[Any, str]] = [(self.data, "")]
        seen: set[int] = set()  # an alias is what it stands for
        while waiting:
            here, pointer = waiting.pop()
            if id(here) in seen:
                continue
            if isinstance(here, dict | list):
                seen.add(id(here))
            if isinstance(here, dict):
                for word in ("$id", "id", "$anchor", "$dynamicAnchor"):
                    name = here.get(word)
                    if isinstance(name, str) and name:
                        shown = name if "id" in word else f"#{name}"
                        self.named.setdefault(shown.rstrip("#") or shown, pointer)
                waiting += [(value, f"{pointer}/{escaped(key)}") for key, value in here.items()]
            elif isinstance(here, list):
                waiting += [(value, f"{pointer}/{index}") for index, value in enumerate(here)]

    def offset(self, pointer: str) -> int:
        """Return where a part stands, or the nearest around it."""
        return self.text.offset(pointer)

    def left_out(self, what: str, pointer: str) -> None:
        """Tell of what a spec cannot say, with its pointer."""
        self.tell(f"{what} is left out", pointer)

    def tell(self, sentence: str, pointer: str) -> None:
        """Tell what became of something that a spec cannot say, with its pointer."""
        self.models.tell(f"{sentence} (#{pointer})", self.offset(pointer))

    def _once(self, sentence: str, pointer: str) -> None:
        if pointer not in self._told:
            self._told.add(pointer)
            self.tell(sentence, pointer)

    def at(self, pointer: str) -> Any:  # noqa: ANN401 - any JSON
        """Return the part that a pointer leads to; ``None`` where there is none."""
        try:
            return self.text.at(pointer)
        except KeyError:
            return None

    def find(self, reference: str) -> str | None:
        """Return the pointer that a reference means in this document."""
        address, _, fragment = reference.partition("#")
        start = ""
        if address and address != self.base.rstrip("#"):
            tail = address.rpartition("/")[2]
            ids = {name.rpartition("/")[2]: place for name, place in self.named.items()}
            found = self.named.get(address, ids.get(tail))
            if found is None:
                return None
            start = found
        if not fragment:
            return start
        pointer = unquote(fragment)
        if not pointer.startswith("/"):
            return self.named.get(f"#{pointer}")
        found = f"{start}{pointer}".rstrip("/")
        return found if self.at(found) is not None else None

    def meant(self, pointer: str, *, through: bool = True) -> Meant:
        """Return what the schema at a pointer says; ``through``: also what it refers to."""
        keywords: dict[str, Any] = {}
        places: dict[str, str] = {}
        target, null = None, False
        waiting, seen = [(pointer, 0)], set[str]()
        while waiting and len(seen) < MOST_PARTS:
            place, depth = waiting.pop(0)
            schema = self.at(place)
            if place in seen or not isinstance(schema, dict) or depth > MOST_STEPS:
                continue
            seen.add(place)
            reference = next(
                (schema[k] for k in ("$ref", "$dynamicRef", "$recursiveRef") if k in schema), None
            )
            if isinstance(reference, str):
                found = self.find(reference)
                target = found if target is None else target
                if found is None:
                    why = "leads nowhere" if reference.startswith("#") else "is another document"
                    self._once(f"{reference[:200]} {why}: what it says is left out", place)
                elif through:
                    waiting.append((found, depth + 1))
            only, is_null = self._sole(schema, place)
            null |= is_null
            if only is not None:
                waiting.append((only, depth + 1))
            parts = schema.get("allOf")
            count = len(parts) if isinstance(parts, list) else 0
            waiting += [(f"{place}/allOf/{index}", depth + 1) for index in range(count)]
            usable = {word: schema[word] for word in schema if self._is_usable(word, schema, place)}
            _merge(keywords, places, usable, place, has_sole=only is not None)
        return Meant(keywords, places, target, null)

    def _is_usable(self, word: str, schema: dict[str, Any], place: str) -> bool:
        """Tell whether a keyword is of its kind; what is not is told once."""
        value, kind = schema[word], _KINDS.get(word)
        if kind is None or isinstance(value, kind):
            return True
        self._once(f"{word}, which is of the wrong kind, is left out", f"{place}/{word}")
        return False

    def _sole(self, schema: dict[str, Any], place: str) -> tuple[str | None, bool]:
        """Return the only alternative beside null, and whether null is one."""
        for word in ("anyOf", "oneOf"):
            choices = schema.get(word)
            if not isinstance(choices, list):
                continue
            rest = [i for i, each in enumerate(choices) if not _is_null(each)]
            is_null = len(rest) < len(choices)
            if len(rest) == 1:
                return f"{place}/{word}/{rest[0]}", is_null
            return None, is_null
        return None, False


def _is_null(schema: object) -> bool:
    return isinstance(schema, dict) and (
        schema.get("type") == "null"
        or schema.get("enum") == [None]
        or ("const" in schema and schema["const"] is None)
    )


def _merge(
    keywords: dict[str, Any],
    places: dict[str, str],
    schema: dict[str, Any],
    place: str,
    *,
    has_sole: bool,
) -> None:
    """Add a schema's keywords: properties and required are joined, of others the first counts."""
    for word, value in schema.items():
        if word in {"$ref", "allOf"} or (has_sole and word in {"anyOf", "oneOf"}):
            continue
        if word == "properties" and isinstance(value, dict):
            own = keywords.setdefault("properties", {})
            for name, each in value.items():
                if name not in own:
                    own[name] = each
                    places[f"properties/{name}"] = f"{place}/properties/{escaped(name)}"
        elif word == "required" and isinstance(value, list):
            own_list = keywords.setdefault("required", [])
            own_list += [n for n in value if isinstance(n, str) and n not in own_list]
        elif word not in keywords:
            keywords[word] = value
            places[word] = f"{place}/{escaped(word)}"


def only_annotations(schema: dict[str, Any]) -> bool:
    """Tell whether a schema says nothing of its values."""
    return all(word in _ANNOTATIONS or word.startswith(("x-", "$")) for word in schema)
