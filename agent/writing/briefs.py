"""What is a writer told of one operation? Facts of the plan, as text that costs few tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.emitter import custom
from agent.emitter.named import names_a_row
from agent.emitter.parents import heads
from agent.emitter.testing.customs import called_as
from agent.emitter.testing.payloads import payload_names
from agent.emitter.types import column
from agent.planner import names
from agent.types import HttpMethod, ParameterPlace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.emitter.facts import Facts
    from agent.emitter.schemas import Schemas
    from agent.types import Attribute, Body, Entity, Operation
    from agent.writing.rules import Rules

MOST_ENTITIES = 8
_STAMPS = ("created_at", "updated_at")


def body_brief(
    facts: Facts, schemas: Schemas, operation: Operation, signature: str, rules: Rules
) -> str:
    """Return what somebody has to know who writes the body of a slot."""
    unit = custom.unit_of(facts, schemas, operation)
    output = operation.output
    returned = custom.answer(unit, operation)
    lines = [*_about(facts, operation), "", signature, ""]
    lines += _done_for(facts, operation)
    if operation.input is not None:
        lines += _schema_lines(facts, operation.input, schemas, into=True)
    if output is not None:
        shown = f" (shown as {output.schema_name})" if returned.row else ""
        lines.append(f"returns {returned.hint}{shown}")
        if not returned.row:
            lines += _schema_lines(facts, output, schemas, into=False)
    lines += _entities(facts, operation)
    lines += ["", *_names(facts, operation, rules)]
    return "\n".join(lines)


def tests_brief(facts: Facts, schemas: Schemas, operation: Operation, rules: Rules) -> str:
    """Return what somebody has to know who writes the tests of a rule."""
    output = operation.output
    lines = [*_about(facts, operation)]
    for parameter in operation.parameters:
        if parameter.place is not ParameterPlace.PATH:
            kind = (parameter.type or "text") if not parameter.binds else f"as {parameter.binds}"
            need = "required" if parameter.required else "optional"
            lines.append(f"{parameter.place.value} {parameter.name}: {kind}, {need}")
    if operation.input is not None:
        lines.append("body" + _shape(operation.input))
        lines += _schema_lines(facts, operation.input, schemas, into=True, wire=True)
    success = f"on success {operation.status}"
    if output is None:
        lines.append(f"{success}, no content")
    else:
        lines.append(f"{success}, JSON{_shape(output)}")
        lines += _schema_lines(facts, output, schemas, into=False, wire=True)
    lines += [_refusals(facts, operation)]
    lines += _entities(facts, operation)
    made = ", ".join(sorted(rules.bases["factory"].called - {"save"}))
    bodies = set(payload_names(facts).values())
    own = {payload_names(facts)[operation.input.schema_name]} if operation.input else set()
    others = ", ".join(sorted(rules.callables - rules.types - (bodies - own)))
    lines += [
        "",
        f"await factory.NAME(column=value, relation=row): a valid row and what it needs ({made})",
        "await session.get(Model, id) or .scalar(select(Model).where(...)): what there is now",
        f"also: {others}, dt, pytest.approx, and models and enums by their names",
        "",
        "a call:",
        *called_as(facts, operation),
    ]
    return "\n".join(lines)


# --- the operation ---


def _about(facts: Facts, operation: Operation) -> Iterator[str]:
    yield f"rule: {operation.rule or operation.summary or operation.name}"
    path = f"{facts.spec.api.base_path}{operation.path}"
    yield f"call: {operation.method.value} {path}, by {_who(facts, operation)}"


def _who(facts: Facts, operation: Operation) -> str:
    permission = operation.permission or ()
    if not facts.secured or "public" in permission:
        return "anybody"
    if "authenticated" in permission:
        return "every signed-in user"
    roles = [f"role {each}" for each in permission if each != "owner"]
    owner = ["the row's owner"] if "owner" in permission else []
    return " or ".join([*owner, *roles]) or f"role {facts.spec.auth.admin_role}"


def _done_for(facts: Facts, operation: Operation) -> Iterator[str]:
    """Tell what is seen to around the slot, so that nobody does it again."""
    done = []
    is_reading = operation.method is HttpMethod.GET
    if names_a_row(facts, operation):
        lock = "" if is_reading else " and locked"
        done.append(f"the row of the path is found{lock} (404)")
    elif operation.entity and heads(operation):
        done.append("the row above those of the path is found (404)")
    if facts.secured and "public" not in (operation.permission or ()):
        done.append("who may is checked (401, 403)")
    done.append("this only reads" if is_reading else "the commit, and rollback on an error")
    yield f"done outside: {'; '.join(done)}"


def _refusals(facts: Facts, operation: Operation) -> str:
    s = facts.spec.api.statuses
    tested = "404 and 422 for malformed values"
    if facts.secured and "public" not in (operation.permission or ()):
        tested = f"{s.unauthenticated}, {s.forbidden}, {tested}"
    return (
        f"refused by the rule: {s.conflict} a conflict, {s.invalid} a wrong value, "
        f"{s.not_found} something absent (tested already: {tested})"
    )


def _shape(body: Body) -> str:
    shape = f"[{body.schema_name}, ...]" if body.array else body.schema_name
    return f': {{"{body.wrapper}": {shape}}}' if body.wrapper else f": {shape}"


def _schema_lines(
    facts: Facts, body: Body, schemas: Schemas, *, into: bool, wire: bool = False
) -> Iterator[str]:
    """Yield a schema's fields with their types, and those of schemas in it."""
    todo, seen = [body.schema_name], set()
    while todo:
        name = todo.pop(0)
        if name in seen:
            continue
        seen.add(name)
        schema = facts.schemas[name]
        parts = []
        for field in schema.fields:
            called = (
                field.name
                if wire
                else (field.relation or field.attribute or names.attribute_name(field.name, ()))
            )
            if field.schema_name:
                todo.append(field.schema_name)
                many = field.array or (
                    bool(field.relation and schema.entity)
                    and not facts.step(schema.entity or "", field.relation or "")[1]
                )
                inner = schemas.input_class(field.schema_name) if into else field.schema_name
                kind = f"list[{inner}]" if many else inner
            elif field.attribute and schema.entity:
                kind = _python(facts, facts.attribute(schema.entity, field.attribute))
            else:
                kind = field.enum or (field.type.value if field.type else "string")
                kind = _FREE.get(kind, kind)
                kind = f"list[{kind}]" if field.array else kind
            optional = " | None" if field.nullable or (into and not field.required) else ""
            parts.append(f"{called} {kind}{optional if not kind.endswith('None') else ''}")
        shown = schemas.input_class(name) if into else name
        yield f"{shown}: {', '.join(parts)}"


_FREE = {
    "string": "str", "text": "str", "email": "str", "url": "str", "integer": "int",
    "smallint": "int", "bigint": "int", "decimal": "Decimal", "boolean": "bool", "uuid": "UUID",
    "date": "dt.date", "time": "dt.time", "datetime": "dt.datetime", "duration": "dt.timedelta",
}  # fmt: skip


# --- rows ---


def _entities(facts: Facts, operation: Operation) -> Iterator[str]:
    """Yield the entities that the rule may be about, with columns and relations."""
    stamps = facts.spec.timestamps
    told = ", and each has created_at, updated_at" if stamps else ""
    yield f"rows (= is made where it is not given{told}):"
    enums: dict[str, None] = {}
    for entity in involved(facts, operation):
        shown = [a for a in entity.attributes if not (stamps and a.name in _STAMPS)]
        enums |= {a.enum: None for a in shown if a.enum}
        columns = ", ".join(_column(facts, a) for a in shown if a.type != "password")
        ways = [f"{r.name} -> {'many ' if r.through else ''}{r.target}" for r in entity.relations]
        for source, relation in facts.inverses[entity.name]:
            if relation.inverse:
                one = facts.step(entity.name, relation.inverse)[1]
                ways.append(f"{relation.inverse} -> {'' if one else 'many '}{source.name}")
        yield f"{entity.name}: {columns}{'; ' if ways else ''}{', '.join(ways)}"
    for name in enums:
        members = [facts.members[(name, value)] for value in facts.enums[name].values]
        yield f"{name}: {', '.join(members)}"


def _column(facts: Facts, attribute: Attribute) -> str:
    kind = _python(facts, attribute)
    size = {"string": attribute.length, "decimal": f"{attribute.precision},{attribute.scale}"}
    limit = None if attribute.array else size.get(attribute.type.value)
    kind = kind.replace(kind.split(" ")[0], f"{kind.split(' ')[0]}({limit})", 1) if limit else kind
    pairs = (
        (">=", attribute.minimum),
        (">", attribute.exclusive_minimum),
        ("<=", attribute.maximum),
        ("<", attribute.exclusive_maximum),
    )
    bounds = "".join(f" {sign}{bound}" for sign, bound in pairs if bound is not None)
    made = " =" if attribute.generated or attribute.default is not None else ""
    return f"{attribute.name} {kind}{bounds}{' unique' if attribute.unique else ''}{made}"


def involved(facts: Facts, operation: Operation) -> list[Entity]:
    """Return the entities of the operation, its bodies and its rule; then those tied to them.

    What ties two of the first together comes before what is tied to one.
    """
    core: dict[str, None] = {}
    bodies = [b.schema_name for b in (operation.input, operation.output) if b]
    for name in (operation.entity, *(facts.schemas[each].entity for each in bodies)):
        if name in facts.entities:
            core[name] = None
    words = " ".join(names.ascii_words(operation.rule or ""))
    for entity in facts.spec.entities:
        own = {names.snake(entity.name), facts.plural(entity)}
        if any(f" {each.replace('_', ' ')} " in f" {words} " for each in own):
            core[entity.name] = None
    if facts.secured and "public" not in (operation.permission or ()):
        core[facts.spec.auth.user] = None
    user = facts.spec.auth.user
    tied = {
        e.name: {r.target for r in e.relations} & (core.keys() - {user})
        for e in facts.spec.entities
    }
    least = 2
    linking = [name for name, targets in tied.items() if len(targets) >= least]
    targets = [r.target for name in core for r in facts.entities[name].relations]
    sources = [name for name, ends in tied.items() if ends]
    found = dict.fromkeys([*core, *linking, *targets, *sources])
    return [facts.entities[name] for name in list(found)[:MOST_ENTITIES]]


def _python(facts: Facts, attribute: Attribute) -> str:
    kind = column(attribute, facts.spec.database).python
    if attribute.array:
        kind = kind if kind.startswith("list") else f"list[{kind}]"
    return f"{kind} | None" if attribute.nullable and "None" not in kind else kind


# --- names ---


def _names(facts: Facts, operation: Operation, rules: Rules) -> Iterator[str]:
    session = rules.bases["session"]
    yield f"session: {', '.join(sorted(session.called))}; rows: list(await session.scalars(...))"
    yield "relations are not loaded: query them, or .options(selectinload(Model.relation))"
    functions = sorted(rules.callables - rules.types)
    yield f"names: {', '.join([*functions, *sorted(rules.constants)])}, dt, Decimal, UUID"
    yield f"func: {', '.join(sorted(rules.bases['func'].called))}"
    errors = [f'{name}("...")' for name in sorted(rules.errors - {"InvalidError"})]
    invalid = 'InvalidError([{"field": "...", "message": "..."}])'
    yield f"refuse: raise {', '.join([*errors, invalid])}"
    yield "for example:"
    yield from _example(facts, operation)


def _example(facts: Facts, operation: Operation) -> Iterator[str]:
    """Yield a query and a refusal, as they are written here."""
    entity = facts.entities.get(operation.entity or "")
    for source, relation in facts.inverses[entity.name] if entity else ():
        if entity and names_a_row(facts, operation) and len(relation.attributes) == 1:
            row = names.variable_name(entity.name)
            key = f"{source.name}.{relation.attributes[0]} == {row}.{relation.references[0]}"
            yield f"statement = select(func.count()).select_from({source.name}).where({key})"
            break
    else:
        some = entity or facts.spec.entities[0] if facts.spec.entities else None
        if some is None:
            return
        yield f"statement = select(func.count()).select_from({some.name})"
    yield "if (await session.scalar(statement) or 0) >= 3:"
    yield '    raise ConflictError("There are three already.")'
