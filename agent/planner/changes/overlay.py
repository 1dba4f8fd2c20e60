"""What becomes of a plan when more is said? What stands stays, what is said anew stands above it.

Parts are known by their names: a new one is added, one that is there is replaced where the new
text says it (``replace``), and kept where words only seem to say it again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from agent.documents import Fault, Question
from agent.errors import SpecError
from agent.planner.changes.values import as_one_of, unfit, without_orphans
from agent.planner.merge import COLLECTIONS, fault_in_words, meant, omitted_once
from agent.planner.reading import Places
from agent.types import Api, Attribute, AuthMethod, Entity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agent.types import BackendSpec

    At = Callable[[str], tuple[int, int] | None]

_NAMED = ("attributes", "relations")
_LISTED = ("uniques", "indexes", "checks")


@dataclass(frozen=True, slots=True)
class Laid:
    """A given spec after a change; ``places``: where in the new text its new parts stand."""

    spec: BackendSpec
    places: Places
    notes: tuple[Question, ...] = ()


def lay(base: BackendSpec, more: BackendSpec, at: At, *, settings: bool = True) -> Laid:
    """Lay what is said in a form over a plan: it replaces what it names.

    Args:
        base: The given spec that stands.
        more: The given spec of what is said.
        at: The line and the column of a part of ``more``, by its JSON Pointer.
        settings: Whether its settings count, too.

    Raises:
        SpecError: a name is spelled otherwise than in the plan; with line and column.

    """
    return _Laying(base, more, at, replaces=True).laid(settings=settings)


def lay_words(base: BackendSpec, more: BackendSpec, at: At) -> Laid:
    """Lay what words say over a plan: what is there is kept, and told.

    Of an entity that is there, only those attributes are new that have a place in the words. Where
    words list the values of a plain text field, it becomes one of them.

    Raises:
        SpecError: another field cannot; with line and column.

    """
    laid = _Laying(base, more, at, replaces=False).laid(settings=True)
    return replace(laid, spec=without_orphans(base, laid.spec))


@dataclass(slots=True)
class _Laying:
    base: BackendSpec
    more: BackendSpec
    at: At
    replaces: bool
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Question] = field(default_factory=list)

    def laid(self, *, settings: bool) -> Laid:
        update: dict[str, Any] = dict(self.settings()) if settings else {}
        for key in COLLECTIONS:
            update[key] = tuple(self.items(key))
        if self.more.omitted:
            update["omitted"] = omitted_once([*self.base.omitted, *self.more.omitted])
        if self.faults:
            raise SpecError(self.faults)
        spec = self.base.model_copy(update=update)
        return Laid(spec, Places(self.places), tuple(self.notes))

    def settings(self) -> Iterator[tuple[str, object]]:
        for key in sorted(self.more.model_fields_set.difference({*COLLECTIONS, "api", "omitted"})):
            if not self.replaces and self.is_kept(key):
                continue
            self.mark(f"/{key}", f"/{key}")
            yield key, getattr(self.more, key)
        if self.more.api != Api():
            said = {key: getattr(self.more.api, key) for key in self.more.api.model_fields_set}
            yield "api", self.base.api.model_copy(update=said)

    def is_kept(self, key: str) -> bool:
        """Words that only imply a setting (people who sign in) do not change one that stands."""
        if key == "auth":
            return self.base.auth.method is not AuthMethod.NONE
        return key in {"name", "description"} and key in self.base.model_fields_set

    def items(self, key: str) -> list[Any]:
        found = [*getattr(self.base, key)]
        known = {item.name: index for index, item in enumerate(found)}
        for index, item in enumerate(getattr(self.more, key)):
            here, position = f"/{key}/{index}", known.get(item.name)
            if position is None:
                self.mark(here, f"/{key}/{len(found)}")
                self.mark_members(item, here, f"/{key}/{len(found)}")
                self.like(item.name, known, here)
                found.append(item)
            elif isinstance(item, Entity):
                there = f"/{key}/{position}"
                found[position] = self.entity(found[position], item, here, there)
            elif self.replaces:
                self.mark(here, f"/{key}/{position}")
                found[position] = item
        return found

    def entity(self, base: Entity, more: Entity, here: str, there: str) -> Entity:
        update: dict[str, Any] = {}
        for key in _NAMED:
            update[key] = tuple(self.members(key, base, more, here, there))
        for key in _LISTED:
            rules = [*getattr(base, key)]
            for index, rule in enumerate(getattr(more, key)):
                if rule not in rules:
                    self.mark(f"{here}/{key}/{index}", f"{there}/{key}/{len(rules)}")
                    rules.append(rule)
            update[key] = tuple(rules)
        said = {key: getattr(more.access, key) for key in more.access.model_fields_set}
        update["access"] = base.access.model_copy(update=said)
        for key in more.model_fields_set.difference({"name", "access", *_NAMED, *_LISTED}):
            value = getattr(more, key)
            if value not in (None, ()) and (self.replaces or getattr(base, key) is None):
                update[key] = value
        for key in ("access", "owner"):
            self.mark(f"{here}/{key}", f"{there}/{key}")
        return base.model_copy(update=update)

    def members(
        self, key: str, base: Entity, more: Entity, here: str, there: str
    ) -> Iterator[object]:
        found = [*getattr(base, key)]
        known = {member.name: index for index, member in enumerate(found)}
        others = {*base.member_names}.difference(known)
        for index, member in enumerate(getattr(more, key)):
            place = f"{here}/{key}/{index}"
            if member.name in others and self.replaces:
                what = "a relation" if key == "attributes" else "an attribute"
                name = f"{base.name}.{member.name}"
                self.fault(place, f"{name} is {what} of the plan", "another name, or remove it")
            elif member.name not in known:
                if self.replaces or key == "relations" or self.at(place) != self.at(here):
                    self.mark(place, f"{there}/{key}/{len(found)}")
                    found.append(member)
            elif self.replaces:
                self.mark(place, f"{there}/{key}/{known[member.name]}")
                found[known[member.name]] = member
            elif values := self.new_values(found[known[member.name]], member):
                part = found[known[member.name]]
                if why := unfit(base, part, values):
                    self.fault(place, why, "another name, or `remove` first")
                self.mark(place, f"{there}/{key}/{known[member.name]}")
                found[known[member.name]] = part.model_copy(update=as_one_of(member.enum))
            elif key == "attributes" and self.at(place) != self.at(here):
                text = f"{base.name}.{member.name} is there already, and stays as it is."
                self.notes.append(Question(id="", text=text, about=base.name))
        yield from found

    def new_values(self, base: object, more: object) -> tuple[str, ...]:
        """Return the values that words list for a plain field of the plan, if they do."""
        if not (isinstance(base, Attribute) and isinstance(more, Attribute)) or base.enum:
            return ()
        listed = next((each.values for each in self.more.enums if each.name == more.enum), ())
        known = {each.name: each.values for each in self.base.enums}
        return listed if known.get(more.enum or "", listed) == listed else ()

    def mark(self, here: str, there: str) -> None:
        if place := self.at(here):
            self.places[there] = place

    def mark_members(self, item: object, here: str, there: str) -> None:
        if isinstance(item, Entity):
            for key in (*_NAMED, *_LISTED):
                for index in range(len(getattr(item, key))):
                    self.mark(f"{here}/{key}/{index}", f"{there}/{key}/{index}")

    def like(self, name: str, known: dict[str, int], here: str) -> None:
        """Refuse a name that differs from one of the plan's only in how it is spelled."""
        if other := meant(name, known):
            self.fault(here, f"'{name}' is called '{other}' in the plan", other)

    def fault(self, here: str, message: str, expected: str) -> None:
        self.faults.append(fault_in_words(message, self.at(here), expected))
