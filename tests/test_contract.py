"""What does the door let in, what does it refuse and with which words, and what may leave."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from agent.contract import (
    check_output,
    input_schema,
    output_schema,
    parse_input,
    read_input,
    to_wire,
)
from agent.contract.faults import at, shown
from agent.contract.reading import MAX_NOTES, MAX_VALUES
from agent.contract.schema import proof_schema, published
from agent.contract.text import MAX_DEPTH, MAX_SIZE
from agent.documents import Cancellation, Refusal
from agent.errors import ContractError, EmitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agent.documents import Fault

Json = Any  # the tests reach into it
SCHEMAS = Path(__file__).parents[1] / "schemas"
EXAMPLES = SCHEMAS / "examples"
REQUEST = {"type": "models", "framework": "fastapi", "description": "x"}


def load(name: str) -> Json:
    return json.loads((EXAMPLES / name).read_text(encoding="utf-8"))


def names(start: str) -> list[str]:
    return sorted(
        path.name for path in EXAMPLES.glob(f"{start}-*.json") if ".faults." not in path.name
    )


def refusal(raw: object, read: Callable[[Any], object] = read_input) -> tuple[Fault, ...]:
    with pytest.raises(ContractError) as caught:
        read(raw)
    # every refusal has to be able to travel
    Refusal(errors=caught.value.faults).model_dump_json().encode()
    return caught.value.faults


def request(**parts: Json) -> dict[str, Any]:
    return {"request": REQUEST, **parts}


# --- the published schemas -----------------------------------------------------------------------


def test_the_schema_files_are_what_the_types_say() -> None:
    for name, text in published().items():
        assert (SCHEMAS / name).read_text(encoding="utf-8") == text, "run `make schemas`"


def test_the_command_writes_the_schema_files(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "agent.contract", str(tmp_path)], check=True)
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == (
        published()
    )


def test_the_schemas_are_json_schema_2020_12() -> None:
    for schema in (input_schema(), output_schema(), proof_schema()):
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert schema["$id"].startswith("https://python-specialist.dev/schemas/")
        jsonschema_rs.meta.validate(schema)
    assert [branch["$ref"] for branch in output_schema()["oneOf"]] == [
        "#/$defs/Result",
        "#/$defs/Questions",
        "#/$defs/Refusal",
        "#/$defs/Failure",
        "#/$defs/Cancellation",
    ]


def test_published_levels_are_open_and_ours_are_closed() -> None:
    schema = input_schema()
    assert schema["additionalProperties"] is True
    levels = {name: part.get("additionalProperties") for name, part in schema["$defs"].items()}
    assert levels["Context"] is levels["DatabaseContext"] is levels["Constraints"] is True
    assert levels["BackendSpec"] is levels["Source"] is levels["Attribute"] is False


# --- examples ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", names("input"))
def test_input_examples_pass(name: str) -> None:
    document, warnings = parse_input((EXAMPLES / name).read_bytes())
    assert warnings == ()
    assert jsonschema_rs.is_valid(input_schema(), load(name))
    assert document.request.description == load(name)["request"]["description"]


@pytest.mark.parametrize("name", names("invalid"))
def test_invalid_examples_are_refused_with_every_fault(name: str) -> None:
    faults = refusal(load(name))
    expected = load(name.replace(".json", ".faults.json"))
    assert [{"code": fault.code, "pointer": fault.pointer} for fault in faults] == expected
    assert not jsonschema_rs.is_valid(input_schema(), load(name))


@pytest.mark.parametrize("name", names("output"))
def test_output_examples_may_leave(name: str) -> None:
    check_output(load(name))


def test_every_status_has_an_example() -> None:
    shown_statuses = {load(name)["status"] for name in names("output")}
    assert shown_statuses == {"completed", "failed", "input-required", "rejected", "canceled"}


# --- agreement of the types and the schema -------------------------------------------------------


def mutations(document: Json) -> Iterator[tuple[str, Any]]:
    """Yield copies of a document, each with one place removed, replaced or added to."""
    values: list[Json] = [None, "", "x", "x" * 5000, "a\n", "1.0.0\n", 0, -1, 1.5, 2.0, 10**20]
    values += [True, [], {}, [None], [""], {"x": 1}]
    for path in places(document):
        for change in ("remove", "add", *values):
            changed = copy.deepcopy(document)
            parent, last = changed, path[-1]
            for part in path[:-1]:
                parent = parent[part]
            if change == "remove":
                del parent[last]
            elif change == "add" and isinstance(parent, dict):
                parent["unknownKey"] = 1
            else:
                parent[last] = change
            yield f"{change!r:.20} at {at(path)}", changed


def places(node: Json, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if not isinstance(node, dict | list):
        return
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        yield from places(value, (*path, key))


@pytest.mark.parametrize("name", ["input-everything.json", "input-coordinator.json"])
def test_types_and_schema_agree_on_mutated_documents(name: str) -> None:
    validator = jsonschema_rs.Draft202012Validator(input_schema())
    counts = {True: 0, False: 0}
    for what, document in mutations(load(name)):
        try:
            read_input(document)
            accepted = True
        except ContractError:
            accepted = False
        assert validator.is_valid(document) is accepted, what
        counts[accepted] += 1
    assert min(counts.values()) > 100


@pytest.mark.parametrize("sign", list("\x00\x1c\x7f\x85\xa0\ufeff\u200b\u2028\n '\"{٣🙂"))
def test_patterns_mean_the_same_to_both(sign: str) -> None:
    path = {"name": "a", "method": "GET", "path": f"/a{sign}"}
    specs: list[Json] = [{"name": f"a{sign}"}, {"version": f"1.0.{sign}"}, {"operations": [path]}]
    for spec in [*specs, {"api": {"basePath": f"/a{sign}"}}]:
        document = request(context={"spec": spec})
        if jsonschema_rs.is_valid(input_schema(), document):
            read_input(document)
        else:
            assert [fault.code for fault in refusal(document)] == ["pattern"]


def test_where_the_door_is_stricter_than_the_schema() -> None:
    """What JSON Schema cannot say, or says more loosely: the complete list."""
    valid = jsonschema_rs.Draft202012Validator(input_schema()).is_valid
    deep: dict[str, Any] = {}
    for _ in range(MAX_DEPTH):
        deep = {"a": deep}
    coverage = {"codeStandards": {"testCoverage": 1e300}}
    for document, code in [
        (request(context={"existingStructure": deep}), "too-deep"),
        (request(more="x" * MAX_SIZE), "too-large"),
        (request(more=10**301), "range"),
        # an integer to JSON Schema, but past what a double holds exactly
        (request(constraints=coverage), "type"),
    ]:
        assert valid(document)
        assert [fault.code for fault in refusal(document)] == [code]
    # JSON text only: a schema sees what is left after parsing
    assert refusal('{"a": 1, "a": 1}', parse_input)[0].code == "duplicate-key"


# --- refusals ------------------------------------------------------------------------------------


def test_a_fault_says_what_where_and_what_is_right() -> None:
    spec = {"entities": [{"nmae": "Task", "a/b~": 1}]}
    bad = {"request": {**REQUEST, "framework": "fast-api"}, "context": {"spec": spec}}
    told = [(fault.pointer, fault.message, fault.expected) for fault in refusal(bad)]
    allowed = (
        "one of name, table, dbSchema, plural, attributes, primaryKey, relations, uniques, "
        "indexes, checks, owner, access, crud, comment"
    )
    assert told == [
        (
            "/request/framework",
            '"fast-api" is not allowed here',
            'one of fastapi, auto; did you mean "fastapi"?',
        ),
        (
            "/context/spec/entities/0/name",
            '"name" is missing',
            'text; is "nmae" meant to be it?',
        ),
        (
            "/context/spec/entities/0/nmae",
            'unknown key "nmae"',
            f'{allowed}; did you mean "name"?',
        ),
        ("/context/spec/entities/0/a~1b~0", 'unknown key "a/b~"', allowed),
    ]


def test_a_plan_that_is_sent_alone_is_told_where_it_belongs() -> None:
    with pytest.raises(ContractError) as refused:
        read_input({"name": "todo", "entities": []})
    (fault,) = refused.value.faults
    assert (fault.pointer, fault.message) == ("/request", '"request" is missing')
    assert '"context": {"spec": ...}' in (fault.expected or "")


@pytest.mark.parametrize(
    ("attribute", "message", "expected"),
    [
        ({"length": 0}, "0 is not allowed here", "at least 1"),
        ({"precision": 66}, "66 is not allowed here", "at most 65"),
        ({"length": 2.5}, "expected an integer, got 2.5", "an integer"),
        ({"minimum": "low"}, 'expected a number, got "low"', "a number"),
        ({"unique": 1}, "expected true or false, got 1", "true or false"),
        ({"transitions": {}}, "expected a list, got an object", "a list"),
        ({"column": ["c"]}, "expected text, got a list", "text"),
        ({"access": None}, "null is not allowed here", "one of read-write, read-only, write-only"),
        ({"comment": "x" * 4001}, f'"{"x" * 55}..." is not allowed here', "at most 4000"),
    ],
)
def test_the_words_of_a_fault(attribute: dict[str, Any], message: str, expected: str) -> None:
    attribute = {"name": "a", "type": "string", **attribute}
    spec = {"entities": [{"name": "A", "attributes": [attribute]}]}
    (fault,) = refusal(request(context={"spec": spec}))
    assert fault.message == message
    assert (fault.expected or "").startswith(expected)


@pytest.mark.parametrize(
    ("change", "pointer", "most"),
    [
        (
            {"context": {"sources": [{"format": "text", "content": "x"}] * 101}},
            "/context/sources",
            100,
        ),
        (
            {"constraints": {"securityRequirements": ["x"] * 101}},
            "/constraints/securityRequirements",
            100,
        ),
    ],
)
def test_lists_of_a_request_have_bounds(change: Json, pointer: str, most: int) -> None:
    (fault,) = refusal(request(**change))
    assert (fault.pointer, fault.code) == (pointer, "length")
    assert fault.message == "a list of 101 items is not allowed here"
    assert fault.expected == f"at most {most} items"


def test_what_is_missing_is_described_by_its_type() -> None:
    spec = {"entities": [{"name": "A", "uniques": [{}], "attributes": [{}]}]}
    faults = refusal({"context": {"spec": spec}})
    assert [
        (fault.pointer.rpartition("/")[2], (fault.expected or "")[:12]) for fault in faults
    ] == [
        ("request", "an object"),
        ("name", "text"),
        ("type", "one of strin"),
        ("attributes", "a list"),
    ]


def test_values_are_not_bent_into_another_type() -> None:
    for standards in ({"testCoverage": "95"}, {"testCoverage": True}, {"testCoverage": 1.5}):
        (fault,) = refusal(request(constraints={"codeStandards": standards}))
        assert fault.code == "type"
    document, _ = read_input(request(constraints={"codeStandards": {"testCoverage": 95.0}}))
    assert document.constraints.code_standards is not None
    assert document.constraints.code_standards.test_coverage == 95


def test_names_in_python_style_are_unknown_keys() -> None:
    _, warnings = read_input(request(context={"python_version": "3.12"}))
    assert [(warning.code, warning.pointer) for warning in warnings] == [
        ("unknown-key", "/context/python_version")
    ]
    assert 'did you mean "pythonVersion"?' in warnings[0].message
    spec = {"entities": [{"name": "A", "primary_key": ["id"]}]}
    (fault,) = refusal(request(context={"spec": spec}))
    assert (fault.code, fault.pointer) == ("unknown-key", "/context/spec/entities/0/primary_key")


def test_unknown_keys_of_published_levels_are_warnings() -> None:
    raw = {
        "request": {**REQUEST, "priority/1": 1},
        "context": {
            "team": {"lead": "x"},
            "database": {"host": "h"},
            "existingStructure": {"a": 1},
        },
        "constraints": {"codeStandards": {"docs": True}},
        "integrations": {"azure": {"region": "west"}},
        "trace": 1,
    }
    _, warnings = read_input(raw)
    assert {warning.code for warning in warnings} == {"unknown-key"}
    assert [warning.pointer for warning in warnings] == [
        "/request/priority~11",
        "/context/team",
        "/context/database/host",
        "/constraints/codeStandards/docs",
        "/integrations/azure/region",
        "/trace",
    ]


def test_secrets_are_not_repeated() -> None:
    spec = {"auth": {"password": "hunter2\n"}, "api": {"accessToken": "hunter2"}}
    faults = refusal(request(context={"spec": spec}))
    assert len(faults) == 2
    assert "hunter2" not in repr(faults)


def test_shown_values_are_short_and_printable() -> None:
    assert shown("x" * 10**6) == f'"{"x" * 55}..."'
    assert shown("\x1b[31m\u202e") == '"\\u001b[31m\\u202e"'
    assert shown({"password": "x"}) == "an object"
    assert len(shown(10**290)) <= 60


def test_many_faults_are_counted() -> None:
    faults = refusal(request(context={"sources": [1] * 1000}))
    assert len(faults) == MAX_NOTES + 1
    assert faults[-1].message == f"and {1000 - MAX_NOTES} more faults"
    _, warnings = read_input(request(**{f"key{number}": 1 for number in range(1000)}))
    assert len(warnings) == MAX_NOTES + 1
    assert warnings[-1].message == f"and {1000 - MAX_NOTES} more unknown keys"


# --- hostile input -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("", "syntax", 1, 1),
        (" \n ", "syntax", 2, 2),
        ('{"request": {}\n "context": {}}', "syntax", 2, 2),
        ('{\n  "a": 1,\n  "a": 2\n}', "duplicate-key", 3, 3),
        ('{"a": [1,\n {"b": NaN}]}', "syntax", 2, 8),
        ('{"a": "NaN", "b": -Infinity}', "syntax", 1, 19),
        ("[" * 100_000, "too-deep", 1, MAX_DEPTH + 1),
        ('{"a":' * 100_000, "too-deep", 1, 5 * MAX_DEPTH + 1),
        (b'{"a":\n "\xff"}', "encoding", 2, 3),
        ('{"a": 1}'.encode("utf-16"), "encoding", 1, 1),
        ('{"a": "\t"}', "syntax", 1, 8),
        ("{} {}", "syntax", 1, 4),
    ],
)
def test_bad_text_has_line_and_column(text: str | bytes, code: str, line: int, column: int) -> None:
    fault = refusal(text, parse_input)[0]
    assert (fault.code, fault.line, fault.column) == (code, line, column)


def test_a_repeated_key_is_found_where_it_stands() -> None:
    text = '{"a": [0, {"k\\"": 1}, {"\\u006b\\"": [{"k": 1}], "k\\"": ",:{"}], "k": {"k": 1}}'
    (fault,) = refusal(text, parse_input)
    assert fault.pointer == '/a/2/k"'
    assert fault.column == text.index('"k\\"": ",') + 1


@pytest.mark.parametrize(
    ("raw", "code", "pointer"),
    [
        (None, "type", ""),
        ([], "type", ""),
        ("{}", "type", ""),
        (request(a=float("nan")), "range", "/a"),
        (request(a=[float("-inf")]), "range", "/a/0"),
        (request(a=10**5000), "range", "/a"),
        (request(a="\ud800"), "encoding", "/a"),
        (request(a={"\udfff/": 1}), "encoding", "/a/\\udfff~1"),
        (request(a={1: 1}), "type", "/a/1"),
        (request(a=object()), "type", "/a"),
        (request(a=b"x"), "type", "/a"),
    ],
)
def test_hostile_data(raw: object, code: str, pointer: str) -> None:
    (fault,) = refusal(raw)
    assert (fault.code, fault.pointer) == (code, pointer)


@pytest.mark.parametrize("number", ["9" * 5000, "-" + "9" * 400, "1e999", "-1E+400"])
def test_huge_numbers_in_text(number: str) -> None:
    text = json.dumps(request(a=0))[:-2] + number + "}"
    (fault,) = refusal(text, parse_input)
    assert (fault.code, fault.pointer) == ("range", "/a")


def test_data_without_end_ends() -> None:
    loop: dict[str, Any] = request()
    loop["self"] = loop
    assert refusal(loop)[0].code == "too-deep"
    wide: list[Any] = []
    for _ in range(MAX_DEPTH - 2):
        wide = [wide] * 9
    assert str(MAX_VALUES) in refusal(request(wide=wide))[0].message


def test_what_is_too_large_is_refused_unread() -> None:
    (fault,) = refusal(b"[" + b"1," * (MAX_SIZE // 2) + b"1]", parse_input)
    assert (fault.code, fault.expected) == ("too-large", f"at most {MAX_SIZE} bytes")


def test_a_byte_order_mark_is_no_fault() -> None:
    text = "\ufeff" + json.dumps(request())
    assert parse_input(text)[0] == parse_input(text.encode())[0] == read_input(request())[0]


def test_faults_of_the_data_come_with_those_of_the_schema() -> None:
    raw = {"request": {"type": "model", "framework": "\ud800", "description": float("inf")}}
    assert [(fault.code, fault.pointer) for fault in refusal(raw)] == [
        ("encoding", "/request/framework"),
        ("range", "/request/description"),
        ("enum", "/request/type"),
    ]


# --- out -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"taskId": 5}, "/taskId"),
        ({"handoff": None}, "/handoff"),
        ({"proof": {"level": "fast", "verdict": "good"}}, "/proof/verdict"),
        ({"deployment": {"platform": "lambda"}}, "/deployment/platform"),
        ({"solution": {"architecture": {}}}, "/solution"),
        ({"status": "done"}, "the document"),
    ],
)
def test_an_answer_that_breaks_the_schema_is_never_sent(change: Json, where: str) -> None:
    with pytest.raises(EmitError, match=f"breaks the output schema at {where}[:/]"):
        check_output(load("output-completed.json") | change)


def test_to_wire_is_the_checked_answer() -> None:
    answer = Cancellation(task_id="t")
    assert to_wire(answer) == {"taskId": "t", "status": "canceled"}
    broken = answer.model_copy(update={"task_id": None})
    with pytest.raises(EmitError, match="at /taskId"):
        to_wire(broken)


def test_reading_does_not_load_a_schema_validator() -> None:
    code = (
        "import sys; from agent.contract import read_input\n"
        "read_input({'request': {'type': 'models', 'framework': 'auto', 'description': ''}})\n"
        "assert not {'jsonschema', 'jsonschema_rs', 'difflib'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
