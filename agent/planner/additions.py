"""What do words add to structured sources? Joined to them, and refused where they change them.

What the sources say stays as it is, whether it is said again or not. An entity of theirs may get
more attributes, relations and rules; what is there may get what was left open (bounds, steps,
access, a comment), and never another type.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from agent.documents import Fault, Question, Warn
from agent.errors import SpecError
from agent.planner.merge import COLLECTIONS, WORDS, fault_in_words, meant
from agent.planner.reading import Places
from agent.types import Api, Entity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.planner.merge import Merged
    from agent.planner.said import Said
    from agent.types import BackendSpec, SpecModel

_NAMED = ("attributes", "relations")
_LISTED = ("uniques", "indexes", "checks")
_COLUMN = frozenset(
    {"type", "enum", "column", "array", "length", "precision", "scale", "timezone"}
    | {"nullable", "unique", "index", "default", "generated"}
)
"""What makes a column: of an attribute that is there, it stays as it is."""
_RELATION = frozenset(
    {"target", "kind", "nullable", "on_delete", "attributes", "references", "through", "constraint"}
)
_ENTITY = frozenset({"table", "db_schema", "primary_key"})


def add(merged: Merged, said: Said) -> Merged:
    """Add what a model made of the words.

    Raises:
        SpecError: it changes what the sources say; the faults have line and column of its text.

    """
    adding = _Adding(merged.spec, said.reading.spec, said.reading.places)
    spec = adding.joined()
    if adding.faults:
        raise SpecError(adding.faults)
    return replace(
        merged,
        spec=spec,
        assumptions=(
            *merged.assumptions,
            *(Question(id="", text=text) for text in said.assumptions),
            *adding.notes,
        ),
        questions=tuple(Question(id="", text=text) for text in said.questions),
        warnings=(
            *merged.warnings,
            *(_not_planned(text) for text in said.beyond),
        ),
        added=Places(adding.places),
    )


@dataclass(slots=True)
class _Adding:
    """A spec on its way; ``places`` are JSON Pointers into it -> line and column of the words."""

    base: BackendSpec
    more: BackendSpec
    said: Places
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Question] = field(default_factory=list)

    def joined(self) -> BackendSpec:
        update: dict[str, Any] = dict(self.settings())
        for key in COLLECTIONS:
            update[key] = tuple(self.items(key))
        return self.base.model_copy(update=update)

    def settings(self) -> Iterator[tuple[str, object]]:
        """Give the settings that only the words say; where both do, the sources count."""
        fixed = set(self.base.model_fields_set)
        if self.base.api == Api():
            fixed.discard("api")  # a reader that read nothing about it gives the default
        for key in sorted(self.more.model_fields_set.difference(COLLECTIONS)):
            value = getattr(self.more, key)
            self.moved(f"/{key}", f"/{key}")
            if key not in fixed:
                yield key, value
            elif value not in (getattr(self.base, key), type(self.base).model_fields[key].default):
                text = f"The words would have {key} otherwise: the sources are followed."
                self.notes.append(Question(id="", text=text, about=key))

    def items(self, key: str) -> list[Any]:
        """Join the enums, entities, schemas or operations."""
        found = [*getattr(self.base, key)]
        known = {item.name: index for index, item in enumerate(found)}
        for index, item in enumerate(getattr(self.more, key)):
            at = f"/{key}/{index}"
            if item.name not in known:
                self.moved(at, f"/{key}/{len(found)}")
                found.append(item)
                self.like(item.name, known, at)
            elif isinstance(item, Entity):
                position = known[item.name]
                found[position] = self.entity(found[position], item, at, f"/{key}/{position}")
            elif item != found[known[item.name]]:
                self.fault(at, f"'{item.name}' is not as the sources have it", "to leave it out")
        return found

    def entity(self, base: Entity, more: Entity, at: str, to: str) -> Entity:
        """Add to an entity that is there."""
        update: dict[str, Any] = {}
        for key in _NAMED:
            frozen = _COLUMN if key == "attributes" else _RELATION
            members = [*getattr(base, key)]
            known = {member.name: index for index, member in enumerate(members)}
            for index, member in enumerate(getattr(more, key)):
                here, position = f"{at}/{key}/{index}", known.get(member.name, len(members))
                self.moved(here, f"{to}/{key}/{position}")
                if position < len(members):
                    members[position] = self.part(members[position], member, here, frozen)
                else:
                    members.append(member)
            update[key] = tuple(members)
        for key in _LISTED:
            rules = [*getattr(base, key)]
            for index, rule in enumerate(getattr(more, key)):
                if rule not in rules:
                    self.moved(f"{at}/{key}/{index}", f"{to}/{key}/{len(rules)}")
                    rules.append(rule)
            update[key] = tuple(rules)
        self.moved(f"{at}/access", f"{to}/access")
        self.moved(f"{at}/owner", f"{to}/owner")
        update["access"] = self.part(base.access, more.access, f"{at}/access", frozenset())
        left = {"name", "access", *_NAMED, *_LISTED}
        rest: Entity = self.part(base, more, at, _ENTITY, left)
        return rest.model_copy(update=update)

    def part(
        self,
        base: Any,  # noqa: ANN401 - any part of a spec, and the same comes back
        more: SpecModel,
        at: str,
        frozen: frozenset[str],
        left: frozenset[str] | set[str] = frozenset(),
    ) -> Any:  # noqa: ANN401 - the same
        """Fill in what a part leaves open; nothing that it says may be said otherwise."""
        update: dict[str, Any] = {}
        for key in sorted(more.model_fields_set - left):
            old, new = getattr(base, key), getattr(more, key)
            if new == old or new is None:
                continue
            is_open = old in (
                None,
                type(base).model_fields[key].get_default(call_default_factory=True),
            )
            if is_open and key not in frozen:
                update[key] = new
            else:
                name = getattr(more, "name", None)
                what = f"{key.replace('_', ' ')} of '{name}'" if name else f"who may {key}"
                message = f"the sources say it otherwise: {what}"
                self.fault(f"{at}/{key}", message, "what the sources say, or nothing about it")
        return base.model_copy(update=update)

    def like(self, name: str, known: dict[str, int], at: str) -> None:
        """Refuse a name that differs from one of the sources' only in how it is spelled."""
        if other := meant(name, known):
            self.fault(at, f"'{name}' is called '{other}' in the sources", other)

    def moved(self, at: str, to: str) -> None:
        """Take over the places of a part of the words, to where it now stands."""
        for pointer, place in self.said.known.items():
            if pointer == at or pointer.startswith(f"{at}/"):
                self.places[to + pointer.removeprefix(at)] = place

    def fault(self, at: str, message: str, expected: str) -> None:
        self.faults.append(fault_in_words(message, self.said.of(at), expected))


def _not_planned(text: str) -> Warn:
    return Warn(code="not-planned", pointer=WORDS, message=f"not part of the plan: {text}")
