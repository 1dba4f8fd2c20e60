"""An API with keys: who needs one, what its README says of them, and what it refuses."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import shlex
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING

import pytest

from agent.checks import format as format_
from agent.checks import fuzz, lint, tests
from agent.checks.project import Project
from agent.documents import FileType, GeneratedFile, Outcome, Source, SourceFormat
from agent.emitter.facts import Facts
from agent.emitter.project import emit
from agent.errors import SpecError
from agent.planner.readers.openapi import read as read_contract
from agent.planner.readers.spec_language import read
from agent.planner.resolve import resolve
from tests.made import library
from tests.test_openapi_resources import NUMBER, TEXT, call, many, ref, thing
from tests.warm import sandbox

if TYPE_CHECKING:
    from pathlib import Path

    from agent.planner.resolve import Plan

SPEC = """project keyed
database sqlite
auth keys by {keys}

entity Author
  name: string(120)
  born: datetime?
  day: date?
  at: time?
  allow read: public

entity Book
  title: string(120)
  author -> Author as books cascade
  allow list: public
  allow delete: admin
"""
EXTRA = '''"""What a client is told of what it sent."""

from traceback import format_exception

import pytest
from httpx import AsyncClient
from pydantic import ValidationError
from pydantic_settings import SettingsError
from sqlalchemy.exc import IntegrityError
from starlette.requests import Request
from structlog.testing import capture_logs

from app.core.config import Settings, get_settings
from app.core.exceptions import handle_broken_rule, handle_data_error
from tests.payloads import author_create

ZONE = "Expected a date and time with its time zone, such as 2026-01-31T09:30:00Z"


async def test_a_time_without_a_zone_is_told(client: AsyncClient) -> None:
    body = author_create(born="2026-01-31T09:30:00", day="31.1.2026", at="9:30")
    response = await client.post("/api/v1/authors", json=body)
    assert response.status_code == 422
    told = {each["field"]: each["message"] for each in response.json()["fields"]}
    assert told == {
        "born": ZONE,
        "day": "Expected a date, such as 2026-01-31",
        "at": "Expected a time of day, such as 09:30:00",
    }
    response = await client.get("/api/v1/authors?born_min=2026-01-31T09:30:00")
    assert response.status_code == 422
    assert response.json()["fields"] == [{"field": "born_min", "message": ZONE}]
    response = await client.post("/api/v1/authors", json=author_create(born="2026-01-31T09:30:00Z"))
    assert response.status_code == 201, response.text


async def test_what_a_client_sent_stays_out_of_the_logs() -> None:
    class Refused(Exception):
        sqlstate = "23514"

    words = "row violates check\\nDETAIL:  Failing row contains (ann@example.com, $argon2id$x)."
    inserted = "INSERT INTO authors VALUES (?)"
    with capture_logs() as logs:
        for handle in (handle_broken_rule, handle_data_error):
            error = IntegrityError(inserted, ("ann@example.com",), Refused(words))
            await handle(Request({"type": "http"}), error)
    assert [each["code"] for each in logs] == ["23514", "23514"]
    assert [each["statement"] for each in logs] == [inserted, inserted]
    assert "ann@example.com" not in str(logs)


@pytest.mark.parametrize("digest", ["", "secret", "AB" * 32])
def test_what_is_no_digest_is_no_setting(digest: str) -> None:
    with pytest.raises(ValidationError):
        Settings(api_key_digests=[digest])


@pytest.mark.parametrize("given", ["raw-key", '["raw-key"]', '{"raw-key": 1}'])
def test_a_key_in_place_of_its_digest_is_not_printed(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    get_settings.cache_clear()
    monkeypatch.setenv("API_KEY_DIGESTS", given)
    with pytest.raises((ValidationError, SettingsError)) as refused:
        get_settings()
    assert "raw-key" not in "".join(format_exception(refused.value))
'''


@cache
def planned(keys: str = "header X-API-Key") -> Plan:
    source = Source(format=SourceFormat.SPEC, content=SPEC.format(keys=keys))
    return resolve(read(source).spec)


def files(keys: str = "header X-API-Key") -> dict[str, str]:
    return {file.path: file.content for file in emit(planned(keys).spec, library())}


def test_an_operation_needs_a_key_where_nothing_else_is_said() -> None:
    plan = planned()
    may = {each.name: each.permission for each in plan.spec.operations}
    public = {name for name, who in may.items() if who == ("public",)}
    assert public == {"read_author", "list_books"}
    assert {who for name, who in may.items() if name not in public} == {("authenticated",)}
    told = "Every operation needs a key, where the spec says nothing else."
    assert told in [note.text for note in plan.assumptions]
    assert "who may delete Book is not used" in plan.warnings[0].message
    again = resolve(plan.spec)
    assert (again.spec, again.assumptions, again.warnings) == (plan.spec, (), ())


def test_a_row_that_needs_a_key_is_not_shown_without_one_inside_another() -> None:
    schemas = {each.name: each for each in planned().spec.schemas}
    assert "author" in [field.name for field in schemas["BookResponse"].fields]
    closed = SPEC.replace("  allow read: public\n", "").format(keys="bearer")
    resolved = resolve(read(Source(format=SourceFormat.SPEC, content=closed)).spec).spec
    schemas = {each.name: each for each in resolved.schemas}
    assert "author" not in [field.name for field in schemas["BookResponse"].fields]


def test_keys_without_a_place_are_in_a_header() -> None:
    source = Source(format=SourceFormat.SPEC, content=SPEC.replace(" by {keys}", ""))
    plan = resolve(read(source).spec)
    assert [(key.place, key.name) for key in plan.spec.auth.keys] == [("header", "X-API-Key")]
    assert "A key is given in the header X-API-Key." in [note.text for note in plan.assumptions]


@pytest.mark.parametrize(
    ("keys", "where", "call", "kept"),
    [
        ("header X-API-Key", "in the header `X-API-Key`", ["-H", "X-API-Key: KEY"], "KEY"),
        ('header "$x\'y"', "in the header `$x'y`", ["-H", "$x'y: KEY"], "KEY"),
        ("cookie sid", "in the cookie `sid`", ["--cookie", "sid=KEY"], "KEY"),
        ('query "k&y"', "in the query parameter `k&y`", [], "KEY"),
        (
            "bearer, header X-K",
            "as `Authorization: Bearer ...` or in the header `X-K`",
            ["-H", "Authorization: Bearer KEY"],
            "KEY",
        ),
        ("basic", "as the password of HTTP Basic", ["-u", "me:KEY"], "me:KEY"),
    ],
)
def test_the_readme_says_how_a_key_is_made_and_given(
    tmp_path: Path, keys: str, where: str, call: list[str], kept: str
) -> None:
    readme = files(keys)["README.md"]
    assert f"An operation that needs a key gets it {where}" in readme
    section = readme.partition("## Keys\n")[2].partition("\n## ")[0]
    making, calling = re.findall(r"^```sh\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    python = f'python() {{ "{sys.executable}" "$@"; }}\n'
    done = subprocess.run(
        ["/bin/sh", "-ec", f"{python}{making}printf '%s\\n' {calling.removeprefix('curl ')}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    key, url, *given = done.stdout.splitlines()
    assert url == "localhost:8000/api/v1/authors" + (f"?k%26y={key}" if "query" in keys else "")
    assert given == [word.replace("KEY", key) for word in call]
    name, _, value = (tmp_path / ".env").read_text().strip().partition("=")
    digest = hashlib.sha256(kept.replace("KEY", key).encode()).hexdigest()
    assert (name, json.loads(value)) == ("API_KEY_DIGESTS", [digest])
    assert shlex.split(calling)[0] == "curl"


def test_a_container_gets_the_digests() -> None:
    assert "      API_KEY_DIGESTS: ${API_KEY_DIGESTS:-[]}\n" in files()["compose.yaml"]


@pytest.mark.parametrize("keys", ["header X-API-Key", "query key", "bearer, query key"])
def test_a_key_in_the_query_stands_in_no_access_log(keys: str) -> None:
    made = files(keys)
    starts = [
        line
        for path in ("Dockerfile", "compose.yaml", "README.md")
        for line in made[path].splitlines()
        if "uvicorn" in line and "app.main:app" in line
    ]
    assert len(starts) == 3
    assert {"--no-access-log" in line for line in starts} == {"query" in keys}
    keys_section = made["README.md"].partition("## Keys\n")[2].partition("\n## ")[0]
    assert ("`--no-access-log`" in keys_section) is ("query" in keys)


@pytest.mark.parametrize("keys", ["header X-API-Key", "query key", "basic"])
def test_the_fuzz_has_a_key(keys: str) -> None:
    project = Project(emit(planned(keys).spec, library()), sandbox(), None, None)
    report = asyncio.run(fuzz.check(project))
    assert [f.message for f in report.findings] == []
    assert report.outcome is Outcome.PASSED
    assert (report.summary or "").endswith("as somebody with a key")


@cache
def with_logins() -> tuple[GeneratedFile, ...]:
    """Make what serves a contract with a key, in which logins are named, and do nothing."""
    secret = {"type": "string", "minLength": 20, "maxLength": 40}
    document = {
        "openapi": "3.1.0",
        "paths": {
            "/register": {"post": call(ref("User"), ref("NewUser"))},
            "/login": {"post": call(thing(token=TEXT), ref("NewUser"))},
            "/users": {"get": call(many(ref("User"))), "post": call(ref("User"), ref("NewUser"))},
        },
        "security": [{"bearer": []}],
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "User": thing("id", "email", id=NUMBER, email=TEXT),
                "NewUser": thing("email", "newPassword", email=TEXT, newPassword=secret),
            },
        },
    }
    source = Source(format=SourceFormat.OPENAPI, content=json.dumps(document))
    return emit(resolve(read_contract(source).spec).spec, library())


def test_the_fuzz_has_a_key_where_nobody_can_sign_up() -> None:
    project = Project(with_logins(), sandbox(), None, None)
    report = asyncio.run(fuzz.check(project))
    assert [f.message for f in report.findings if f.level.value == "error"] == []
    assert (report.summary or "").endswith("as somebody with a key")


def test_a_password_has_the_length_of_the_contract() -> None:
    made = {file.path: file.content for file in with_logins()}
    assert 'pattern=r"^[\\s\\S]{20,40}$"' in made["src/app/schemas/user.py"]
    assert "hashed_new_password" in made["src/app/models/user.py"]
    project = Project(with_logins(), sandbox(), None, None)
    assert asyncio.run(tests.check(project)).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("keys", "right", "broken", "what"),
    [
        ("header X-API-Key", "raise Unauth", "print; Unauth", "no token"),
        ("header X-API-Key", "if any(", "if key or any(", "a wrong key"),
        ("query key", "if any(", "if key or any(", "a wrong key"),
        ("cookie sid", "if any(", "if key or any(", "a wrong key"),
        ("basic", "if any(", "if key or any(", "a wrong key"),
    ],
)
def test_a_key_that_nobody_looks_at_is_found(keys: str, right: str, broken: str, what: str) -> None:
    made = [
        file.model_copy(update={"content": file.content.replace(right, broken)})
        if file.path == "src/app/api/keys.py"
        else file
        for file in emit(planned(keys).spec, library())
    ]
    report = asyncio.run(fuzz.check(Project(tuple(made), sandbox(), None, None)))
    told = [finding.message.splitlines()[0] for finding in report.findings]
    assert f"GET /api/v1/authors: with {what} it answers 200, 401 is expected" in told


@pytest.mark.parametrize("keys", ["query key", f"cookie key, query k, query {'k' * 80}"])
def test_a_key_beside_filters_is_none_of_them(keys: str) -> None:
    project = Project(emit(planned(keys).spec, library()), sandbox(), None, None)
    for check in (format_.check, lint.check, tests.check):
        report = asyncio.run(check(project))
        assert [f.message for f in report.findings if f.level.value == "error"] == []
        assert report.outcome is Outcome.PASSED


def test_what_is_refused_is_said_in_words() -> None:
    extra = GeneratedFile(path="tests/integration/test_told.py", content=EXTRA, type=FileType.TEST)
    project = Project((*emit(planned().spec, library()), extra), sandbox(), None, None)
    report = asyncio.run(tests.check(project))
    assert [f.message for f in report.findings if f.level.value == "error"] == []
    assert report.outcome is Outcome.PASSED


@pytest.mark.parametrize("permission", [None, ()])
def test_an_operation_of_which_nothing_is_said_needs_a_key(
    permission: tuple[str, ...] | None,
) -> None:
    spec = planned().spec
    operations = tuple(o.model_copy(update={"permission": permission}) for o in spec.operations)
    facts = Facts(spec.model_copy(update={"operations": operations}))
    assert facts.keyed
    assert all(facts.needs_key(operation) for operation in operations)


QUERIED = """project keyed
database sqlite
auth keys by query {key}

entity Setting
  key: string(60)
  apiKey: string(60)
"""


def queried(key: str, more: str = "") -> Plan:
    content = QUERIED.format(key=key) + more
    return resolve(read(Source(format=SourceFormat.SPEC, content=content)).spec)


@pytest.mark.parametrize(("key", "free"), [("key", "key_is"), ("api_key", "api_key_is")])
def test_a_list_is_not_filtered_by_the_key_of_the_request(key: str, free: str) -> None:
    listing = next(o for o in queried(key).spec.operations if o.name == "list_settings")
    named = {parameter.name: parameter.binds for parameter in listing.parameters}
    assert key not in named
    assert named[free] == key


@pytest.mark.parametrize(
    ("key", "more"),
    [
        ("page", ""),
        ("limit", ""),
        ("q", ""),
        ("sort_by", ""),
        ("wanted", "operation list_some: GET /some list Setting\n  query wanted = key\n"),
    ],
)
def test_a_key_has_no_name_of_what_a_list_is_asked_for(key: str, more: str) -> None:
    with pytest.raises(SpecError) as caught:
        queried(key, more)
    (fault,) = caught.value.faults
    assert fault.pointer == "/auth/keys/0"
    assert f"'{key}'" in fault.message


ASKED = '''"""A query without its key, and with the parameters of its own."""

import pytest
from pydantic import ValidationError

from app.schemas.setting import ListSomeQuery


def test_a_parameter_is_known_by_its_name_on_the_wire() -> None:
    asked = ListSomeQuery.model_validate({"someKey": "a", "some_key": "c", "api_key": "b"})
    assert asked.some_key == "a"
    with pytest.raises(ValidationError):
        ListSomeQuery.model_validate({"someKey": "a", "other": "b"})
'''


def test_keys_are_taken_out_by_their_names_on_the_wire() -> None:
    more = "operation list_some: GET /some list Setting\n  query someKey: string required\n"
    content = QUERIED.format(key="someKey, query some_key, query api_key") + more
    spec = resolve(read(Source(format=SourceFormat.SPEC, content=content)).spec).spec
    extra = GeneratedFile(path="tests/unit/test_asked.py", content=ASKED, type=FileType.TEST)
    project = Project((*emit(spec, library()), extra), sandbox(), None, None)
    report = asyncio.run(tests.check(project))
    assert [f.message for f in report.findings if f.level.value == "error"] == []
    assert report.outcome is Outcome.PASSED
