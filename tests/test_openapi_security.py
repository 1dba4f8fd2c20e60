"""Who may call what, as an OpenAPI document says it: what cannot be read is closed, and told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from agent.documents import Source, SourceFormat
from agent.planner.readers.openapi import read
from agent.planner.resolve import resolve
from agent.types import AuthMethod, KeyPlace, OperationKind

if TYPE_CHECKING:
    from agent.planner.reading import Reading

BEARER = KeyPlace(place="bearer")
HEADER = {"type": "apiKey", "in": "header", "name": "X-API-Key"}
ABSENT: Any = object()
TEXT = {"type": "string"}
THING = {"type": "object", "properties": {"name": {"type": "string"}}}
OPEN, CLOSED = ("public",), ("authenticated",)


def reading(
    schemes: dict[str, Any], everywhere: object = ABSENT, of_listing: object = ABSENT
) -> Reading:
    """Read a document of two operations; ``of_listing`` is what one of them says of itself."""
    things = {"type": "array", "items": THING}
    listed = {"description": "", "content": {"application/json": {"schema": things}}}
    answer = {"description": "", "content": {"application/json": {"schema": THING}}}
    listing: dict[str, Any] = {"operationId": "list_things", "responses": {"200": listed}}
    making = {
        "operationId": "create_thing",
        "requestBody": {"content": {"application/json": {"schema": THING}}},
        "responses": {"201": answer},
    }
    if of_listing is not ABSENT:
        listing["security"] = of_listing
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "paths": {"/things": {"get": listing, "post": making}},
        "components": {"securitySchemes": schemes},
    }
    if everywhere is not ABSENT:
        document["security"] = everywhere
    return read(Source(format=SourceFormat.OPENAPI, content=json.dumps(document)))


def listed_and_made(found: Reading) -> tuple[tuple[str, ...] | None, ...]:
    assert found.spec is not None
    by_method = {each.method.lower(): each.permission for each in found.spec.operations}
    return by_method["get"], by_method["post"]


@pytest.mark.parametrize(
    ("scheme", "place"),
    [
        (HEADER, KeyPlace(place="header", name="X-API-Key")),
        ({**HEADER, "in": "query", "name": "api_key"}, KeyPlace(place="query", name="api_key")),
        ({**HEADER, "in": "cookie", "name": "sid"}, KeyPlace(place="cookie", name="sid")),
        ({"type": "http", "scheme": "bearer"}, BEARER),
        ({"type": "http", "scheme": "Basic"}, KeyPlace(place="basic")),
        ({"type": "oauth2", "flows": {}}, BEARER),
        ({"type": "openIdConnect", "openIdConnectUrl": "https://a.example"}, BEARER),
    ],
)
def test_a_declared_scheme_says_where_the_key_is(scheme: dict[str, Any], place: KeyPlace) -> None:
    found = reading({"Key": scheme}, [{"Key": []}])
    assert found.spec is not None
    named = place.model_copy(update={"scheme": "Key"})
    assert (found.spec.auth.method, found.spec.auth.keys) == (AuthMethod.KEYS, (named,))
    assert listed_and_made(found) == (CLOSED, CLOSED)
    assert not found.questions


@pytest.mark.parametrize(
    "schemes",
    [{}, {"Other": HEADER}, {"Key": "a text"}, {"Key": {"type": "mutualTLS"}}, {"Key": {}}],
)
def test_a_scheme_that_is_not_known_protects_and_asks(schemes: dict[str, Any]) -> None:
    found = reading(schemes, [{"Key": []}])
    assert found.spec is not None
    assert found.spec.auth.keys == (BEARER,)
    assert listed_and_made(found) == (CLOSED, CLOSED)
    assert [each.about for each in found.questions] == ["Key"]


WRONG: list[Any] = [{"Key": []}, {}, ["Key"], "Key", None, 5, False, [None], [[]], [{"a`b": []}]]


@pytest.mark.parametrize("wrong", WRONG)
def test_security_of_a_wrong_shape_closes_everything_and_is_told(wrong: object) -> None:
    found = reading({"Key": HEADER}, wrong)
    assert found.spec is not None
    assert found.spec.auth.keys == (BEARER,)
    assert listed_and_made(found) == (CLOSED, CLOSED)
    assert [each.code for each in found.warnings] == ["security"]
    assert "#/security" in found.warnings[0].message
    assert [each.about for each in found.questions] == ["auth"]


@pytest.mark.parametrize("wrong", WRONG)
def test_security_of_a_wrong_shape_opens_not_even_its_operation(wrong: object) -> None:
    found = reading({"Key": HEADER}, [{"Key": []}], of_listing=wrong)
    assert found.spec is not None
    assert found.spec.auth.keys == (KeyPlace(place="header", name="X-API-Key", scheme="Key"),)
    assert listed_and_made(found) == (CLOSED, CLOSED)
    assert [each.code for each in found.warnings] == ["security"]
    assert "#/paths/~1things/get/security" in found.warnings[0].message
    assert not found.questions


@pytest.mark.parametrize("given", [[], [{}], [{"Key": []}, {}], [["Key"], {}]])
def test_an_operation_is_open_where_it_says_so(given: list[Any]) -> None:
    found = reading({"Key": HEADER}, [{"Key": []}], of_listing=given)
    assert listed_and_made(found) == (OPEN, CLOSED)


def test_a_document_that_asks_for_nothing_is_open() -> None:
    found = reading({"Key": HEADER})
    assert found.spec is not None
    assert found.spec.auth.method is AuthMethod.NONE
    assert listed_and_made(found) == (None, None)
    assert not found.warnings


@pytest.mark.parametrize(
    ("scheme", "parameter"),
    [
        ({**HEADER, "in": "query", "name": "api_key"}, {"in": "query", "name": "api_key"}),
        (HEADER, {"in": "header", "name": "x-api-key"}),
        ({**HEADER, "in": "cookie", "name": "sid"}, {"in": "cookie", "name": "sid"}),
    ],
)
def test_a_key_that_is_declared_as_a_parameter_too_is_the_key(
    scheme: dict[str, Any], parameter: dict[str, Any]
) -> None:
    row = {"type": "object", "properties": {"name": {"type": "string"}, "api_key": TEXT}}
    answer = {"content": {"application/json": {"schema": {"type": "array", "items": row}}}}
    given = {**parameter, "required": True, "schema": TEXT}
    listing = {"parameters": [given], "responses": {"200": answer}, "security": [{"Key": []}]}
    document = {
        "openapi": "3.0.0",
        "paths": {"/things": {"get": listing}},
        "components": {"securitySchemes": {"Key": scheme}},
    }
    found = read(Source(format=SourceFormat.OPENAPI, content=json.dumps(document)))
    assert found.spec is not None
    resolve(found.spec)
    assert [o.parameters for o in found.spec.operations] == [()]
    assert found.spec.operations[0].kind is OperationKind.LIST
    assert not any("'" in question.text for question in found.questions)
    assert any("is the key of a request" in each.text for each in found.assumptions)
