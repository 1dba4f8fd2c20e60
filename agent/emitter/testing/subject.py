"""What is under test? One operation: its rows, its permission, its names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter.statuses import own_statuses
from agent.planner import names
from agent.types import ParameterPlace

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from agent.emitter.facts import Facts
    from agent.types import Attribute, Entity, Operation, Parameter, Statuses

# What the lines of a test call things themselves.
_LOCALS = frozenset({"actor", "as_json", "body", "data", "path", "response"})
_LOCALS |= {"asc", "desc", "few", "many", "other", "owner", "stranger"}
_LOCALS |= {"client", "enums", "factory", "headers", "queries"}


class Subject:
    """One operation under test.

    ``slots`` are the parameters in its path, ``asked`` those that its query has to have, and
    ``headers`` those that a request has to have. It is ``open`` where nobody has to sign in,
    ``own`` where the row is that of whoever acts, as no path names one, and ``owned`` where a user
    may act on rows of their own only.
    """

    def __init__(
        self,
        facts: Facts,
        operation: Operation,
        payloads: Mapping[str, str],
        functions: frozenset[str],
    ) -> None:
        """Find out what its tests ask again and again.

        ``payloads`` are the functions that make bodies, by schema; ``functions`` are all of them.
        """
        self.facts = facts
        self.operation = operation
        self.payloads = payloads
        self.functions = functions
        self.name = operation.name
        self.slots = [p for p in operation.parameters if p.place is ParameterPlace.PATH]
        self.asked = [
            p for p in operation.parameters if p.place is ParameterPlace.QUERY and p.required
        ]
        self.headers = [
            p for p in operation.parameters if p.place is ParameterPlace.HEADER and p.required
        ]
        self.permission = operation.permission or ()
        self.is_open = not facts.secured or "public" in self.permission
        self.is_own = facts.is_own(operation)
        self.is_owned = self._is_owned()

    @property
    def entity(self) -> Entity:
        """Return the entity whose rows the operation is about.

        Raises:
            KeyError: it belongs to no entity; nothing asks then.

        """
        return self.facts.entities[self.operation.entity or ""]

    @property
    def statuses(self) -> Statuses:
        """Return the status codes of the operation."""
        return own_statuses(self.facts, self.operation)

    # --- who may ---

    def _is_owned(self) -> bool:
        entity = self.facts.entities.get(self.operation.entity or "")
        return (
            self.facts.secured
            and not self.is_own
            and entity is not None
            and entity.owner is not None
            and "owner" in self.permission
            and not {"public", "authenticated"} & set(self.permission)
        )

    @property
    def is_self(self) -> bool:
        """Tell whether the only row that a user may act on is the user."""
        return self.is_own or (self.is_owned and self.entity.owner == "self")

    @property
    def role(self) -> str | None:
        """Return the role that whoever acts has to have."""
        if self.is_own or self.is_owned or "authenticated" in self.permission:
            return None
        roles = [role for role in self.permission if role != "owner"]
        return roles[0] if roles else self.facts.spec.auth.admin_role

    @property
    def given_roles(self) -> set[str]:
        """Return the roles that every new user has."""
        auth = self.facts.spec.auth
        default = self.facts.attribute(auth.user, auth.roles_attribute).default
        return {str(role) for role in default} if isinstance(default, list) else set()

    def is_private(self, name: str) -> bool:
        """Tell whether whoever acts may read the rows of an entity only where they own them."""
        target = self.facts.entities[name]
        auth = self.facts.spec.auth
        readers = set(target.access.read or ())
        if self.is_open or not target.owner or name == auth.user or "owner" not in readers:
            return False
        return not readers & {"public", "authenticated"} and self.role not in {
            *readers,
            auth.admin_role,
        }

    # --- fields ---

    @property
    def fields(self) -> dict[str, str]:
        """Return the wire name of each attribute in the body."""
        if self.operation.input is None:
            return {}
        schema = self.facts.schemas[self.operation.input.schema_name]
        return {f.attribute: f.name for f in schema.fields if f.attribute}

    @property
    def shown(self) -> dict[str, str]:
        """Return the wire name of each attribute in an answer."""
        if self.operation.output is None:
            return {}
        schema = self.facts.schemas[self.operation.output.schema_name]
        return {f.attribute: f.name for f in schema.fields if f.attribute}

    def attribute(self, name: str) -> Attribute:
        """Return an attribute of the entity."""
        return self.facts.attribute(self.entity.name, name)

    def bound(self, parameter: Parameter) -> Attribute | None:
        """Return the attribute that a parameter is bound to, over any number of relations."""
        entity = self.operation.entity
        if parameter.binds is None or entity not in self.facts.entities:
            return None
        *steps, last = parameter.binds.split(".")
        for step in steps:
            entity, _ = self.facts.step(entity, step)
        return self.facts.attribute(entity, last)

    # --- names in the test ---

    @property
    def row(self) -> str:
        """Return the variable that holds a row."""
        return self.variable(self.entity.name)

    def variable(self, name: str, taken: Collection[str] = ()) -> str:
        """Return a variable for an entity or a relation that means nothing else in the test."""
        candidate = names.variable_name(name)
        if candidate in _LOCALS or candidate in self.functions:
            candidate += "_row"
        return names.unique(candidate, taken)
