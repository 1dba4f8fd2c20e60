"""Which requests does a project's documentation show as examples?"""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING
from urllib.parse import quote

from agent.emitter.sorting import sort_query
from agent.types import (
    Attribute,
    AttributeType,
    HttpMethod,
    Meaning,
    OperationKind,
    ParameterPlace,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.emitter.facts import Facts
    from agent.types import KeyPlace, Paging, SchemaField

T = AttributeType
_EXAMPLES: dict[AttributeType, object] = {
    T.EMAIL: "ann@example.com",
    T.URL: "https://example.com",
    T.PASSWORD: "Correct-Horse-7",
    T.INTEGER: 1,
    T.SMALLINT: 1,
    T.BIGINT: 1,
    T.DECIMAL: 1.5,
    T.FLOAT: 1.5,
    T.BOOLEAN: True,
    T.DATE: "2024-01-31",
    T.TIME: "12:00:00",
    T.DATETIME: "2024-01-31T12:00:00Z",
    T.DURATION: 60,
    T.UUID: "00000000-0000-4000-8000-000000000001",
    T.JSON: {},
    T.BINARY: "aGVsbG8=",
}


def readme(facts: Facts, wire: Callable[[str], str]) -> dict[str, str]:
    """Return the example values that the README's commands use."""
    registering = facts.registering if facts.secured else None
    body: dict[str, object] = {}
    login = "ann@example.com"
    if registering is not None and registering.input is not None:
        schema = facts.schemas[registering.input.schema_name]
        for field in schema.fields:
            if field.attribute and field.required and schema.entity:
                attribute = facts.attribute(schema.entity, field.attribute)
                body[field.name] = _example(attribute, facts)
        login = str(body.get(_wire(facts, registering.input.schema_name), login))
        body = {registering.input.wrapper: body} if registering.input.wrapper else body
    path, query = _list_example(facts)
    return {
        "register_body": shlex.quote(json.dumps(body)),
        **_signing_in(facts, wire, login),
        "login": shlex.quote(login),
        "list_path": path,
        "list_query": query,
        **_key_example(facts),
    }


def _signing_in(facts: Facts, wire: Callable[[str], str], login: str) -> dict[str, str]:
    """Return what is sent to sign in, as options of ``curl``, and what the token is called."""
    operation = next((o for o in facts.spec.operations if o.kind is OperationKind.LOGIN), None)
    fields: list[SchemaField] = []
    for body in (operation.input, operation.output) if operation else ():
        fields += facts.schemas[body.schema_name].fields if body else ()
    called = {field.means: field.name for field in fields if field.means}
    name = called.get(Meaning.LOGIN, wire(facts.spec.auth.login))
    signing = {name: login, called.get(Meaning.PASSWORD, wire("password")): "Correct-Horse-7"}
    options = f"-H 'Content-Type: application/json' \\\n    -d {shlex.quote(json.dumps(signing))}"
    if operation is not None and operation.takes:
        pairs = (shlex.quote(f"{key}={value}") for key, value in signing.items())
        options = " ".join(f"--data-urlencode {pair}" for pair in pairs)
    token = called.get(Meaning.ACCESS_TOKEN, wire("access_token"))
    return {"login_options": options, "token": token}


def _key_example(facts: Facts) -> dict[str, str]:
    """Return where a key is given, how one is given to ``curl``, and what is digested of it."""
    if not facts.keyed:
        return {}
    places = facts.spec.auth.keys
    first = places[0]
    option = {
        "query": "",
        "cookie": f" --cookie {_with_key(f'{first.name}=')}",
        "bearer": f" -H {_with_key('Authorization: Bearer ')}",
        "basic": f" -u {_with_key('me:')}",
    }.get(first.place, f" -H {_with_key(f'{first.name}: ')}")
    called = [o for o in facts.spec.operations if facts.needs_key(o)]
    # the one that needs the least beside the key
    called.sort(key=lambda o: (o.method is not HttpMethod.GET, o.path.count("{"), len(o.path)))
    method, path = (called[0].method, called[0].path) if called else (HttpMethod.GET, "/")
    url = f"localhost:8000{facts.spec.api.base_path}{re.sub('{[^}]*}', '1', path)}"
    asked = f"{url}?{quote(first.name, safe='')}="
    command = "curl" if method is HttpMethod.GET else f"curl -X {method.value}"
    return {
        "key_places": " or ".join(_key_place(place) for place in places),
        "key_call": f"{command} {_with_key(asked) if not option else shlex.quote(url)}{option}",
        "key_kept": _with_key("me:" if first.place == "basic" else ""),
    }


def _with_key(text: str) -> str:
    """Return text and the key behind it as one word of a shell."""
    plain = re.fullmatch(r"[\w./:=?% -]*", text)
    return f'"{text}$API_KEY"' if plain else f'{shlex.quote(text)}"$API_KEY"'


def _key_place(place: KeyPlace) -> str:
    own = {
        "bearer": "as `Authorization: Bearer ...`",
        "basic": "as the password of HTTP Basic (what is digested is then `name:key`)",
        "query": f"in the query parameter `{place.name}`",
    }
    return own.get(place.place, f"in the {place.place} `{place.name}`")


def _wire(facts: Facts, schema: str) -> str:
    fields = facts.schemas[schema].fields
    return next((f.name for f in fields if f.attribute == facts.spec.auth.login), "")


def _example(attribute: Attribute, facts: Facts) -> object:
    value = _EXAMPLES.get(attribute.type)
    if attribute.type is T.ENUM:
        value = facts.enums[attribute.enum or ""].values[0]
    if value is None:
        value = "Ann" if attribute.name.endswith("name") else "example"
        value = value.ljust(attribute.min_length or 0, "x")[: attribute.length or 200]
        if "@" in (attribute.pattern or ""):
            value = _EXAMPLES[T.EMAIL]
    return [value] if attribute.array else value


def _second_page(paging: Paging) -> str:
    if paging.offset_parameter:
        return f"{paging.offset_parameter}=2"
    return f"{paging.page_parameter}={paging.first_page + 1}"


def _list_example(facts: Facts) -> tuple[str, str]:
    paging = facts.spec.api.paging
    for operation in facts.spec.operations:
        if operation.kind is not OperationKind.LIST or "{" in operation.path or not operation.sort:
            continue
        names = [p.name for p in operation.parameters if p.place is ParameterPlace.QUERY]
        parts = [f"{names[-1]}=..."] if names else []
        parts.append(sort_query(facts, operation, operation.sort[-1], "desc"))
        if operation.paginated:
            parts += [
                _second_page(paging),
                f"{paging.limit_parameter}=10",
            ]
        return operation.path, "&".join(parts)
    return "", ""
