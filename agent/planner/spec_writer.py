"""How does a BackendSpec look in the spec language? The inverse of ``readers.spec_language``.

Only what differs from its default is written, and always in the same order: the text is a normal
form. docs/spec-language.md explains the language.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.planner.spec_entity_writer import entity
from agent.planner.spec_words import (
    called,
    comment,
    is_bare,
    listed,
    literal,
    option,
    quoted,
    wrapped,
)
from agent.types import (
    Api,
    AttributeType,
    Auth,
    BackendSpec,
    KeyPlace,
    Match,
    OperationKind,
    SchemaField,
    SpecModel,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from agent.types import Body, EnumType, Operation, Parameter, Schema

_PLAIN_PATH = re.compile(r"(/([\w.~-]|\{[\w-]+\})*)+")
# at the beginning of a line these words open a block
_HEADERS = frozenset({"api", "enum", "entity", "schema", "operation"})
_INDENT = "  "


def write(spec: BackendSpec) -> str:
    """Write a spec as a text that reads back as the same spec."""
    enums = frozenset(enum.name for enum in spec.enums)
    schemas = frozenset(schema.name for schema in spec.schemas)
    blocks = [
        "\n".join([*_settings(spec), *_api(spec.api)]),
        "\n".join(f"omitted {quoted(text)}" for text in spec.omitted),
        "\n".join(_enum(part) for part in spec.enums),
        *(_block(entity(part, enums)) for part in spec.entities),
        "\n".join(_schema(part, enums - schemas) for part in spec.schemas),
        *(_block(operation(part)) for part in spec.operations),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _block(lines: Iterator[str]) -> str:
    return next(lines) + "".join(f"\n{_INDENT}{line}" for line in lines)


def _settings(spec: BackendSpec) -> Iterator[str]:
    plain = BackendSpec()
    version = [] if spec.version == plain.version else ["version", spec.version]
    yield " ".join(["project", called(spec.name), *comment(spec.description), *version])
    if spec.database != plain.database:
        yield f"database {spec.database}"
    if spec.python != plain.python:
        yield f"python {spec.python}"
    if spec.key != plain.key:
        yield f"key {spec.key}"
    if not spec.timestamps:
        yield "timestamps off"
    if spec.auth != plain.auth:
        yield _auth(spec.auth)


def _auth(auth: Auth) -> str:
    given = {name: getattr(auth, name) for name in Auth.model_fields}
    plain = Auth()
    changed = {name: value for name, value in given.items() if value != getattr(plain, name)}
    parts = [f"auth {auth.method}"]
    for keyword, field in (
        ("user", "user"),
        ("login", "login"),
        ("password", "password"),
        ("roles-in", "roles_attribute"),
        ("active", "active"),
    ):
        if field in changed:
            parts += [keyword, _or_left_out(changed[field])]
    if "roles" in changed:
        parts += ["roles", listed(auth.roles, "none")]
    if "admin_role" in changed:
        parts += option("admin", auth.admin_role)
    if auth.keys:
        parts += ["by", key_places(auth.keys)]
    if not auth.open_registration:
        parts.append("closed")
    return " ".join(parts)


def key_places(keys: Sequence[KeyPlace]) -> str:
    """Write where requests may have their keys."""
    plain_name = KeyPlace.model_fields["name"].default
    return ", ".join(
        " ".join(
            [
                each.place,
                *([called(each.name, {"as"})] if each.name != plain_name else []),
                *option("as", each.scheme),
            ]
        )
        for each in keys
    )


def _or_left_out(value: object) -> str:
    if value is None:
        return "-"
    if not isinstance(value, str):
        return str(value)
    return value if is_bare(value) else quoted(value)


def _api(api: Api) -> Iterator[str]:
    if api == Api():
        return
    case = [] if api.field_case == "snake" else ["case", api.field_case]
    decimals = [] if api.decimals == "text" else ["decimals", api.decimals]
    yield " ".join(["api", api.base_path or "/", *case, *decimals])
    for keyword, part in (
        ("list", api.list_envelope),
        ("errors", api.error_envelope),
        ("status", api.statuses),
        ("paging", api.paging),
        ("info", api.info),
    ):
        if pairs := _pairs(part):
            yield f"{_INDENT}{keyword} {pairs}"


def _pairs(part: SpecModel) -> str:
    """Write what differs from the default: ``page_parameter`` is written as `page`."""
    return " ".join(
        f"{name.removesuffix('_parameter').replace('_', '-')}={_or_left_out(getattr(part, name))}"
        for name, field in type(part).model_fields.items()
        if getattr(part, name) != field.default
    )


def _enum(enum: EnumType) -> str:
    head = " ".join(["enum", called(enum.name), *comment(enum.comment)])
    return wrapped(f"{head}:", map(called, enum.values))


def _schema(schema: Schema, lone_enums: Collection[str]) -> str:
    parts = ["schema", called(schema.name), *option("for", schema.entity)]
    parts += option("component", schema.component)
    parts += ["open"] if schema.open else []
    head = " ".join([*parts, *comment(schema.comment)])
    if not schema.fields:
        return head
    return wrapped(f"{head}:", (field(part, lone_enums) for part in schema.fields))


def field(part: SchemaField, lone_enums: Collection[str]) -> str:
    """Write a field of a schema; ``lone_enums`` are those that no schema is named like."""
    name = called(part.name, _HEADERS) + ("" if part.required else "?")
    bound = _bound(part)
    if bound is None:
        bound = ": " + _free(part, lone_enums)
    flags = [word for word, is_so in _flags(part) if is_so]
    return " ".join([name + bound, *flags, *comment(part.comment)])


def _flags(field: SchemaField) -> tuple[tuple[str, bool], ...]:
    return (("never-null", field.never_null), ("refers", field.refers))


def _bound(field: SchemaField) -> str | None:
    """Write what a field is bound to; ``None`` if it is not bound in one of the two usual ways."""
    said = {"name", "required", "comment", "never_null", "refers"}
    given = {key for key, value in field if value and key not in said}
    if given == {"attribute"}:
        is_plain = field.attribute == field.name and not any(is_so for _, is_so in _flags(field))
        return "" if is_plain else f" = {called(field.attribute or '')}"
    if given | {"array"} == {"relation", "schema_name", "array"}:
        relation = "" if field.relation == field.name else f" = {called(field.relation or '')}"
        return f"{relation} -> {called(field.schema_name or '')}" + ("[]" if field.array else "")
    return None


def _free(field: SchemaField, lone_enums: Collection[str]) -> str:
    """Write a field that is free, or bound in an unusual way."""
    extras = option("attribute", field.attribute) + option("relation", field.relation)
    schema, enum = option("schema", field.schema_name), option("enum", field.enum)
    if field.type == AttributeType.ENUM:
        kind, enum = " ".join(enum or ["enum", "-"]), []
    elif field.type is not None:
        kind = field.type.value
    elif field.schema_name is not None and field.schema_name not in lone_enums:
        kind, schema = called(field.schema_name, list(AttributeType)), []
    else:
        kind = "-"
    kind += ("[]" if field.array else "") + ("?" if field.nullable else "")
    return " ".join([kind, *extras, *schema, *enum, *_rules(field)])


def _rules(field: SchemaField) -> Iterator[str]:
    for word, bound in (
        ("length", field.length),
        ("min-length", field.min_length),
        (">=", field.minimum),
        ("<=", field.maximum),
        (">", field.exclusive_minimum),
        ("<", field.exclusive_maximum),
    ):
        if bound is not None:
            yield f"{word} {literal(bound)}"
    if field.pattern is not None:
        yield f"pattern {quoted(field.pattern)}"
    if field.says is not None:
        yield f"says {literal(field.says)}"
    if field.means is not None:
        yield f"means {field.means}"


def operation(part: Operation) -> Iterator[str]:
    """Write an operation's header, then its lines."""
    yield _route(part)
    yield from _documented(part)
    yield from map(_parameter, part.parameters)
    for keyword, body in (("in", part.input), ("out", part.output)):
        if body is not None:
            yield _body(keyword, body)
    yield from _contract(part)
    for keyword, names, nothing in (
        ("allow", part.permission, "nobody"),
        ("sort", part.sort, "none"),
        ("search", part.search, "none"),
    ):
        if names is not None:
            yield f"{keyword} {listed(names, nothing)}"
    if not part.paginated:
        yield "unpaged"
    for name, value in part.sets.items():
        yield f"set {called(name)} = {literal(value)}"
    for keyword, words in (("summary", part.summary), ("rule", part.rule)):
        if words is not None:
            yield f"{keyword} {quoted(words)}"


def _documented(operation: Operation) -> Iterator[str]:
    """Write what the OpenAPI document says of it."""
    if operation.operation_id is not None:
        yield f"id {quoted(operation.operation_id)}"
    if operation.tags:
        yield f"tags {', '.join(map(called, operation.tags))}"
    if operation.deprecated:
        yield "deprecated"


def _contract(operation: Operation) -> Iterator[str]:
    """Write what a contract says of an answer."""
    for keyword, is_so in (("open", operation.open), ("silent", operation.silent)):
        if is_so:
            yield keyword
    for keyword, media in (("takes", operation.takes), ("gives", operation.gives)):
        if media is not None:
            yield f"{keyword} {quoted(media)}"
    if operation.status is not None:
        yield f"status {operation.status}"
    if operation.refusals:
        pairs = (f"{refusal.value}={code}" for refusal, code in operation.refusals.items())
        yield f"refusals {' '.join(pairs)}"
    if operation.statuses:
        yield f"statuses {', '.join(map(str, operation.statuses))}"


def _route(operation: Operation) -> str:
    path = operation.path
    route = path if _PLAIN_PATH.fullmatch(path) else quoted(path)
    parts = ["operation", called(operation.name) + ":", operation.method.value, route]
    subject = [] if operation.entity is None else [called(operation.entity, {"via"})]
    subject += option("via", operation.relation)
    if subject or operation.kind != OperationKind.CUSTOM:
        parts += [operation.kind.value, *subject]
    return " ".join(parts)


def _parameter(parameter: Parameter) -> str:
    kind = "" if parameter.type is None else f": {parameter.type}"
    parts = [parameter.place.value, called(parameter.name) + kind, *option("=", parameter.binds)]
    if parameter.match != Match.EQUAL:
        parts.append(parameter.match.value)
    if parameter.required:
        parts.append("required")
    return " ".join([*parts, *comment(parameter.comment)])


def _body(keyword: str, body: Body) -> str:
    rows = called(body.schema_name) + ("[]" if body.array else "")
    bare = ["bare"] if body.bare else []
    around = [*option("wrapped", body.wrapper), *option("total", body.total)]
    return " ".join([keyword, rows, *around, *bare])
