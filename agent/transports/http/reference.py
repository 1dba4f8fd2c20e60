"""How does the API describe itself? As OpenAPI, with the documents of the contract in it."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from agent import __version__
from agent.contract.schema import input_schema, output_schema
from agent.transports.http.shapes import Acknowledgement, Answers, ProblemDocument

if TYPE_CHECKING:
    from fastapi import FastAPI

TITLE = "python-specialist"
ABOUT = """An agent that designs and writes Python backends, and proves them before it answers.

Submit an input document to `/v1/tasks`, follow its events or wait for it, and take the project.
Whatever is refused is told as problem details (RFC 9457)."""
OPEN = ("/healthz", "/readyz", "/openapi.json")
"""What needs no key."""
_REFERENCES = "#/components/schemas/"
EXAMPLE = {
    "request": {"type": "architecture", "framework": "fastapi", "description": "A list of tasks"},
    "context": {
        "sources": [
            {"format": "spec", "content": "project todo\n\nentity Task\n  title: string(200)\n"}
        ]
    },
    "constraints": {"verification": "none"},
}


def describe(app: FastAPI, *, needs_key: bool) -> dict[str, Any]:
    """Return the OpenAPI document. ``needs_key``: no request is let in without one."""
    document = copy.deepcopy(_document(app))
    key: dict[str, list[str]] = {"key": []}
    password: dict[str, list[str]] = {"password": []}
    none: list[dict[str, list[str]]] = [] if needs_key else [{}]
    for path, item in document["paths"].items():
        for method, operation in item.items():
            asked = [key, password] if method == "get" else [key]
            operation["security"] = [] if path in OPEN else asked + none
    return document


def _document(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        app.openapi_schema = _made(app)
    return app.openapi_schema


def _made(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=TITLE, version=__version__, description=ABOUT, routes=app.routes, tags=_TAGS
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for model in (ProblemDocument, Answers, Acknowledgement):
        _take_in(schemas, model.__name__, TypeAdapter(model).json_schema())
    _take_in(schemas, "InputDocument", input_schema(), "In")
    _take_in(schemas, "Answer", output_schema(), "Out")
    for each in ("HTTPValidationError", "ValidationError"):
        schemas.pop(each, None)
    schemas["Proof"] = {"$ref": f"{_REFERENCES}OutProof"}
    components["securitySchemes"] = {
        "key": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "psk_...",
            "description": "Made by `python-specialist keys create`.",
        },
        "password": {
            "type": "http",
            "scheme": "basic",
            "description": "For a browser, to read: the password is a key, the name is free.",
        },
    }
    for item in document["paths"].values():
        for operation in item.values():
            if "HTTPValidationError" in str(operation["responses"].get("422")):
                del operation["responses"]["422"]  # what the framework supposes, and cannot happen
            for response in operation["responses"].values():
                response.setdefault("headers", {})["X-Request-Id"] = _REQUEST_ID
    return document


def _take_in(schemas: dict[str, Any], name: str, schema: dict[str, Any], prefix: str = "") -> None:
    """Put a schema among the others, and what it defines beside it, under a prefix."""
    text = json.dumps(schema).replace('"#/$defs/', f'"{_REFERENCES}{prefix}')
    whole = json.loads(text)
    for each, definition in whole.pop("$defs", {}).items():
        schemas.setdefault(prefix + each, definition)
    schemas[name] = {key: value for key, value in whole.items() if key not in {"$schema", "$id"}}


_REQUEST_ID = {"description": "The id of this request.", "schema": {"type": "string"}}
_TAGS = [
    {"name": "tasks", "description": "Submit requests, and steer what comes of them."},
    {"name": "results", "description": "What happens to a task, and what came of it."},
    {"name": "messages", "description": "What is there for other agents."},
    {"name": "reading", "description": "The contract, and the pattern library."},
    {"name": "health", "description": "For what runs the service."},
]
