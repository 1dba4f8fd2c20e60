"""Does a given spec hold together? What can be told before anything is made.

What refers to attributes is checked later (``keys``, ``bindings``): resolving adds some.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from agent.planner.accounts import account
from agent.planner.literals import troubles
from agent.planner.names import PROJECT_NAME, attribute_name, is_project_name
from agent.types import AttributeType, AuthMethod, Generator, OperationKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agent.planner.notes import Notes
    from agent.types import Attribute, BackendSpec, Entity, Relation

_PATH = re.compile(r"(?:[^{}]|\{[^{}/`]{1,120}\})*")
_SLOT = re.compile(r"\{([^{}]+)\}")


def check(spec: BackendSpec, notes: Notes) -> None:
    """Add a fault, with its JSON Pointer, for everything in the spec that leads nowhere."""
    _Checker(spec, notes).check()


class _Checker:
    def __init__(self, spec: BackendSpec, notes: Notes) -> None:
        self.spec = spec
        self.notes = notes
        self.entities = {e.name: e for e in spec.entities}
        self.enums = {e.name: e for e in spec.enums}

    def check(self) -> None:
        if not is_project_name(self.spec.name):
            message = f"A project cannot be called '{self.spec.name}'."
            self.notes.fault("/name", message, PROJECT_NAME)
        self._once("/entities", (e.name for e in self.spec.entities), "entity")
        self._once("/enums", (e.name for e in self.spec.enums), "enum")
        self._once("/schemas", (s.name for s in self.spec.schemas), "schema")
        self._once("/operations", (o.name for o in self.spec.operations), "operation")
        self._tables()
        self._routes()
        self._envelopes()
        for i, enum in enumerate(self.spec.enums):
            self._once(f"/enums/{i}/values", enum.values, "value")
        for i, entity in enumerate(self.spec.entities):
            self._entity(entity, f"/entities/{i}")
        if self.spec.auth.method is AuthMethod.JWT:
            self._account()

    def _tables(self) -> None:
        tables = [(e.db_schema, e.table) for e in self.spec.entities]
        for i, table in enumerate(tables):
            if table[1] and table in tables[:i]:
                first = self.spec.entities[tables.index(table)].name
                self.notes.fault(
                    f"/entities/{i}/table", f"{first} has the table '{table[1]}' already."
                )

    def _routes(self) -> None:
        routes: dict[tuple[str, str], str] = {}
        for i, operation in enumerate(self.spec.operations):
            if not _PATH.fullmatch(operation.path):
                self.notes.fault(
                    f"/operations/{i}/path",
                    f"The brackets in {operation.path} hold no names.",
                    "a name in each pair of braces: /orders/{id}",
                )
            slots = Counter(attribute_name(slot, ()) for slot in _SLOT.findall(operation.path))
            if twice := next((slot for slot, count in slots.items() if count > 1), None):
                self.notes.fault(
                    f"/operations/{i}/path",
                    f"Two parts of {operation.path} would be called {twice} in the code.",
                    "a name of its own for each part",
                )
            route = (operation.method.value, re.sub(r"\{[^}]*\}", "{}", operation.path))
            other = routes.setdefault(route, operation.name)
            if other != operation.name:
                self.notes.fault(
                    f"/operations/{i}/path",
                    f"'{other}' answers {route[0]} {operation.path} already.",
                    "one operation for each method and path",
                )

    def _envelopes(self) -> None:
        """Find parts of an answer that would stand in one place."""
        for wire, envelope in (
            ("listEnvelope", self.spec.api.list_envelope),
            ("errorEnvelope", self.spec.api.error_envelope),
        ):
            known: dict[str, str] = {}
            for part, field in type(envelope).model_fields.items():
                name = getattr(envelope, part)
                if name is None or part in {"media_type", "component"}:
                    continue
                inside = f"{name}."
                clash = next(
                    (n for n in known if inside.startswith(f"{n}.") or f"{n}.".startswith(inside)),
                    None,
                )
                if clash is not None:
                    self.notes.fault(
                        f"/api/{wire}/{field.alias or part}",
                        f"'{name}' is in the way of '{clash}', which is {known[clash]}.",
                        "a name for each part of an answer",
                    )
                known[name] = part
        for i, operation in enumerate(self.spec.operations):
            is_list = operation.kind is OperationKind.LIST
            for side, body in (("input", operation.input), ("output", operation.output)):
                at = f"/operations/{i}/{side}/total"
                if body is None or body.total is None:
                    continue
                if side == "input" or not is_list or body.wrapper is None:
                    self.notes.fault(at, "Only a list under a key tells how many rows there are.")
                elif body.total == body.wrapper:
                    message = f"'{body.total}' is where the rows are."
                    self.notes.fault(at, message, "a name for each part of an answer")

    def _account(self) -> None:
        """Find attributes that signing in works with, of a type that it cannot use."""
        auth = self.spec.auth
        for i, entity in enumerate(self.spec.entities):
            if entity.name.lower() != auth.user.lower():
                continue
            for j, attribute in enumerate(entity.attributes):
                kinds = _ACCOUNT_TYPES.get(
                    {
                        auth.login.lower(): "login",
                        (auth.active or "").lower(): "active",
                        auth.roles_attribute.lower(): "roles",
                    }.get(attribute.name.lower(), "")
                )
                if kinds and (attribute.array, attribute.type) not in kinds[0]:
                    self.notes.fault(
                        f"/entities/{i}/attributes/{j}/type",
                        f"'{attribute.name}' cannot be used for signing in as it is.",
                        kinds[1],
                    )

    def _once(self, places: str | Sequence[str], given: Iterable[str], what: str) -> None:
        """Point at the second of those that have one name."""
        given = list(given)
        for name, count in Counter(given).items():
            if count > 1:
                second = given.index(name, given.index(name) + 1)
                place = f"{places}/{second}" if isinstance(places, str) else places[second]
                self.notes.fault(place, f"The {what} '{name}' is given {count} times.")

    def _entity(self, entity: Entity, at: str) -> None:
        places = [
            *(f"{at}/attributes/{i}" for i in range(len(entity.attributes))),
            *(f"{at}/relations/{i}" for i in range(len(entity.relations))),
        ]
        what = f"attribute or relation of {entity.name}"
        self._once(places, entity.member_names, what)
        for i, attribute in enumerate(entity.attributes):
            self._attribute(attribute, f"{at}/attributes/{i}")
        for i, relation in enumerate(entity.relations):
            self._relation(relation, f"{at}/relations/{i}")
        if (entity.table or "").lower() == "alembic_version":
            self.notes.fault(f"{at}/table", "Alembic keeps a table of this name.", "another name")
        columns = [a.column for a in entity.attributes]
        for i, column in enumerate(columns):
            if column and column in columns[:i]:
                self.notes.fault(
                    f"{at}/attributes/{i}/column",
                    f"{entity.name} has the column '{column}' already.",
                )

    def _attribute(self, attribute: Attribute, at: str) -> None:
        values: tuple[str, ...] = ()
        if attribute.type is AttributeType.ENUM:
            if attribute.enum is None:
                self.notes.fault(f"{at}/enum", f"The enum of '{attribute.name}' is not named.")
                return
            if not self.notes.knows(attribute.enum, self.enums, f"{at}/enum", "enum"):
                return
            values = self.enums[attribute.enum].values
            for i, step in enumerate(attribute.transitions):
                for end in (step.source, step.target):
                    self.notes.knows(end, values, f"{at}/transitions/{i}", "value")
        if attribute.transitions and (attribute.array or attribute.type is not AttributeType.ENUM):
            kind = "a list" if attribute.array else f"of type {attribute.type.value}"
            self.notes.fault(
                f"{at}/transitions",
                f"'{attribute.name}' has transitions, but is {kind}.",
                "an enum",
            )
        if attribute.precision is not None and attribute.precision < (attribute.scale or 0):
            self.notes.fault(
                f"{at}/scale",
                f"'{attribute.name}' has more decimals than digits.",
                f"at most {attribute.precision}",
            )
            return
        for field, message, expected in troubles(attribute, values):
            self.notes.fault(f"{at}/{field}", message, expected)
        expected_types = _GENERATED.get(attribute.generated) if attribute.generated else None
        if expected_types and (attribute.array or attribute.type not in expected_types):
            self.notes.fault(
                f"{at}/generated",
                f"'{attribute.name}' cannot be made by {attribute.generated}.",
                " or ".join(sorted(kind.value for kind in expected_types)),
            )

    def _relation(self, relation: Relation, at: str) -> None:
        known = [*self.entities]
        if self.spec.auth.method is AuthMethod.JWT and account(self.spec) is None:
            known.append(self.spec.auth.user)
        self.notes.knows(relation.target, known, f"{at}/target", "entity")


_T = AttributeType
_GENERATED = {
    Generator.UUID: frozenset({_T.UUID, _T.STRING}),
    Generator.NOW: frozenset({_T.DATE, _T.TIME, _T.DATETIME}),
    Generator.NOW_ON_UPDATE: frozenset({_T.DATE, _T.TIME, _T.DATETIME}),
    Generator.IDENTITY: frozenset({_T.INTEGER, _T.SMALLINT, _T.BIGINT, _T.DECIMAL}),
}
# (array, type) that an attribute of an account may have, and how that is said
_ACCOUNT_TYPES: dict[str, tuple[frozenset[tuple[bool, AttributeType]], str]] = {
    "login": (frozenset({(False, _T.STRING), (False, _T.EMAIL), (False, _T.TEXT)}), "a text"),
    "active": (frozenset({(False, _T.BOOLEAN)}), "a boolean"),
    "roles": (frozenset({(True, _T.STRING), (True, _T.TEXT)}), "a list of text: string(50)[]"),
}
