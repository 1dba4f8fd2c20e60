"""A contract by which people sign in, plain and small, and what is read of it."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from agent.documents import Source, SourceFormat
from agent.planner.readers.openapi import read
from agent.planner.resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.planner.reading import Reading
    from agent.types import BackendSpec, Operation

Json = Any  # the tests reach into it
TEXT, MARK = {"type": "string"}, {"type": "boolean"}
CLOSED: Json = [{"bearer": []}]


def thing(*required: str, **properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(required)}


def call(answer: Json, body: Json = None, security: Json = None) -> Json:
    content = {"application/json": {"schema": answer}}
    made: Json = {"responses": {"200": {"description": "", "content": content}}}
    if body is not None:
        made["requestBody"] = {"content": {"application/json": {"schema": body}}}
    return made if security is None else made | {"security": security}


USER = thing("id", "email", id={"type": "integer"}, email=TEXT)
MADE = thing("email", "password", email=TEXT, password=TEXT)
PLAIN: Json = {
    "openapi": "3.0.0",
    "paths": {
        "/login": {"post": call(thing("token", token=TEXT), MADE)},
        "/register": {"post": call(USER, MADE)},
        "/me": {"get": call(USER, security=CLOSED)},
        "/users/{id}": {
            "get": call(USER, security=CLOSED),
            "put": call(USER, thing(email=TEXT), CLOSED),
        },
        "/notes": {
            "get": call({"type": "array", "items": thing(text=TEXT)}, security=CLOSED),
            "post": call(thing(text=TEXT), thing(text=TEXT), CLOSED),
        },
    },
    "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
}


def reading(change: Callable[[Json], None] | None = None) -> Reading:
    data = copy.deepcopy(PLAIN)
    if change is not None:
        change(data)
    return read(Source(format=SourceFormat.OPENAPI, content=json.dumps(data)))


def planned(found: Reading) -> BackendSpec:
    return resolve(found.spec).spec


def kinds(found: Reading) -> dict[str, str]:
    return {f"{o.method} {o.path}": o.kind.value for o in found.spec.operations}


def operation(spec: BackendSpec, label: str) -> Operation:
    return next(o for o in spec.operations if f"{o.method} {o.path}" == label)


def schema_of(spec: BackendSpec, name: str) -> dict[str, Json]:
    schema = next(each for each in spec.schemas if each.name == name)
    return {field.name: field for field in schema.fields}
