"""How is each difficult thing of an OpenAPI document read? One small document for each."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agent.checks import fuzz, lint, tests, types
from agent.checks.project import Project
from agent.documents import FindingLevel, Outcome, Source, SourceFormat
from agent.emitter.project import emit
from agent.errors import SourceError
from agent.planner.readers.data_text import DataText
from agent.planner.readers.openapi import read
from agent.planner.readers.spec_language import read as read_spec
from agent.planner.readers.written import Written
from agent.planner.resolve import resolve
from agent.planner.spec_writer import write
from agent.sandbox import Sandbox
from agent.types import AttributeType, BackendSpec, Entity, Operation, OperationKind, Schema
from tests.made import library

if TYPE_CHECKING:
    from agent.planner.reading import Reading

Json = Any  # the tests reach into it
CASES = Path(__file__).parent / "cases" / "difficult"
K = OperationKind
T = AttributeType
READ = (
    "allof",
    "callback",
    "circular",
    "form",
    "inline",
    "named-parameter",
    "no-schemas",
    "nullable-30",
    "nullable-31",
    "oneof",
    "springdoc",
    "swagger2",
)


def source(name: str) -> Source:
    content = (CASES / f"{name}.yaml").read_text()
    return Source(format=SourceFormat.OPENAPI, content=content)


def reading(name: str) -> Reading:
    return read(source(name))


def entity(spec: BackendSpec, name: str) -> Entity:
    return next(e for e in spec.entities if e.name == name)


def schema(spec: BackendSpec, name: str) -> Schema:
    return next(s for s in spec.schemas if s.name == name)


def operation(spec: BackendSpec, name: str) -> Operation:
    return next(o for o in spec.operations if o.name == name)


def refused(name: str) -> str:
    with pytest.raises(SourceError) as caught:
        read(source(name))
    return caught.value.faults[0].message


@pytest.mark.parametrize("name", READ)
def test_what_is_read_is_a_plan_without_faults(name: str) -> None:
    resolve(reading(name).spec)


@pytest.mark.parametrize("name", READ)
def test_the_spec_language_says_all_that_a_contract_says(name: str) -> None:
    spec = reading(name).spec
    again = read_spec(Source(format=SourceFormat.SPEC, content=write(spec))).spec
    assert again == spec


def test_parts_of_allof_are_joined_and_read_only_ones_are_not_taken() -> None:
    spec = reading("allof").spec
    assert [f.name for f in schema(spec, "BoatView").fields] == ["id", "name", "length"]
    assert [f.name for f in schema(spec, "BoatFields").fields] == ["name", "length"]
    assert operation(spec, "add_boat").kind is K.CREATE
    assert operation(spec, "add_boat").operation_id == "addBoat"


def test_what_need_not_be_there_and_is_not_null_is_left_out() -> None:
    length = schema(reading("allof").spec, "BoatView").fields[2]
    assert (length.required, length.never_null) == (False, True)


def test_one_of_objects_has_the_parts_of_all_and_needs_what_all_need() -> None:
    found = reading("oneof")
    shown = {f.name: f.required for f in schema(found.spec, "AnimalView").fields}
    assert shown == {"id": True, "kind": True, "lives": False, "trick": False}
    assert any("'kind' tells which" in each.message for each in found.warnings)


@pytest.mark.parametrize("name", ["nullable-30", "nullable-31"])
def test_null_and_exclusive_bounds_mean_the_same_in_both_versions(name: str) -> None:
    attributes = {a.name: a for a in entity(reading(name).spec, "Note").attributes}
    assert attributes["colour"].nullable
    assert not attributes["title"].nullable
    assert attributes["stars"].exclusive_minimum == 0
    assert attributes["stars"].minimum is None


def test_what_is_circular_is_cut_where_it_would_begin_again() -> None:
    found = reading("circular")
    inner = schema(found.spec, "PersonInTeam").fields[1]
    assert (inner.relation, inner.schema_name) == ("team", "TeamInPerson")
    assert [f.name for f in schema(found.spec, "TeamInPerson").fields] == ["id"]
    assert schema(found.spec, "Branch").fields[1].type is T.JSON
    assert any("leads back" in w.message for w in found.warnings)


def test_without_names_things_are_called_after_their_paths() -> None:
    spec = reading("inline").spec
    assert [e.name for e in spec.entities] == ["TodoItem"]
    assert [o.kind for o in spec.operations] == [K.LIST, K.CREATE, K.DELETE]
    assert spec.api.base_path == "/api/v2"


def test_an_envelope_and_paging_that_lists_share_are_those_of_the_api() -> None:
    spec = reading("inline").spec
    listing = spec.operations[0]
    assert (spec.api.list_envelope.items, spec.api.list_envelope.total) == ("data", "total")
    assert spec.api.paging.limit_parameter == "size"
    assert listing.paginated
    assert [(p.name, p.binds) for p in listing.parameters] == [("done", "done")]


def test_operations_without_bodies_are_asked_about_by_name() -> None:
    found = reading("no-schemas")
    assert {o.kind for o in found.spec.operations} == {K.CUSTOM}
    assert [q.about for q in found.questions] == ["ping", "run_job"]
    assert operation(found.spec, "run_job").statuses == (409,)


def test_a_path_tells_the_key_and_the_row_above() -> None:
    spec = reading("named-parameter").spec
    assert entity(spec, "Article").primary_key == ("number",)
    assert entity(spec, "Article").relations[0].target == "Shop"
    adding = operation(spec, "add_article")
    assert adding.parameters[0].binds == "shop.slug"
    assert adding.input is not None
    assert adding.input.wrapper == "article"
    assert adding.kind is K.CREATE


def test_forms_and_files_keep_their_media_types() -> None:
    spec = reading("form").spec
    assert operation(spec, "login").takes == "application/x-www-form-urlencoded"
    assert operation(spec, "upload").takes == "multipart/form-data"


def test_callbacks_and_webhooks_are_named_as_not_sent() -> None:
    codes = [w.code for w in reading("callback").warnings]
    assert codes == ["callback-left-out", "webhook-left-out"]


def test_the_version_before_is_read_like_the_others() -> None:
    found = reading("swagger2")
    spec = found.spec
    kinds = {o.name: o.kind for o in spec.operations}
    assert kinds["get_pets_pet_id"] is K.READ
    assert operation(spec, "post_pets").refusals
    assert operation(spec, "upload_image").takes == "multipart/form-data"
    assert spec.api.base_path == "/v2"
    assert spec.version == "1.2.0"
    assert any("kept as JSON" in a.text for a in found.assumptions)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("laughs", "unfolds to more than"),
        ("twice", "the key '/things' is given twice"),
    ],
)
def test_a_text_that_cannot_be_read_is_refused(name: str, message: str) -> None:
    assert message in refused(name)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("dangling", "'#/components/schemas/Thing' leads nowhere"),
        ("external", "'http://example.com/thing.yaml' leads out of the document"),
    ],
)
def test_what_a_lost_reference_costs_is_one_operation_and_is_told_with_its_line(
    name: str, message: str
) -> None:
    found = reading(name)
    assert found.spec.operations[0].kind is K.CUSTOM
    pointer = "#/paths/~1things/get/responses/200/content/application~1json/schema/$ref"
    assert found.warnings[0].message.startswith(f"line 11: {pointer}: {message}")


def test_a_lost_reference_costs_no_more_than_what_leans_on_it() -> None:
    answer = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}
    thing = {"required": ["id"], "properties": {"id": {"type": "integer"}, "box": {"$ref": "#/x"}}}
    lost = {"200": {"$ref": "#/components/responses/Gone"}}
    data: Json = {
        "openapi": "3.0.0",
        "paths": {
            "/things/{id}": {"get": {"responses": {"200": answer}}, "delete": {"responses": lost}}
        },
        "components": {"schemas": {"Thing": thing}},
    }
    found = read(Source(format=SourceFormat.OPENAPI, content=json.dumps(data)))
    assert [o.kind for o in found.spec.operations] == [K.READ, K.CUSTOM]
    assert entity(found.spec, "Thing").attributes[1].type is T.JSON
    resolve(found.spec)


def test_a_document_of_references_to_others_is_refused_with_their_lines() -> None:
    text = "openapi: 3.1.0\npaths:\n  /a: {$ref: a.yaml}\n  /b:\n    get: {$ref: b.yaml}\n"
    with pytest.raises(SourceError) as caught:
        read(Source(format=SourceFormat.OPENAPI, content=text))
    faults = caught.value.faults
    assert [(f.line, f.column) for f in faults] == [(3, 8), (5, 11)]
    assert faults[0].expected == "one document with everything in it (a bundle)"


def test_slips_are_read_as_what_was_meant_and_told_with_their_lines() -> None:
    text = (
        "openapi: 3.0.0\npaths:\n  things/{id}:\n    get:\n      parameters:\n      - name: id\n"
        "      responses:\n        200:\n          content:\n            application/json:\n"
        "              schema:\n                type: object\n                properties:\n"
        "                  id: {type: int}\n                  at: {type: datetime}\n"
        "                  other: {type: ObjectId}\n"
    )
    found = read(Source(format=SourceFormat.OPENAPI, content=text))
    assert found.spec.operations[0].path == "/things/{id}"
    types = {a.name: a.type for a in found.spec.entities[0].attributes}
    assert types == {"id": T.BIGINT, "at": T.DATETIME, "other": T.JSON}
    told = "\n".join(w.message for w in found.warnings)
    assert "line 3: #/paths/things~1{id}: 'things/{id}' is served as '/things/{id}'" in told
    assert "line 6: " in told
    assert "a parameter needs a 'name' and an 'in'" in told
    assert "/at/type: 'datetime' is no type of JSON: read as string (date-time)" in told
    assert "'ObjectId' is no type of JSON: read as JSON of any form" in told
    resolve(found.spec)


def test_a_status_and_a_media_type_that_are_none_are_left_out() -> None:
    answer: Json = {"content": {"application/j#/son": {}}}
    data = {
        "openapi": "3.0.0",
        "paths": {"/a": {"get": {"responses": {"4" + "0" * 40: {}, "200": answer}}}},
        "components": "none",
    }
    found = read(Source(format=SourceFormat.OPENAPI, content=json.dumps(data)))
    (made,) = found.spec.operations
    assert (made.gives, made.statuses) == ("application/octet-stream", ())
    assert "is no status" in found.warnings[0].message


def test_tags_are_passed_over_and_nothing_is_run() -> None:
    spec = reading("tag").spec
    assert (spec.name, spec.operations[0].path) == ("backend", "/things")


def test_warnings_about_json_have_their_lines() -> None:
    text = '{"openapi": "3.2.0",\n "paths": {\n  "/a": {"head": {}, "get": {"responses": {}}}}}'
    found = read(Source(format=SourceFormat.OPENAPI, content=text))
    assert [w.message.split(": ")[0] for w in found.warnings] == ["line 1", "line 3"]


def test_a_fault_of_yaml_has_its_line() -> None:
    with pytest.raises(SourceError) as caught:
        read(source("twice"))
    assert (caught.value.faults[0].line, caught.value.faults[0].column) == (6, 3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '{"openapi": "3.0.0", "openapi": "3.1.0"}',
            'the key "openapi" stands twice in one object',
        ),
        ('{"openapi": "3.0.0",', "not JSON: Expecting property name"),
        ('{"openapi": ' + "9" * 5000 + "}", "the version inf is not read"),
        ('{"openapi": "4.0.0"}', "the version '4.0.0' is not read"),
        ('{"openapi": null}', "the version None is not read"),
        ("paths: {}", "no member 'openapi' or 'swagger' says the version"),
        ('{"openapi": "3.0.0", "paths": {}}', "there is no operation"),
        ('{"openapi": "3.0.0", "paths": []}', "an object is expected here, not a list"),
        ("openapi: 3.0.0\nx: &a {b: *a}\n", "contains itself"),
        ("openapi: 3.0.0\nx: " + "[" * 65 + "]" * 65, "nested deeper than 64 levels"),
        ("openapi: 3.0.0\nx: {<<: 1}", "only an object can be merged"),
        ('{"openapi": "3.0.0", "x": ' + "[" * 5000, "nested deeper than 64 levels"),
        ("openapi: 3.0.0\nx: &a [*a]\n", "contains itself"),
        ("- openapi", "the document is no object"),
        ("openapi: 3.0.0\n? [a]\n: b\n", "there is no operation"),
    ],
)
def test_a_text_that_is_no_document_is_refused(text: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(Source(format=SourceFormat.OPENAPI, content=text))
    assert message in caught.value.faults[0].message


def test_merge_keys_do_not_grow_without_end() -> None:
    lines = ["openapi: 3.0.0", "x0: &x0 {a: 1, b: 2}"]
    lines += [f"x{n}: &x{n} {{<<: [*x{n - 1}, *x{n - 1}], k{n}: 1}}" for n in range(1, 40)]
    with pytest.raises(SourceError) as caught:
        read(Source(format=SourceFormat.OPENAPI, content="\n".join(lines)))
    assert "there is no operation" in caught.value.faults[0].message


def test_dates_and_the_words_yes_and_no_are_texts() -> None:
    text = (
        "openapi: 3.0.3\ninfo: {title: x, version: 2020-01-01}\npaths:\n  /things:\n    get:\n"
        "      responses: {200: {description: no}}\n"
        "      parameters: [{name: on, in: query, schema: {enum: [yes, no]}}]\n"
    )
    found = read(Source(format=SourceFormat.OPENAPI, content=text))
    assert found.spec.operations[0].parameters[0].name == "on"


def test_a_large_document_is_read_in_seconds() -> None:
    row: Json = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
    row["properties"] |= {f"field{n}": {"type": "string", "maxLength": 20} for n in range(20)}
    shown: Json = {"200": {"description": "", "content": {"application/json": {"schema": {}}}}}
    paths = {}
    for n in range(400):
        shown["200"]["content"]["application/json"]["schema"] = {
            "type": "array",
            "items": {"$ref": f"#/components/schemas/Thing{n}"},
        }
        paths[f"/things{n}"] = {"get": {"responses": json.loads(json.dumps(shown))}}
    schemas = {f"Thing{n}": row for n in range(400)}
    data = {"openapi": "3.0.0", "info": {}, "paths": paths, "components": {"schemas": schemas}}
    started = time.perf_counter()
    found = read(Source(format=SourceFormat.OPENAPI, content=json.dumps(data)))
    assert len(found.spec.entities) == 400
    assert time.perf_counter() - started < 10


def test_places_of_what_is_merged_are_those_where_it_stands() -> None:
    text = "base: &b {one: 1, two: 2}\nlast: {<<: *b, two: 3, <<: *b}\n"
    there = DataText(Written(text), "openapi")
    assert there.at("/last") == {"one": 1, "two": 3}
    assert there.offset("/last/one") == text.index("one")
    assert there.offset("/last/two") == text.rindex("two")
    assert there.offset("/last/three") == text.index("last")


def test_places_in_a_large_object_take_no_longer_each() -> None:
    def seconds(count: int) -> float:
        there = DataText(Written("".join(f"k{i}: 1\n" for i in range(count))), "openapi")
        begun = time.process_time()
        for number in range(count):
            assert there.offset(f"/k{number}") > 0 or number == 0
        return time.process_time() - begun

    few, many = min(seconds(1000) for _ in range(3)), min(seconds(16000) for _ in range(3))
    assert many / few < 64  # a look at all for each would be 256 times as long


@pytest.mark.parametrize("version", ["3.2.0", "3.2", "3.2.x"])
def test_a_version_that_the_refusal_names_is_read(version: str) -> None:
    data = {"openapi": version, "paths": {"/a": {"get": {"responses": {"200": {}}}}}}
    found = read(Source(format=SourceFormat.OPENAPI, content=json.dumps(data)))
    assert "3.2 is read as 3.1" in found.warnings[0].message
    with pytest.raises(SourceError) as caught:
        read(Source(format=SourceFormat.OPENAPI, content='{"openapi": "9"}'))
    assert caught.value.faults[0].expected == "2.0, 3.0.x, 3.1.x or 3.2.x"


def test_an_error_has_the_parts_of_its_schema_and_no_others() -> None:
    error = {
        "type": "object",
        "required": ["message", "meta"],
        "properties": {
            "message": {"type": "string"},
            "meta": {
                "type": "object",
                "required": ["retries"],
                "properties": {"retries": {"type": "number"}},
            },
        },
    }
    note = {"type": "object", "properties": {"text": {"type": "string"}}}
    shown = {"content": {"application/json": {"schema": {"type": "array", "items": note}}}}
    told = {"description": "no", "content": {"application/json": {"schema": error}}}
    answers = {"200": {"description": "all", **shown}, "400": told}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "x", "version": "1"},
        "paths": {"/notes": {"get": {"responses": answers}}},
    }
    found = read(Source(format=SourceFormat.OPENAPI, content=json.dumps(document)))
    parts = found.spec.api.error_envelope.model_dump(exclude={"media_type"})
    assert {name: wire for name, wire in parts.items() if wire} == {"message": "message"}


def test_a_page_of_spring_is_a_list_whose_pages_count_from_0() -> None:
    spec = reading("springdoc").spec
    found = operation(spec, "find_all")
    assert found.kind is K.LIST
    assert [parameter.name for parameter in found.parameters] == ["sort"]
    assert (spec.api.paging.page_parameter, spec.api.paging.limit_parameter) == ("page", "size")
    assert spec.api.paging.first_page == 0
    assert spec.api.list_envelope.items == "content"
    assert spec.api.list_envelope.total == "totalElements"


def test_what_serves_pages_from_0_is_right_about_them() -> None:
    files = emit(resolve(reading("springdoc").spec).spec, library())
    schemas = next(f.content for f in files if f.path == "src/app/schemas/base.py")
    assert "self.page * self.limit" in schemas
    for check in (lint.check, types.check, tests.check, fuzz.check):
        report = asyncio.run(check(Project(files, Sandbox(), None, None)))
        errors = [each.message for each in report.findings if each.level is FindingLevel.ERROR]
        assert (report.outcome, errors) == (Outcome.PASSED, [])
