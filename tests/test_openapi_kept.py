"""What of a contract's names reaches the application's own document, and is the rest told?"""

from __future__ import annotations

import asyncio
import json
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agent.contract import read_input
from agent.documents import Source, SourceFormat
from agent.emitter.project import emit
from agent.errors import SpecError
from agent.knowledge import Library
from agent.planner.plan import plan
from agent.planner.readers.openapi import read
from agent.planner.readers.spec_language import parse
from agent.planner.readers.spec_language import read as read_spec
from agent.planner.resolve import resolve
from agent.planner.spec_writer import write
from agent.resources import folder
from agent.sandbox import Sandbox
from agent.types import BackendSpec, Database

if TYPE_CHECKING:
    from agent.planner.reading import Reading

WIDGETS = Path(__file__).parent / "cases" / "widgets.yaml"
PROGRAM = """
import json
import sys

sys.path.insert(0, "src")
from app.main import app

print(json.dumps(app.openapi()))
"""


@cache
def reading() -> Reading:
    return read(Source(format=SourceFormat.OPENAPI, content=WIDGETS.read_text(encoding="utf-8")))


@cache
def own_document() -> Any:  # noqa: ANN401 - the tests reach into it
    """Return the document that the application of the contract serves."""
    return served_by(reading().spec)


def served_by(given: BackendSpec) -> Any:  # noqa: ANN401 - the same
    spec = resolve(given.model_copy(update={"database": Database.SQLITE})).spec
    files = emit(spec, Library(folder("knowledge")))

    async def job() -> str:
        async with Sandbox().workspace(files) as workspace:
            outcome = await workspace.run([sys.executable, "-c", PROGRAM], timeout=60)
            assert outcome.exit_code == 0, outcome.stderr
            return outcome.stdout

    return json.loads(asyncio.run(job()).splitlines()[-1])


def test_the_head_of_the_document_is_kept() -> None:
    info = own_document()["info"]
    assert info["title"] == "Müller's Widget Store API"
    assert info["version"] == "2.3.1-beta"
    assert info["description"].startswith('Sells *widgets*.\n\nOne "line"')
    assert info["description"].endswith("and no more.")


def test_schemas_and_schemes_keep_their_names() -> None:
    components = own_document()["components"]
    assert {"widget_v1", "new-widget", "Refusal"} <= components["schemas"].keys()
    assert '"#/components/schemas/WidgetV1View"' not in json.dumps(own_document())
    assert components["schemas"]["widget_v1"]["title"] == "widget_v1"
    assert components["securitySchemes"]["store_key"]["name"] == "X-Store-Key"


def test_a_refusal_that_cannot_happen_is_not_in_the_document() -> None:
    assert "422" not in own_document()["paths"]["/widgets/{id}"]["get"]["responses"]
    assert "HTTPValidationError" not in own_document()["components"]["schemas"]


@pytest.mark.parametrize(
    "told",
    [
        "#/tags/0: of a tag its name is kept, and nothing else",
        "#/externalDocs: not in the application's document",
        "#/servers/1: only the path of the first server counts",
        "post/responses/202: is never answered, as 201 is",
        "#/info/license",
        "get/responses/200/headers/X-Total-Count: the header 'X-Total-Count' of an answer",
        "#/components/schemas/widget_v1/minProperties: 'minProperties' is not checked",
        "attributes/maxProperties: 'maxProperties' is not checked",
        "attributes/additionalProperties: the values of a map are not checked",
        "post/requestBody/content/application~1xml: application/xml is neither taken nor given",
        "#/components/schemas: no operation that is served needs these schemas: Lonely",
        "#/components/schemas: these schemas have no name of their own in the application: Widgets",
        "#/components/securitySchemes/same_key: is served as the scheme before it",
    ],
)
def test_what_is_not_kept_is_told_with_its_place(told: str) -> None:
    assert any(told in each.message for each in reading().warnings)


def test_what_is_so_at_many_places_is_told_once() -> None:
    limits = [w.message for w in reading().warnings if "X-Rate-Limit" in w.message]
    assert len(limits) == 1
    assert "; the same at #/" in limits[0]
    assert limits[0].count("#/paths") == 4


def test_the_spec_language_says_what_is_kept() -> None:
    spec = reading().spec
    again = read_spec(Source(format=SourceFormat.SPEC, content=write(spec))).spec
    assert again == spec


def test_parameters_that_change_nothing_are_in_the_document() -> None:
    paths = own_document()["paths"]
    making = {p["name"]: p for p in paths["/widgets"]["post"]["parameters"]}
    assert making["Idempotency-Key"]["in"] == "header"
    assert making["Idempotency-Key"]["required"] is True
    assert making["notify"]["schema"] == {"type": "boolean", "x-unread": True}
    assert "X-Trace" in [p["name"] for p in paths["/widgets"]["get"]["parameters"]]


PETS = "entity Pet\n  name: string(20)\n"
SIGNED_IN = """auth jwt user User login email password password
entity User
  email: email(255)
  password: password
"""
WRAPPED = """schema A: x: text
operation change: POST /a custom
  in A wrapped inner
  out A wrapped outer
"""
CHANGED_PLACES = """
project x
api /
entity Pet
  name: string(20)
schema PetIn for Pet component PetOut: name
schema PetOut for Pet component PetIn: id, name
operation change: PATCH /pets/{id} update Pet
  path id = id
  header X-Trace: string
  in PetIn
  out PetOut
  takes "application/merge-patch+json"
"""


def test_names_may_change_places_and_a_body_have_a_media_type_beside_what_is_unread() -> None:
    document = served_by(parse(CHANGED_PLACES))
    schemas = document["components"]["schemas"]
    assert [*schemas["PetOut"]["properties"]] == ["name"]
    assert {*schemas["PetIn"]["properties"]} == {"id", "name"}
    change = document["paths"]["/pets/{id}"]["patch"]
    assert "X-Trace" in [each["name"] for each in change["parameters"]]
    assert "application/merge-patch+json" in change["requestBody"]["content"]
    answer = change["responses"]["200"]["content"]["application/json"]["schema"]
    assert answer["$ref"].endswith("/PetIn")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("schema A component Same: x: text\nschema B component Same: x: text", "'A'"),
        ("schema A: x: text\nschema B component A: x: text", "'A'"),
        ("api /\n  errors component=A\nschema A: x: text", "'A'"),
        ("api /\n  errors component=E\nschema A component E: x: text", "what errors look like"),
        ("schema A component ErrorResponse: x: text", "what errors look like"),
        ("schema A component Health: x: text", "the answer of the probes"),
        ("api /\n  errors component=Health", "the answer of the probes"),
        ("enum Kind: a, b\nschema A component Kind: x: text", "the enum 'Kind'"),
        (f"{PETS}schema A component PetCreate: x: text", "'PetCreate'"),
        (f"{PETS}schema A component PetListResponse: x: text", "a body of 'list_pets'"),
        (f"{SIGNED_IN}schema A component TokenPair: x: text", "a body of 'refresh'"),
        (f"{WRAPPED}schema B component AInput: x: text", "what is sent of 'A'"),
        (f"{WRAPPED}schema B component AInnerWrapped: x: text", "a body of 'change'"),
        (f"{WRAPPED}schema B component AOuterEnvelope: x: text", "a body of 'change'"),
    ],
)
def test_no_two_schemas_have_one_name_in_the_document(given: str, told: str) -> None:
    with pytest.raises(SpecError) as refused:
        resolve(parse(f"project x\n{given}"))
    (fault,) = refused.value.faults
    assert fault.pointer.endswith("/component")
    assert f"is {told} already" in fault.message


@pytest.mark.parametrize(
    "given",
    [
        "api /\n  errors component=Problem\nschema A component ErrorResponse: x: text",
        "schema A component TokenPair: x: text",  # nobody signs in
        f"{PETS}schema A component PetList: x: text",
    ],
)
def test_names_that_nothing_has_are_free(given: str) -> None:
    assert resolve(parse(f"project x\n{given}")).spec.schemas


def test_a_name_that_something_has_is_refused_where_it_stands() -> None:
    content = (
        "project x\nschema Pulse component Health: rate: integer\nentity Note\n  text: string\n"
    )
    source = {"format": "spec", "content": content}
    request = {"type": "architecture", "framework": "fastapi", "description": ""}
    document, _ = read_input({"request": request, "context": {"sources": [source]}})
    with pytest.raises(SpecError) as refused:
        plan(document)
    (fault,) = refused.value.faults
    assert (fault.line, fault.column) == (2, 14)
    assert fault.message == "Pulse: 'Health' is the answer of the probes already."
    assert fault.expected == "a component for each schema"


def test_a_schema_of_a_contract_leaves_its_name_to_a_list_of_values() -> None:
    status = {"type": "string", "enum": ["alive", "dead"]}
    plain = {"type": "object", "properties": {"note": {"type": "string"}}}
    pet = {"type": "object", "properties": {"id": {"type": "integer"}, "status": status}}
    parts = {name: {"$ref": f"#/components/schemas/{name}"} for name in ("Pet", "PetStatus")}
    bodies = {n: {"content": {"application/json": {"schema": part}}} for n, part in parts.items()}
    document = {
        "openapi": "3.0.0",
        "paths": {
            "/pets": {"post": {"requestBody": bodies["Pet"], "responses": {"201": bodies["Pet"]}}},
            "/pets/{id}": {"get": {"responses": {"200": bodies["Pet"]}}},
            "/state": {"get": {"responses": {"200": bodies["PetStatus"]}}},
        },
        "components": {"schemas": {"Pet": pet, "PetStatus": plain}},
    }
    given = read(Source(format=SourceFormat.OPENAPI, content=json.dumps(document)))
    schemas = served_by(given.spec)["components"]["schemas"]
    assert schemas["PetStatus"]["enum"] == ["alive", "dead"]
    (shown,) = [each for each in schemas.values() if "note" in each.get("properties", ())]
    assert shown["title"] != "PetStatus"
    told = "#/components/schemas/PetStatus: is called otherwise in the application, where that is"
    assert any(told in each.message for each in given.warnings)


def test_names_that_no_plan_can_have_are_told() -> None:
    call = {"operationId": "say`hi", "tags": ["plain", 'a "fine" one', "b\\c"], "responses": {}}
    document = {"openapi": "3.0.0", "paths": {"/hi": {"get": call}}}
    given = read(Source(format=SourceFormat.OPENAPI, content=json.dumps(document, indent=1)))
    assert given.spec.operations[0].tags == ("plain",)
    why = "it has quotes, backticks or backslashes, or more than 120 signs"
    for place, what in (
        ("operationId", "the operationId"),
        ("tags/1", "the tag"),
        ("tags/2", "the tag"),
    ):
        told = f"#/paths/~1hi/get/{place}: {what} is left out: {why}"
        assert any(told in each.message for each in given.warnings), place


def test_names_that_python_has_for_other_things_stay_in_the_document() -> None:
    row = {"type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}
    bodies = {
        name: {"$ref": f"#/components/schemas/{name}"} for name in ("Pet", "Page", "PetService")
    }
    contents = {n: {"content": {"application/json": {"schema": b}}} for n, b in bodies.items()}
    made = {"requestBody": contents["PetService"], "responses": {"201": contents["Page"]}}
    shown = {"responses": {"200": contents["Pet"]}}
    given = {"type": "object", "properties": {"name": {"type": "string"}}}
    document = {
        "openapi": "3.0.0",
        "paths": {"/pets": {"post": made}, "/pets/{id}": {"get": shown}},
        "components": {"schemas": {"Pet": row, "Page": row, "PetService": given}},
    }
    spec = read(Source(format=SourceFormat.OPENAPI, content=json.dumps(document))).spec
    called = {schema.name: schema.component for schema in resolve(spec).spec.schemas}
    assert called["PageBody"] == "Page"
    assert called["PetServiceBody"] == "PetService"
    assert {"Page", "PetService"} <= served_by(spec)["components"]["schemas"].keys()


def test_tags_stay_and_what_is_deprecated() -> None:
    widgets = own_document()["paths"]["/widgets"]
    assert widgets["get"]["tags"] == ["widgets"]
    assert "tags" not in widgets["post"]
    assert (widgets["post"]["deprecated"], "deprecated" in widgets["get"]) == (True, False)


def test_errors_have_no_media_type_that_is_never_sent() -> None:
    problem = "application/problem+json"
    text = f'project x\napi /\n  errors media-type="{problem}"\nentity A\n  name: string(9)\n'
    operations = served_by(parse(text))["paths"]["/a-rows/{a_id}"]
    assert [*operations["get"]["responses"]["404"]["content"]] == [problem]
