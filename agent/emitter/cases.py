"""Which tests prove an emitted project? Factories, bodies and cases for each operation."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from agent.emitter.layout import Imports, call, fit, quote
from agent.emitter.samples import absent_body, absent_key, body_value, path_value, row_value
from agent.planner import names
from agent.types import (
    Access,
    AttributeType,
    Generator,
    Operation,
    OperationKind,
    ParameterPlace,
    RelationKind,
)

if TYPE_CHECKING:
    from agent.emitter.facts import Facts
    from agent.types import Attribute, Entity, Relation, Schema

K = OperationKind
T = AttributeType
_STRING = re.compile(r'(f?)"((?:[^"\\]|\\.)*)"')
# A name, but no attribute, no function that is called and no keyword argument.
_READ = re.compile(r"(?<![.\w])[A-Za-z_]\w*\b(?!\(|=[^=])")
_CALLED = re.compile(r"(?<![.\w])([A-Za-z_]\w*)\(")
_ECHOED = frozenset(
    {T.STRING, T.TEXT, T.INTEGER, T.SMALLINT, T.BIGINT, T.BOOLEAN, T.ENUM, T.URL, T.DECIMAL}
)


@dataclass(frozen=True, slots=True)
class FactoryView:
    """The method that makes rows of one entity."""

    name: str
    entity: str
    parents: list[tuple[str, str, list[str]]]
    values: list[str]

    @property
    def uses_number(self) -> bool:
        """Tell whether values differ from row to row."""
        return any("number" in value.partition(":")[2] for value in self.values)


@dataclass(frozen=True, slots=True)
class PayloadView:
    """The function that makes a valid body of one schema."""

    name: str
    title: str
    values: list[str]

    @property
    def uses_number(self) -> bool:
        """Tell whether values differ from body to body."""
        return any("number" in value.partition(":")[2] for value in self.values)


@dataclass(frozen=True, slots=True)
class Case:
    """One test function."""

    name: str
    lines: list[str]
    fixtures: tuple[str, ...] = ("client", "factory")

    @property
    def signature(self) -> str:
        """Return the function's head; a fixture that is not used is left out."""
        types = {"client": "AsyncClient", "factory": "Factory", "queries": "Queries"}
        text = "\n".join(self.lines)
        used = [
            f"{name}: {types[name]}" for name in self.fixtures if re.search(rf"\b{name}\.", text)
        ]
        return call(f"async def test_{self.name}(", used, ") -> None:")


def _code(text: str) -> str:
    """Return text without its string literals, but with what f-strings show."""

    def shown(match: re.Match[str]) -> str:
        return " ".join(re.findall(r"\{[^}]*\}", match[2])) if match[1] else ""

    return _STRING.sub(shown, text) if '"' in text else text


def _reads(line: str) -> set[str]:
    """Return the names that a line reads."""
    return set(_READ.findall(_code(line)))


def _tidy(case: Case) -> Case:
    """Forget names that nothing reads, and break lines that are too long."""
    lines: list[str] = []
    read: set[str] = set()
    for line in reversed(case.lines):
        name, separator, rest = line.partition(" = ")
        is_unused = separator and name.isidentifier() and name not in read
        if is_unused and rest.isidentifier():
            continue
        shown = rest if is_unused else line
        read |= _reads(shown)
        pad = len(shown) - len(shown.lstrip())
        lines.append(shown[:pad] + fit(shown[pad:], 4 + pad))
    return replace(case, lines=lines[::-1])


@dataclass(slots=True)
class CaseModule:
    """One module of tests."""

    plural: str
    title: str
    imports: str
    cases: list[Case] = field(default_factory=list)


class Cases:
    """Builds every view that the test templates read."""

    def __init__(self, facts: Facts) -> None:
        """Work on a resolved spec."""
        self.facts = facts
        self.factory_imports = Imports()
        self.payload_imports = Imports()

    # --- factories ---

    def is_unique(self, entity: Entity, attribute: Attribute) -> bool:
        """Tell whether values of an attribute must differ from row to row."""
        if attribute.unique or attribute.name in entity.primary_key:
            return True
        return any(attribute.name in rule.attributes for rule in entity.uniques) or any(
            rule.unique and attribute.name in rule.attributes for rule in entity.indexes
        )

    def factories(self) -> list[FactoryView]:
        """Return one factory method for each entity."""
        return [self._factory(entity) for entity in self.facts.spec.entities]

    def _required(self, entity: Entity) -> list[Relation]:
        """Return the relations that a row needs, the widest keys first; covered ones left out."""
        to_one = [
            r
            for r in entity.relations
            if r.kind is not RelationKind.MANY_TO_MANY and not r.nullable
        ]
        covered: set[str] = set()
        needed = []
        for relation in sorted(to_one, key=lambda r: -len(r.attributes)):
            if not set(relation.attributes) <= covered:
                needed.append(relation)
                covered |= set(relation.attributes)
        return needed

    def _factory(self, entity: Entity) -> FactoryView:
        imports = self.factory_imports
        imports.add(f"app.models.{names.snake(entity.name)}", entity.name)
        required = self._required(entity)
        keys = {name for r in entity.relations for name in r.attributes}
        values = []
        for attribute in entity.attributes:
            if attribute.name in keys or self._is_made(attribute):
                continue
            code = row_value(attribute, self.facts, unique=self.is_unique(entity, attribute))
            self._needs(code, attribute, imports)
            name = quote(self.facts.model_attribute(attribute))
            values.append(fit(f"{name}: {code}", 12, comma=True))
        return FactoryView(
            name=names.variable_name(entity.name),
            entity=entity.name,
            parents=[(r.name, names.variable_name(r.target), list(r.attributes)) for r in required],
            values=values,
        )

    def _is_made(self, attribute: Attribute) -> bool:
        """Tell whether a row gets a value without being given one."""
        if attribute.generated in {Generator.IDENTITY, Generator.UUID}:
            return True
        if attribute.generated in {Generator.NOW, Generator.NOW_ON_UPDATE}:
            return True
        return attribute.access is Access.READ_ONLY and attribute.default is not None

    def _needs(self, code: str, attribute: Attribute, imports: Imports) -> None:
        if "dt." in code:
            imports.module("datetime as dt")
        if "Decimal(" in code:
            imports.add("decimal", "Decimal")
        if "uuid4(" in code:
            imports.add("uuid", "uuid4")
        if "b64encode(" in code:
            imports.add("base64", "b64encode")
        if attribute.enum and f"{attribute.enum}." in code or f"list({attribute.enum})" in code:
            imports.add("app.models.enums", attribute.enum or "")

    # --- bodies ---

    @cached_property
    def payload_names(self) -> set[str]:
        """Return the names of the functions that make bodies."""
        return {payload.name for payload in self.payloads}

    @cached_property
    def payloads(self) -> list[PayloadView]:
        """Return one function for each schema that clients send."""
        found: dict[str, PayloadView] = {}
        for operation in self.facts.spec.operations:
            if operation.input is not None and operation.kind is not K.CUSTOM:
                schema = self.facts.schemas[operation.input.schema_name]
                found.setdefault(schema.name, self._payload(schema))
        return list(found.values())

    def _payload(self, schema: Schema) -> PayloadView:
        entity = self.facts.entities.get(schema.entity or "")
        values = []
        for given in schema.fields:
            if entity is None or given.attribute is None:
                if given.schema_name and given.required:
                    values.append(
                        f"{quote(given.name)}: {'[]' if self._is_many(schema, given.relation) else 'None'}"
                    )
                continue
            attribute = self.facts.attribute(entity.name, given.attribute)
            if attribute.name in self._keys(entity) or attribute.transitions:
                continue
            auth = self.facts.spec.auth
            is_roles = entity.name == auth.user and attribute.name == auth.roles_attribute
            code = body_value(
                attribute,
                self.facts,
                unique=self.is_unique(entity, attribute),
                choices=auth.roles if self.facts.secured and is_roles else (),
            )
            self._needs(code, attribute, self.payload_imports)
            values.append(fit(f"{quote(given.name)}: {code}", 8, comma=True))
        title = names.snake(schema.name).replace("_", " ")
        return PayloadView(name=names.snake(schema.name), title=title, values=values)

    def _is_many(self, schema: Schema, relation: str | None) -> bool:
        if not relation or not schema.entity:
            return True
        return not self.facts.step(schema.entity, relation)[1]

    def _keys(self, entity: Entity) -> set[str]:
        return {name for r in entity.relations for name in r.attributes}

    # --- cases ---

    def context(self) -> dict[str, Any]:
        """Return what the templates of the tests read."""
        factories, payloads = self.factories(), self.payloads
        rows, bodies = self.factory_imports, self.payload_imports
        rows.add("typing", "Any", "TypeVar")
        rows.add("itertools", "count")
        rows.add("sqlalchemy.ext.asyncio", "AsyncSession")
        rows.add("app.models.base", "Base")
        if self.facts.secured:
            rows.add("app.core.security", "hasher", "issue_token")
        bodies.add("typing", "Any")
        bodies.add("itertools", "count")
        if any('": PASSWORD' in value for payload in payloads for value in payload.values):
            bodies.add("tests.factories", "PASSWORD")
        if any("pick(" in value for payload in payloads for value in payload.values):
            bodies.add("tests.factories", "pick")
        return {
            "uses_pick": any("pick(" in v for make in (*factories, *payloads) for v in make.values),
            "factories": factories,
            "factory_imports": rows.render(),
            "payloads": payloads,
            "payload_imports": bodies.render(),
            "test_modules": self.modules(),
            "keys_literal": lambda relation, keys: ", ".join(quote(k) for k in (relation, *keys)),
        }

    def modules(self) -> list[CaseModule]:
        """Return the integration tests of each entity that has operations."""
        return [m for e in self.facts.spec.entities if (m := self._module(e)).cases]

    def _module(self, entity: Entity) -> CaseModule:
        cases: list[Case] = []
        operations = [
            o
            for o in self.facts.spec.operations
            if o.entity == entity.name and o.kind not in _ACCOUNT
        ]
        for operation in operations:
            cases += [_tidy(c) for c in _EntityCases(self, entity, operation).build()]
        text = "\n".join(line for case in cases for line in case.lines)
        called = set(_CALLED.findall(text))
        imports = Imports()
        imports.add("httpx", "AsyncClient")
        imports.add("tests.factories", "Factory")
        if any("queries" in case.fixtures for case in cases):
            imports.add("tests.conftest", "Queries")
        if "headers" in called:
            imports.add("tests.factories", "headers")
        imports.add("tests.payloads", *(called & self.payload_names))
        imports.add("app.models.enums", *(e for e in self.facts.enums if f"{e}." in text))
        return CaseModule(
            plural=self.facts.plural(entity),
            title=self.facts.plural(entity).replace("_", " "),
            imports=imports.render(),
            cases=cases,
        )


_ACCOUNT = frozenset({K.REGISTER, K.LOGIN, K.REFRESH, K.ME})


class _EntityCases:
    """The tests of one operation."""

    def __init__(self, cases: Cases, entity: Entity, operation: Operation) -> None:
        self.cases = cases
        self.facts = cases.facts
        self.entity = entity
        self.operation = operation
        self.row = names.variable_name(entity.name)
        self.permission = operation.permission or ()
        self.base = self.facts.spec.api.base_path

    def build(self) -> list[Case]:
        builders = {
            K.LIST: self._list,
            K.READ: self._read,
            K.CREATE: self._create,
            K.UPDATE: self._change,
            K.REPLACE: self._change,
            K.DELETE: self._delete,
            K.TRANSITION: self._transition,
            K.LINK: self._link,
            K.UNLINK: self._unlink,
            K.CUSTOM: self._custom,
        }
        return [*builders[self.operation.kind](), *self._guarded()]

    # who acts, on which row

    @property
    def is_owned(self) -> bool:
        return (
            self.facts.secured
            and self.entity.owner is not None
            and "owner" in self.permission
            and not {"public", "authenticated"} & set(self.permission)
        )

    @property
    def is_open(self) -> bool:
        return not self.facts.secured or "public" in self.permission

    def _actor(self) -> list[str]:
        """Return the line that makes who acts."""
        if self.is_open:
            return []
        user = names.variable_name(self.facts.spec.auth.user)
        roles = self._role()
        auth = self.facts.spec.auth
        given = f"{auth.roles_attribute}=[{quote(roles)}]" if roles else ""
        return [f"actor = await factory.{user}({given})"]

    def _role(self) -> str | None:
        if self.is_owned or "authenticated" in self.permission:
            return None
        roles = [r for r in self.permission if r != "owner"]
        return roles[0] if roles else self.facts.spec.auth.admin_role

    def _headers(self, actor: str = "actor") -> str:
        return "" if self.is_open else f", headers=headers({actor})"

    def _make_row(
        self, actor: str = "actor", variable: str | None = None, **extra: str
    ) -> list[str]:
        variable = variable or self.row
        if self.is_owned and self.entity.owner == "self":
            return [f"{variable} = {actor}"]
        given = self._owned_by(self.entity, actor) if self.is_owned else ""
        parts = [given, *(f"{k}={v}" for k, v in extra.items())]
        arguments = ", ".join(p for p in parts if p)
        return [f"{variable} = await factory.{self.row}({arguments})"]

    def _owned_by(self, entity: Entity, actor: str) -> str:
        """Return the argument that makes a row belong to somebody."""
        owner = entity.owner or ""
        head, _, rest = owner.partition(".")
        relation = self.facts.relation(entity.name, head)
        if relation is None:
            return ""
        if not rest:
            return f"{head}={actor}"
        parent = self.facts.entities[relation.target]
        inner = self._owned_by(parent.model_copy(update={"owner": rest}), actor)
        return f"{head}=await factory.{names.variable_name(parent.name)}({inner})"

    # paths and answers

    def _path(self, row: str | None = None, *, absent: bool = False) -> str:
        """Return the operation's path as an expression; ``absent`` changes its last key."""
        row = row or self.row
        path = self.operation.path
        bound = {p.name: p for p in self.operation.parameters if p.place is ParameterPlace.PATH}
        last = list(bound)[-1] if bound else None
        formatted = False
        for name, parameter in bound.items():
            attribute = self._bound(parameter.binds)
            if (absent and name == last) or attribute is None:
                value = absent_key(attribute) if attribute else "1"
            else:
                value = f"{{{path_value(f'{row}.{parameter.binds}', attribute)}}}"
                formatted = True
            path = path.replace(f"{{{name}}}", value)
        return f'{"f" if formatted else ""}"{self.base}{path}"'

    def _bound(self, path: str | None) -> Attribute | None:
        if path is None:
            return None
        entity = self.entity.name
        *steps, last = path.split(".")
        for step in steps:
            entity, _ = self.facts.step(entity, step)
        return self.facts.attribute(entity, last)

    def _method(self) -> str:
        return self.operation.method.value.lower()

    def _request(
        self,
        path: str,
        *,
        body: str | None = None,
        actor: str = "actor",
        variable: str = "response",
    ) -> str:
        sent = f", json={body}" if body else ""
        return f"{variable} = await client.{self._method()}({path}{sent}{self._headers(actor)})"

    def _data(self, variable: str = "response") -> str:
        output = self.operation.output
        wrapper = f"[{quote(output.wrapper)}]" if output and output.wrapper else ""
        return f"{variable}.json(){wrapper}"

    def _items(self, variable: str = "response") -> str:
        output = self.operation.output
        if output and output.wrapper:
            return f"{variable}.json()[{quote(output.wrapper)}]"
        return f"{variable}.json()" + self._envelope(self.facts.spec.api.list_envelope.items)

    def _envelope(self, path: str | None) -> str:
        return "".join(f"[{quote(part)}]" for part in path.split(".")) if path else ""

    def _total(self, variable: str = "response") -> str | None:
        path = self.facts.spec.api.list_envelope.total
        output = self.operation.output
        if path is None or (output and output.wrapper) or not self.operation.paginated:
            return None
        if self.facts.spec.api.list_envelope.items is None:
            return None
        return f"{variable}.json(){self._envelope(path)}"

    @property
    def statuses(self) -> dict[str, int]:
        return self.facts.spec.api.statuses.model_dump(by_alias=False)

    def _expect(self, status: int | None, variable: str = "response") -> str:
        return f"assert {variable}.status_code == {status}, {variable}.text"

    # refusals that operations share

    def _guarded(self) -> list[Case]:
        """Nobody, and somebody without the role, are refused."""
        if self.is_open:
            return []
        name = self.operation.name
        body = ", json={}" if self.operation.input else ""
        path = self._path(absent=True)
        if path.startswith("f"):
            path = self._absent_path()
        anonymous = Case(
            name=f"{name}_needs_a_user",
            lines=[
                f"response = await client.{self._method()}({path}{body})",
                self._expect(self.statuses["unauthenticated"]),
            ],
            fixtures=("client",),
        )
        roles = [r for r in self.permission if r != "owner"]
        if self.is_owned or "authenticated" in self.permission or not roles:
            return [anonymous]
        user = names.variable_name(self.facts.spec.auth.user)
        auth = self.facts.spec.auth
        sent = f", json={self._body_call()}" if self.operation.input else ""
        forbidden = Case(
            name=f"{name}_needs_a_role",
            lines=[
                f"actor = await factory.{user}({auth.roles_attribute}=[])",
                call(
                    f"response = await client.{self._method()}(",
                    [path, *([sent.removeprefix(", ")] if sent else []), "headers=headers(actor)"],
                    indent=4,
                ),
                self._expect(self.statuses["forbidden"]),
            ],
        )
        return [anonymous, forbidden]

    def _absent_path(self) -> str:
        path = self.operation.path
        for parameter in self.operation.parameters:
            if parameter.place is ParameterPlace.PATH:
                attribute = self._bound(parameter.binds)
                value = absent_key(attribute) if attribute else "1"
                path = path.replace(f"{{{parameter.name}}}", value)
        return f'"{self.base}{path}"'

    def _body_call(self, arguments: str = "") -> str:
        assert self.operation.input is not None  # noqa: S101 - asked only with an input
        name = names.snake(self.operation.input.schema_name)
        code = f"{name}({arguments})"
        if self.operation.input.wrapper:
            return f"{{{quote(self.operation.input.wrapper)}: {code}}}"
        return code

    def _absent(self, body: str | None = None) -> Case:
        lines = self._actor()
        if body is not None:
            lines.append(f"body = {body}")
        if 'f"' in self._path(absent=True):
            lines += self._make_row()
        lines.append(self._request(self._path(absent=True), body="body" if body else None))
        lines.append(self._expect(self.statuses["not_found"]))
        return Case(name=f"{self.operation.name}_that_is_absent", lines=lines)

    def _stranger(self, body: str | None = None) -> list[Case]:
        """Another user's row is refused."""
        if not self.is_owned:
            return []
        user = names.variable_name(self.facts.spec.auth.user)
        lines = [
            f"owner = await factory.{user}()",
            f"stranger = await factory.{user}()",
            *self._make_row("owner"),
        ]
        if body is not None:
            lines.append(f"body = {body}")
        sent = "body" if body is not None else None
        lines.append(self._request(self._path(), body=sent, actor="stranger"))
        lines.append(self._expect(self.statuses["forbidden"]))
        return [Case(name=f"{self.operation.name}_of_another_user", lines=lines)]

    # kinds

    def _read(self) -> list[Case]:
        lines = [*self._actor(), *self._make_row(), self._request(self._path())]
        lines.append(self._expect(self.operation.status))
        lines += self._shows_row()
        return [Case(self.operation.name, lines), self._absent(), *self._stranger()]

    def _shows_row(self) -> list[str]:
        """Compare the answer with the row, by a field that says which row it is."""
        output = self.operation.output
        if output is None or output.array:
            return []
        schema = self.facts.schemas[output.schema_name]
        for given in schema.fields:
            if given.attribute in self.entity.primary_key:
                attribute = self.facts.attribute(self.entity.name, given.attribute or "")
                value = f"{self.row}.{given.attribute}"
                if attribute.type is T.UUID:
                    value = f"str({value})"
                elif attribute.type not in _ECHOED:
                    continue
                return [f"assert {self._data()}[{quote(given.name)}] == {value}"]
        return []

    def _list(self) -> list[Case]:
        operation = self.operation
        nested = [
            p
            for p in operation.parameters
            if p.place is ParameterPlace.PATH and p.binds and "." in p.binds
        ]
        parents = {p.binds.split(".")[0] for p in nested if p.binds}
        many = [h for h in parents if not self.facts.step(self.entity.name, h)[1]]
        if many:
            return self._list_related(many[0])
        lines = [*self._actor(), *self._make_row(), self._request(self._path())]
        lines += [self._expect(operation.status), f"assert len({self._items()}) == 1"]
        if self.entity.owner == "self" and self.is_owned:
            return [Case(operation.name, lines)]
        if self.entity.name == self.facts.spec.auth.user and not self.is_open:
            lines[-1] = f"assert len({self._items()}) == 2"
        total = self._total()
        if total:
            lines.append(f"assert {total} == len({self._items()})")
        cases = [Case(operation.name, lines), *self._query_cases(parents)]
        if self.is_owned:
            cases.append(self._list_own())
        return cases

    def _same_parent(self, parents: set[str]) -> dict[str, str]:
        return {head: f"{self.row}.{head}" for head in parents}

    def _second_row(self, parents: set[str]) -> list[str]:
        extra = self._same_parent(parents)
        return self._make_row(variable="other", **extra)

    def _list_own(self) -> Case:
        user = names.variable_name(self.facts.spec.auth.user)
        lines = [
            f"owner = await factory.{user}()",
            f"stranger = await factory.{user}()",
            *self._make_row("owner"),
            self._request(self._path(), actor="stranger"),
            self._expect(self.operation.status),
            f"assert {self._items()} == []",
        ]
        return Case(f"{self.operation.name}_shows_only_own_rows", lines)

    def _query_cases(self, parents: set[str]) -> list[Case]:
        operation = self.operation
        paging = self.facts.spec.api.paging
        is_user = self.entity.name == self.facts.spec.auth.user and not self.is_open
        cases = []
        arrange = [*self._actor(), *self._make_row(), *self._second_row(parents)]
        if operation.paginated:
            path = self._with_query(f"{paging.page_parameter}=2&{paging.limit_parameter}=1")
            lines = [*arrange, self._request(path)]
            lines += [self._expect(operation.status), f"assert len({self._items()}) == 1"]
            total = self._total()
            if total:
                lines.append(f"assert {total} == {3 if is_user else 2}")
            if not (self.is_owned and self.entity.owner == "self"):
                cases.append(Case(f"{operation.name}_by_page", lines))
        if operation.sort:
            cases += self._sorted(arrange)
        cases += self._filtered(arrange)
        if operation.search:
            path = self._with_query(f"{paging.search_parameter}=no%20such%20text")
            lines = [*self._actor(), *self._make_row(), self._request(path)]
            lines += [self._expect(operation.status), f"assert {self._items()} == []"]
            cases.append(Case(f"{operation.name}_by_search", lines))
        path = self._with_query("no_such_filter=1")
        refused = [*self._actor()]
        if path.startswith("f"):
            refused += self._make_row()
        refused += [self._request(path), self._expect(self.statuses["invalid"])]
        cases.append(Case(f"{operation.name}_refuses_an_unknown_filter", refused))
        if self._embeds() and not is_user:
            cases.append(self._counted(parents))
        return cases

    def _with_query(self, query: str) -> str:
        return self._path()[:-1] + f'?{query}"'

    def _sorted(self, arrange: list[str]) -> list[Case]:
        paging = self.facts.spec.api.paging
        operation = self.operation
        unique = [n for n in operation.sort or () if self._differs(n)]
        name = next(iter(unique or operation.sort or ()))
        wire = names.camel(name) if self.facts.spec.api.field_case == "camel" else name
        wire = wire.removesuffix("_")
        lines = list(arrange)
        for order in ("asc", "desc"):
            query = f"{paging.sort_parameter}={wire}&{paging.order_parameter}={order}"
            lines.append(self._request(self._with_query(query), variable=order))
            lines.append(self._expect(operation.status, order))
        backwards = "[::-1]" if unique else ""
        first, second = self._items("asc"), self._items("desc")
        lines.append(f"assert {first} == {second}{backwards}")
        return [Case(f"{operation.name}_sorted", lines)]

    def _differs(self, name: str) -> bool:
        """Tell whether two rows of a factory differ in an attribute."""
        attribute = self.facts.attribute(self.entity.name, name)
        is_key = name in self.cases._keys(self.entity)  # noqa: SLF001 - one house
        return not is_key and (
            self.cases.is_unique(self.entity, attribute) or attribute.type in {T.STRING, T.URL}
        )

    def _shown(self, name: str) -> str | None:
        output = self.operation.output
        if output is None:
            return None
        fields = self.facts.schemas[output.schema_name].fields
        return next((f.name for f in fields if f.attribute == name), None)

    def _filtered(self, arrange: list[str]) -> list[Case]:
        """Filter by a value that differs between the two rows."""
        for parameter in self.operation.parameters:
            if parameter.place is not ParameterPlace.QUERY or not parameter.binds:
                continue
            if "." in parameter.binds or parameter.match != "equal":
                continue
            attribute = self.facts.attribute(self.entity.name, parameter.binds)
            if attribute.name not in self.entity.primary_key or len(self.entity.primary_key) > 1:
                continue
            if attribute.type not in {T.UUID, T.INTEGER, T.BIGINT}:
                continue
            path = self._with_query(f"{parameter.name}={{{self.row}.{attribute.name}}}")
            path = path if path.startswith("f") else f"f{path}"
            lines = [*arrange, self._request(path)]
            lines += [self._expect(self.operation.status), f"assert len({self._items()}) == 1"]
            return [Case(f"{self.operation.name}_filtered", lines)]
        return []

    def _embeds(self) -> bool:
        output = self.operation.output
        if output is None:
            return False
        return any(f.relation for f in self.facts.schemas[output.schema_name].fields)

    def _counted(self, parents: set[str]) -> Case:
        """However many rows there are, the number of queries stays the same."""
        lines = [*self._actor(), *self._make_row()]
        lines.append(f"path = {self._path()}")
        lines.append("with queries.counted() as few:")
        lines.append(f"    response = await client.get(path{self._headers()})")
        lines.append(self._expect(self.operation.status))
        for number in range(3):
            lines += self._make_row(variable=f"more_{number}", **self._same_parent(parents))
        lines.append("with queries.counted() as many:")
        lines.append(f"    response = await client.get(path{self._headers()})")
        lines.append(self._expect(self.operation.status))
        lines.append(f"assert len({self._items()}) == 4")
        lines.append("assert len(many) == len(few)")
        lines = [
            line.replace("more_0 = ", "").replace("more_1 = ", "").replace("more_2 = ", "")
            for line in lines
        ]
        return Case(
            f"{self.operation.name}_counts_its_queries", lines, ("client", "factory", "queries")
        )

    def _list_related(self, head: str) -> list[Case]:
        """Rows at the other end of a many-to-many relation."""
        target, _ = self.facts.step(self.entity.name, head)
        parent = names.variable_name(target)
        parent = f"parent_{parent}" if parent == self.row else parent
        path = self.operation.path
        for parameter in self.operation.parameters:
            if parameter.place is ParameterPlace.PATH and parameter.binds:
                key = parameter.binds.partition(".")[2]
                path = path.replace(f"{{{parameter.name}}}", f"{{{parent}.{key}}}")
        lines = [
            *self._actor(),
            *self._make_row(),
            f"{parent} = await factory.{names.variable_name(target)}({head_argument(self.facts, self.entity, head, self.row)})",
            f'response = await client.get(f"{self.base}{path}"{self._headers()})',
            self._expect(self.operation.status),
            f"assert len({self._items()}) == 1",
        ]
        missing = [
            *self._actor(),
            f"response = await client.get({self._absent_path()}{self._headers()})",
        ]
        missing.append(self._expect(self.statuses["not_found"]))
        return [
            Case(self.operation.name, lines),
            Case(f"{self.operation.name}_of_an_absent_one", missing),
        ]

    # writing

    def _create(self) -> list[Case]:
        operation = self.operation
        arrange, body, path = self._new_row()
        lines = [*arrange, f"body = {body}", self._request(path, body="body")]
        lines.append(self._expect(operation.status))
        lines += self._echoes()
        cases = [Case(operation.name, lines)]
        if self._has_unique_body():
            again = [*arrange, f"body = {body}"]
            again += [self._request(path, body="body"), self._expect(operation.status)]
            again += [self._request(path, body="body"), self._expect(self.statuses["conflict"])]
            cases.append(Case(f"{operation.name}_twice", again))
        cases += self._invalid(arrange, body, path)
        cases += self._orphan(arrange, path)
        cases += self._foreign_parent(path)
        malformed = [*arrange[: len(self._actor())]]
        if not path.startswith("f"):
            sent = f'response = await client.{self._method()}({path}, content=b"{{"'
            wanted = '{"Content-Type": "application/json"}'
            given = wanted if self.is_open else f"{{**headers(actor), {wanted[1:]}"
            malformed.append(f"as_json = {given}")
            malformed.append(f"{sent}, headers=as_json)")
            malformed.append(self._expect(self.statuses["malformed"]))
            cases.append(Case(f"{operation.name}_with_a_malformed_body", malformed))
        return cases

    def _new_row(self) -> tuple[list[str], str, str]:
        """Return what has to be there first, a valid body and the path."""
        lines = self._actor()
        given = []
        path = self.operation.path
        by_parent: dict[str, str] = {}
        for parameter in self.operation.parameters:
            if (
                parameter.place is ParameterPlace.PATH
                and parameter.binds
                and "." in parameter.binds
            ):
                head, _, rest = parameter.binds.partition(".")
                target, _ = self.facts.step(self.entity.name, head)
                variable = f"parent_{head}"
                if head not in by_parent:
                    by_parent[head] = variable
                    argument = self._parent_argument(head)
                    lines.append(
                        f"{variable} = await factory.{names.variable_name(target)}({argument})"
                    )
                path = path.replace(f"{{{parameter.name}}}", f"{{{variable}.{rest}}}")
        fields = self._fields()
        covered: set[str] = set()
        for relation in self.cases._required(self.entity):  # noqa: SLF001 - one house
            wire = [fields.get(name) for name in relation.attributes]
            if relation.name in by_parent or not all(wire):
                continue
            variable = names.variable_name(relation.name)
            variable = f"{variable}_row" if variable in {"actor", "body"} else variable
            argument = self._parent_argument(relation.name)
            lines.append(
                f"{variable} = await factory.{names.variable_name(relation.target)}({argument})"
            )
            for key, reference in zip(relation.attributes, relation.references, strict=True):
                if key in covered:
                    continue
                covered.add(key)
                attribute = self.facts.attribute(relation.target, reference)
                value = f"{variable}.{reference}"
                if attribute.type in {T.UUID, T.DATE, T.DATETIME, T.TIME, T.DECIMAL}:
                    value = {
                        T.UUID: f"str({value})",
                        T.DECIMAL: f"float({value})",
                    }.get(attribute.type, f"{value}.isoformat()")
                if attribute.type is T.DATETIME:
                    value = f'{variable}.{reference}.isoformat().replace("+00:00", "Z")'
                given.append(f"{fields[key]}={value}")
        formatted = "f" if "{" in path else ""
        return lines, self._body_call(", ".join(given)), f'{formatted}"{self.base}{path}"'

    def _parent_argument(self, head: str) -> str:
        """Make a parent belong to the actor, where ownership goes through it."""
        owner = self.entity.owner or ""
        first, _, rest = owner.partition(".")
        if not self.is_owned or first != head or not rest:
            return ""
        target, _ = self.facts.step(self.entity.name, head)
        parent = self.facts.entities[target].model_copy(update={"owner": rest})
        return self._owned_by(parent, "actor")

    def _fields(self) -> dict[str, str]:
        """Return the wire name of each attribute in the body."""
        if self.operation.input is None:
            return {}
        schema = self.facts.schemas[self.operation.input.schema_name]
        return {f.attribute: f.name for f in schema.fields if f.attribute}

    def _echoes(self) -> list[str]:
        """Compare what was sent with what came back."""
        output = self.operation.output
        if output is None or self.operation.input is None or output.array:
            return []
        shown = {f.attribute: f.name for f in self.facts.schemas[output.schema_name].fields}
        lines = []
        for attribute_name, sent in self._fields().items():
            attribute = self.facts.attribute(self.entity.name, attribute_name)
            is_sent = not attribute.transitions and attribute_name not in self.cases._keys(
                self.entity
            )  # noqa: SLF001
            if attribute_name in shown and attribute.type in _ECHOED and is_sent:
                wrapper = self.operation.input.wrapper
                body = f"body[{quote(wrapper)}]" if wrapper else "body"
                lines.append(
                    f"assert data[{quote(shown[attribute_name])}] == {body}[{quote(sent)}]"
                )
        return [f"data = {self._data()}", *lines] if lines else []

    def _has_unique_body(self) -> bool:
        fields = set(self._fields())
        keys = self.cases._keys(self.entity)  # noqa: SLF001 - one house
        required = {n for r in self.cases._required(self.entity) for n in r.attributes}  # noqa: SLF001
        own = {a.name for a in self.entity.attributes if a.name not in keys and a.name in fields}
        relation = self.facts.relation(self.entity.name, self.entity.owner or "")
        owner = set(relation.attributes) if relation and self.is_owned else set()
        known = own | (required & fields) | owner
        rules = [{a.name} for a in self.entity.attributes if a.unique]
        rules += [set(rule.attributes) for rule in self.entity.uniques]
        rules += [set(rule.attributes) for rule in self.entity.indexes if rule.unique]
        rules.append(set(self.entity.primary_key))
        return any(rule <= known and rule & fields for rule in rules) and not self._fresh(rules)

    def _fresh(self, rules: list[set[str]]) -> bool:
        del rules
        return False

    def _invalid(self, arrange: list[str], body: str, path: str) -> list[Case]:
        """A field that is missing or unknown is named."""
        if self.operation.input is None:
            return []
        schema = self.facts.schemas[self.operation.input.schema_name]
        wrapper = self.operation.input.wrapper
        inner = f"body[{quote(wrapper)}]" if wrapper else "body"
        required = next((f for f in schema.fields if f.required and f.attribute), None)
        lines = [*arrange, f"body: dict[str, Any] = {body}"]
        named = "no_such_field"
        if required is not None and self.operation.kind is not K.UPDATE:
            named = required.name
            lines.append(f"{inner}.pop({quote(named)}, None)")
        else:
            lines.append(f'{inner}["no_such_field"] = 1')
        lines.append(self._request(path, body="body"))
        lines.append(self._expect(self.statuses["invalid"]))
        if self.facts.spec.api.error_envelope.detail:
            lines.append(f"assert {quote(named)} in response.text")
        lines = [line.replace(": dict[str, Any]", "") for line in lines]
        return [Case(f"{self.operation.name}_names_the_wrong_field", lines)]

    def _orphan(self, arrange: list[str], path: str) -> list[Case]:
        """A row that refers to nothing is refused."""
        fields = self._fields()
        for relation in self.entity.relations:
            if relation.through or not set(relation.attributes) <= set(fields):
                continue
            wrapper = self.operation.input.wrapper if self.operation.input else None
            inner = f"body[{quote(wrapper)}]" if wrapper else "body"
            lines = list(arrange)
            _, body, _ = self._new_row()
            lines.append(f"body = {body}")
            for key in relation.attributes:
                attribute = self.facts.attribute(self.entity.name, key)
                lines.append(f"{inner}[{quote(fields[key])}] = {absent_body(attribute)}")
            lines.append(self._request(path, body="body"))
            lines.append(self._expect(self.statuses["conflict"]))
            return [Case(f"{self.operation.name}_without_its_{relation.name}", lines)]
        return []

    def _foreign_parent(self, path: str) -> list[Case]:
        """A row cannot be put under somebody else's parent."""
        owner = self.entity.owner or ""
        head, _, rest = owner.partition(".")
        if not self.is_owned or not rest or path.startswith("f"):
            return []
        relation = self.facts.relation(self.entity.name, head)
        if relation is None or not set(relation.attributes) <= set(self._fields()):
            return []
        user = names.variable_name(self.facts.spec.auth.user)
        arrange, body, _ = self._new_row()
        lines = [f"stranger = await factory.{user}()", *arrange, f"body = {body}"]
        lines.append(self._request(path, body="body", actor="stranger"))
        lines.append(self._expect(self.statuses["forbidden"]))
        return [Case(f"{self.operation.name}_under_a_stranger", lines)]

    def _change(self) -> list[Case]:
        operation = self.operation
        if operation.input is None:
            return []
        arrange = [*self._actor(), *self._make_row()]
        extra = []
        if operation.kind is K.REPLACE:
            extra = self._kept_keys()
        body = self._body_call(", ".join(extra))
        lines = [*arrange, f"body = {body}", self._request(self._path(), body="body")]
        lines += [self._expect(operation.status), *self._echoes()]
        absent_lines = self._absent_change(extra)
        cases = [Case(operation.name, lines), absent_lines]
        if self.is_owned:
            user = names.variable_name(self.facts.spec.auth.user)
            stranger = [
                f"owner = await factory.{user}()",
                f"stranger = await factory.{user}()",
                *self._make_row("owner"),
                f"body = {body}",
                self._request(self._path(), body="body", actor="stranger"),
                self._expect(self.statuses["forbidden"]),
            ]
            cases.append(Case(f"{operation.name}_of_another_user", stranger))
        cases += self._invalid(arrange, body, self._path())
        cases += self._moves()
        return cases

    def _kept_keys(self) -> list[str]:
        """A full replacement says the foreign keys again."""
        given = []
        fields = self._fields()
        for name in self.cases._keys(self.entity):  # noqa: SLF001 - one house
            if name not in fields:
                continue
            attribute = self.facts.attribute(self.entity.name, name)
            value = f"{self.row}.{name}"
            if attribute.nullable:
                continue
            if attribute.type is T.UUID:
                value = f"str({value})"
            elif attribute.type is T.DECIMAL:
                value = f"float({value})"
            elif attribute.type in {T.DATE, T.TIME}:
                value = f"{value}.isoformat()"
            elif attribute.type is T.DATETIME:
                value = f'{value}.isoformat().replace("+00:00", "Z")'
            given.append(f"{fields[name]}={value}")
        return sorted(given)

    def _absent_change(self, extra: list[str]) -> Case:
        path = self._path(absent=True)
        lines = self._actor()
        if extra or path.startswith("f"):
            lines += self._make_row()
        lines.append(f"body = {self._body_call(', '.join(extra))}")
        lines.append(self._request(path, body="body"))
        lines.append(self._expect(self.statuses["not_found"]))
        return Case(f"{self.operation.name}_that_is_absent", lines)

    def _moves(self) -> list[Case]:
        """Walk one allowed and one impossible step of each state machine in the body."""
        cases = []
        fields = self._fields()
        for attribute in self.entity.attributes:
            if not attribute.transitions or attribute.name not in fields:
                continue
            enum = attribute.enum or ""
            wire = fields[attribute.name]
            step = attribute.transitions[0]
            values = self.facts.enums[enum].values
            allowed = {(s.source, s.target) for s in attribute.transitions}
            start = f"{enum}.{self.facts.members[(enum, step.source)]}"
            actor = self._stepping_actor(step.roles)
            wrapper = self.operation.input.wrapper if self.operation.input else None

            def sent(value: str, wire: str = wire, wrapper: str | None = wrapper) -> str:
                inner = f"{{{quote(wire)}: {quote(value)}}}"
                return f"{{{quote(wrapper)}: {inner}}}" if wrapper else inner

            row = self._make_row(**{attribute.name: start})
            if self.is_owned and self.entity.owner == "self":
                continue
            lines = [*actor, *row, f"body = {sent(step.target)}"]
            lines += [self._request(self._path(), body="body"), self._expect(self.operation.status)]
            cases.append(Case(f"{self.operation.name}_takes_a_step_of_{attribute.name}", lines))
            for step in attribute.transitions:
                if not step.roles or not self.facts.secured or not self.is_owned:
                    continue
                start = f"{enum}.{self.facts.members[(enum, step.source)]}"
                lines = [*self._actor(), *self._make_row(**{attribute.name: start})]
                lines.append(f"body = {sent(step.target)}")
                lines.append(self._request(self._path(), body="body"))
                lines.append(self._expect(self.statuses["forbidden"]))
                name = f"{self.operation.name}_needs_a_role_for_a_step_of_{attribute.name}"
                cases.append(Case(name, lines))
                break
            wrong = next(
                ((s, t) for s in values for t in values if s != t and (s, t) not in allowed), None
            )
            if wrong is not None:
                start = f"{enum}.{self.facts.members[(enum, wrong[0])]}"
                lines = [*self._actor(), *self._make_row(**{attribute.name: start})]
                lines.append(f"body = {sent(wrong[1])}")
                lines.append(self._request(self._path(), body="body"))
                lines.append(self._expect(self.statuses["conflict"]))
                name = f"{self.operation.name}_refuses_a_wrong_step_of_{attribute.name}"
                cases.append(Case(name, lines))
        return cases

    def _stepping_actor(self, roles: tuple[str, ...]) -> list[str]:
        if not roles or self.is_open:
            return self._actor()
        user = names.variable_name(self.facts.spec.auth.user)
        attribute = self.facts.spec.auth.roles_attribute
        held = [roles[0], *([self._role()] if self._role() not in {None, roles[0]} else [])]
        return [
            f"actor = await factory.{user}({attribute}=[{', '.join(quote(r or '') for r in held)}])"
        ]

    def _delete(self) -> list[Case]:
        operation = self.operation
        lines = [*self._actor(), *self._make_row(), f"path = {self._path()}"]
        lines += [self._request("path"), self._expect(operation.status)]
        if not (self.is_owned and self.entity.owner == "self"):
            lines += [self._request("path"), self._expect(self.statuses["not_found"])]
        return [Case(operation.name, lines), self._absent(), *self._stranger()]

    def _transition(self) -> list[Case]:
        cases = [self._absent(), *self._stranger()]
        for name, value in self.operation.sets.items():
            attribute = self.facts.attribute(self.entity.name, name)
            if not attribute.transitions:
                continue
            enum = attribute.enum or ""
            step = next((s for s in attribute.transitions if s.target == value), None)
            if step is not None:
                start = f"{enum}.{self.facts.members[(enum, step.source)]}"
                lines = [*self._stepping_actor(step.roles), *self._make_row(**{name: start})]
                lines += [self._request(self._path()), self._expect(self.operation.status)]
                cases.append(Case(self.operation.name, lines))
            sources = {s.source for s in attribute.transitions if s.target == value}
            wrong = next(
                (v for v in self.facts.enums[enum].values if v not in sources and v != value), None
            )
            if wrong is not None:
                start = f"{enum}.{self.facts.members[(enum, wrong)]}"
                lines = [*self._actor(), *self._make_row(**{name: start})]
                lines += [self._request(self._path()), self._expect(self.statuses["conflict"])]
                cases.append(Case(f"{self.operation.name}_from_a_wrong_state", lines))
        if not any(c.name == self.operation.name for c in cases):
            lines = [*self._actor(), *self._make_row()]
            lines += [self._request(self._path()), self._expect(self.operation.status)]
            cases.append(Case(self.operation.name, lines))
        return cases

    def _pair(self) -> tuple[list[str], str, str]:
        relation = self.facts.relation(self.entity.name, self.operation.relation or "")
        assert relation is not None  # noqa: S101 - links name a many-to-many relation
        path = self.operation.path
        for parameter in self.operation.parameters:
            if parameter.place is not ParameterPlace.PATH or not parameter.binds:
                continue
            head, _, rest = parameter.binds.partition(".")
            value = f"{{other.{rest}}}" if rest else f"{{{self.row}.{head}}}"
            path = path.replace(f"{{{parameter.name}}}", value)
        other = f"other = await factory.{names.variable_name(relation.target)}()"
        return [*self._actor(), other], f'f"{self.base}{path}"', relation.name

    def _link(self) -> list[Case]:
        arrange, path, _ = self._pair()
        lines = [*arrange, *self._make_row(), f"path = {path}"]
        for _ in range(2):
            lines += [self._request("path"), self._expect(self.operation.status)]
        return [Case(self.operation.name, lines), self._absent_pair()]

    def _unlink(self) -> list[Case]:
        arrange, path, relation = self._pair()
        lines = [*arrange, *self._make_row(**{relation: "[other]"}), f"path = {path}"]
        lines += [self._request("path"), self._expect(self.operation.status)]
        lines += [self._request("path"), self._expect(self.statuses["not_found"])]
        return [Case(self.operation.name, lines), self._absent_pair()]

    def _absent_pair(self) -> Case:
        lines = [*self._actor(), f"path = {self._absent_path()}"]
        lines += [self._request("path"), self._expect(self.statuses["not_found"])]
        return Case(f"{self.operation.name}_to_an_absent_one", lines)

    def _custom(self) -> list[Case]:
        """Nobody wrote the body yet, and the API says so."""
        if self.operation.input is not None:
            return []
        lines = [*self._actor(), self._request(self._absent_path()), self._expect(501)]
        return [Case(f"{self.operation.name}_is_not_built_yet", lines)]


def head_argument(facts: Facts, entity: Entity, head: str, row: str) -> str:
    """Return the argument that puts a row into its parent's collection."""
    declared = facts.relation(entity.name, head)
    if declared is not None:
        return f"{declared.inverse}=[{row}]"
    relation = next(r.name for _, r in facts.inverses[entity.name] if r.inverse == head)
    return f"{relation}=[{row}]"
