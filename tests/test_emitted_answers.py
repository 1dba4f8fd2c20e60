"""What do emitted applications say to their clients?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.emitted_app import files_of, passes

if TYPE_CHECKING:
    from pathlib import Path

DECIMALS = """
project x
database sqlite
{api}
entity Bill
  checked: decimal(8,2) >= 1 <= 500
  plain: decimal(12,2)
  long: decimal(28,2)
"""
SENT = """
BODIES = [
    {{"checked": 9.9, "plain": 9.9, "long": 9.9}},
    {{"checked": "9.9", "plain": "9.90", "long": "9.9"}},
]


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("12345678901234567890123456.78", "12345678901234567890123456.78"),
        ("1000000000000000000.01", "1000000000000000000.01"),
        ("12.3400", "12.34"),
        ("-0.0", "0.00"),
    ],
)
async def test_long_decimals(client: AsyncClient, sent: str, shown: str) -> None:
    content = f'{{{{"checked": 1, "plain": 1, "long": {{sent}}}}}}'
    head = {{"Content-Type": "application/json"}}
    response = await client.post("/api/v1/bills", content=content, headers=head)
    assert response.status_code == 201, response.text
    assert response.json()["long"] == shown


@pytest.mark.parametrize("body", BODIES)
async def test_decimals(client: AsyncClient, body: Any) -> None:
    response = await client.post("/api/v1/bills", json=body)
    assert response.status_code == 201, response.text
    shown = {{name: response.json()[name] for name in body}}
    assert shown == {shown}


@pytest.mark.parametrize("name", ["checked", "plain", "long"])
@pytest.mark.parametrize("value", [0.999, "0.999", "1e2", True, None, "", [], 1e30])
async def test_wrong_decimals(client: AsyncClient, name: str, value: Any) -> None:
    response = await client.post("/api/v1/bills", json={{**BODIES[0], name: value}})
    assert response.status_code == 422
    assert name in response.text


@pytest.mark.parametrize("value", [0, "0", 500.01, "500.01", "-3"])
async def test_broken_bounds(client: AsyncClient, value: Any) -> None:
    response = await client.post("/api/v1/bills", json={{**BODIES[0], "checked": value}})
    assert response.status_code == 422
"""


@pytest.mark.parametrize(
    ("api", "shown"),
    [
        ("", {"checked": "9.90", "plain": "9.90", "long": "9.90"}),
        ("api /api/v1 decimals number", {"checked": 9.9, "plain": 9.9, "long": "9.90"}),
    ],
    ids=["text", "number"],
)
def test_decimals_of_all_widths_have_one_form(
    tmp_path: Path, api: str, shown: dict[str, object]
) -> None:
    passes(files_of(DECIMALS.format(api=api)), tmp_path, SENT.format(shown=shown))


def test_a_number_with_decimals_of_a_json_schema_is_sent_as_a_number(tmp_path: Path) -> None:
    schema = """{
      "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Bill", "type": "object",
      "properties": {"amount": {"type": "number", "multipleOf": 0.01}}, "required": ["amount"]
    }"""
    tests = """
async def test_amount(client: AsyncClient) -> None:
    response = await client.post("/api/v1/bills", json={"amount": 12.5})
    assert (response.status_code, response.json()["amount"]) == (201, "12.50")
"""
    passes(files_of(schema, "json-schema"), tmp_path, tests)


def test_a_given_contract_keeps_its_numbers(tmp_path: Path) -> None:
    contract = """
openapi: 3.0.3
info: {title: bills, version: "1"}
paths:
  /bills:
    post:
      operationId: addBill
      requestBody:
        content:
          application/json: {schema: {$ref: '#/components/schemas/Bill'}}
      responses:
        '201':
          description: made
          content:
            application/json: {schema: {$ref: '#/components/schemas/Bill'}}
    get:
      operationId: listBills
      responses:
        '200':
          description: all
          content:
            application/json:
              schema: {type: array, items: {$ref: '#/components/schemas/Bill'}}
components:
  schemas:
    Bill:
      type: object
      required: [amount]
      properties:
        amount: {type: number, multipleOf: 0.01, minimum: 1}
"""
    tests = """
async def test_amount(client: AsyncClient) -> None:
    response = await client.post("/bills", json={"amount": 12.5})
    assert response.json() == {"amount": 12.5}
"""
    passes(files_of(contract, "openapi"), tmp_path, tests)


RULES = """
project x
database {database}
api /api/v1 case camel
entity Hall
  city: string(40)
  hall_number: integer
  unique(city, hall_number)
  check("hall_number <> 13")
entity Show
  starts_at: integer
  ends_at: integer column finish
  note: string(20)?
  hall -> Hall
  check("finish > starts_at") named long_enough
  check("length(note) > 1 or note is null")
"""
TOLD = """
async def told(client: AsyncClient, path: str, **body: Any) -> Any:
    response = await client.post(f"/api/v1/{path}", json=body)
    body = response.json()
    assert {each["message"] for each in body["fields"]} == {body["detail"]}
    return response.status_code, body["detail"], {each["field"] for each in body["fields"]}


async def test_rules(client: AsyncClient) -> None:
    hall = await client.post("/api/v1/halls", json={"city": "Bern", "hallNumber": 1})
    show = {"startsAt": 2, "endsAt": 3, "hallId": hall.json()["id"]}
    rule = "The values break a rule of the table: "
    said = await told(client, "shows", **show | {"endsAt": 1, "note": "ck_show_rule_2"})
    assert said == (422, f"{rule}endsAt > startsAt.", {"startsAt", "endsAt"})
    said = await told(client, "shows", **show, note="a")
    assert said == (422, f"{rule}length(note) > 1 or note is null.", {"note"})
    said = await told(client, "halls", city="Bern", hallNumber=13)
    assert said == (422, f"{rule}hallNumber <> 13.", {"hallNumber"})
    changed = await client.post("/api/v1/shows", json=show)
    response = await client.patch(f"/api/v1/shows/{changed.json()['id']}", json={"endsAt": 0})
    assert (response.status_code, response.json()["detail"]) == (422, f"{rule}endsAt > startsAt.")


async def test_conflicts(client: AsyncClient) -> None:
    hall = {"city": "Bern", "hallNumber": 1}
    made = await client.post("/api/v1/halls", json=hall)
    path = f"/api/v1/halls/{made.json()['id']}"
    said = await told(client, "halls", **hall)
    assert said == (
        409,
        "A row with this combination of city and hall number exists already.",
        {"city", "hallNumber"},
    )
    show = {"startsAt": 2, "endsAt": 3, "hallId": made.json()["id"]}
    await client.post("/api/v1/shows", json=show)
    response = await client.delete(path)
    assert (response.status_code, response.json()["detail"]) == (
        409,
        "Other rows refer to this one.",
    )
"""


@pytest.mark.parametrize("database", ["sqlite", "postgresql", "mysql"])
def test_what_is_refused_is_told_with_its_reason(tmp_path: Path, database: str) -> None:
    passes(files_of(RULES.format(database=database)), tmp_path, TOLD, database)


PARTS = """
project x
database sqlite
entity Hall
  city: string(40) key
  hall_number: integer key
entity Show
  city: string(40)
  hall_number: integer
  hall -> Hall via (city, hall_number) = (city, hall_number)
"""
COMBINED = """
async def test_absent(client: AsyncClient) -> None:
    response = await client.post("/api/v1/shows", json={"city": "Bern", "hall_number": 1})
    message = "There is no row with this combination of city and hall_number."
    assert response.status_code == 409
    assert response.json()["fields"] == [
        {"field": "city", "message": message},
        {"field": "hall_number", "message": message},
    ]


async def test_changed(client: AsyncClient) -> None:
    await client.post("/api/v1/halls", json={"city": "Bern", "hall_number": 1})
    await client.post("/api/v1/shows", json={"city": "Bern", "hall_number": 1})
    response = await client.delete("/api/v1/halls/Bern/1")
    assert response.json()["detail"] == "Other rows refer to this one."
"""


OF_ITS_OWN = """
project x
database {database}
entity Shelf
  label: string(20)
entity Book
  code: string(20) unique
  size: integer
  shelf -> Shelf
  check("size > 0")
schema BookIn: code: string, size: integer, shelf: uuid
operation put_book: POST /books/put custom Book
  in BookIn
  status 204
  rule "Puts a book."
"""
FILLED = """
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.book import Book
from app.schemas.operations import BookIn


async def put_book(session: AsyncSession, data: BookIn) -> None:
    session.add(Book(code=data.code, size=data.size, shelf_id=data.shelf))
    {more}
"""
PUTTING = """
from uuid import uuid4

from tests.factories import Factory


async def test_refusals(client: AsyncClient, factory: Factory) -> None:
    shelf = await factory.shelf()
    right = {"code": "a", "size": 1, "shelf": str(shelf.id)}
    path = "/api/v1/books/put"
    assert (await client.post(path, json=right)).status_code == 204
    for wrong, status, told in (
        ({}, 409, "A row with these values exists already."),
        ({"code": "b", "size": 0}, 422, "The values break a rule of the table: size > 0."),
        ({"code": "b", "shelf": str(uuid4())}, 409, "The change contradicts other rows."),
    ):
        response = await client.post(path, json=right | wrong)
        answer = response.json()
        assert (response.status_code, answer["detail"], answer["fields"]) == (status, told, [])
"""


@pytest.mark.parametrize(
    ("database", "more"),
    [
        ("sqlite", "pass"),
        ("sqlite", "await session.flush()"),
        ("postgresql", "pass"),
        ("mysql", "pass"),
    ],
)
def test_what_is_refused_of_a_rule_of_its_own_is_told(
    tmp_path: Path, database: str, more: str
) -> None:
    files = files_of(OF_ITS_OWN.format(database=database))
    place = "src/app/services/operations/put_book.py"
    assert place in files
    passes(files | {place: FILLED.format(more=more)}, tmp_path, PUTTING, database)


def test_keys_of_several_parts_are_told_as_a_combination(tmp_path: Path) -> None:
    passes(files_of(PARTS), tmp_path, COMBINED)


LOGIN = """
project x
database sqlite
auth jwt user Member login name
entity Member
  name: {kind}
  password: password
"""
NAMELESS = """
@pytest.mark.parametrize(("name", "status"), [("", 422), ("a", 201)])
async def test_register(client: AsyncClient, name: str, status: int) -> None:
    body = {"name": name, "password": "Correct-Horse-7"}
    response = await client.post("/api/v1/auth/register", json=body)
    assert response.status_code == status, response.text
"""


@pytest.mark.parametrize("kind", ["string(40)", "text", "string(0..40)"])
def test_nobody_registers_without_a_login(tmp_path: Path, kind: str) -> None:
    passes(files_of(LOGIN.format(kind=kind)), tmp_path, NAMELESS)


TIMES = """
project x
database sqlite
entity Note
  text: string(40)
  changed_on: date = now readonly
  begun: datetime = now readonly
  check("updated_at >= created_at")
  check("begun = created_at")
"""
MOMENTS = """
async def test_times(client: AsyncClient) -> None:
    note = await client.post("/api/v1/notes", json={"text": "a"})
    assert note.status_code == 201, note.text
    made = note.json()
    assert made["begun"] == made["created_at"] == made["updated_at"]
    assert made["changed_on"] == made["begun"][:10]
    note = await client.patch(f"/api/v1/notes/{made['id']}", json={"text": "b"})
    assert note.json()["created_at"] == made["created_at"] < note.json()["updated_at"]
"""


def test_the_times_of_a_row_agree(tmp_path: Path) -> None:
    passes(files_of(TIMES), tmp_path, MOMENTS)


REFUSED = """
async def test_words(client: AsyncClient) -> None:
    body = {"email": "a@b.de", "password": "weak-weak", "born": "yesterday", "paid": True}
    response = await client.post("/api/v1/auth/register", json=body)
    assert response.status_code == 422
    told = {each["field"]: each["message"] for each in response.json()["fields"]}
    assert told == {
        "password": "A password needs a lower-case letter, an upper-case letter and a digit",
        "born": "Expected a date, such as 2026-01-31",
        "paid": "Expected a number, or its text, of 8 digits, 2 of them decimals",
    }
"""


def test_refusals_have_no_words_of_libraries(tmp_path: Path) -> None:
    spec = """
project x
database sqlite
auth jwt
entity User
  email: email unique
  password: password
  born: date
  paid: decimal(8,2)
"""
    passes(files_of(spec), tmp_path, REFUSED)


HIDDEN = """
project x
database sqlite
auth jwt
entity User
  email: email unique
  password: password
entity Note owner user
  text: string(40)
  user -> User
operation addNote: POST /notes create Note
  in NoteIn
operation readNote: GET /notes/{note_id} read Note
  refusals forbidden=404
schema NoteIn for Note: text
"""
GUESSED = """
async def test_guessed(client: AsyncClient) -> None:
    sent = []
    for email in ("a@b.de", "c@d.de"):
        body = {"email": email, "password": "Long-enough-1"}
        assert (await client.post("/api/v1/auth/register", json=body)).status_code == 201
        login = {"email": email, "password": "Long-enough-1"}
        tokens = (await client.post("/api/v1/auth/login", json=login)).json()
        sent.append({"Authorization": f"Bearer {tokens['access_token']}"})
    made = await client.post("/api/v1/notes", json={"text": "mine"}, headers=sent[0])
    assert made.status_code == 201, made.text
    here = f"/api/v1/notes/{made.json()['id']}"
    assert (await client.get(here, headers=sent[0])).status_code == 200
    foreign = await client.get(here, headers=sent[1])
    absent = "/api/v1/notes/00000000-0000-4000-8000-000000000000"
    nowhere = await client.get(absent, headers=sent[1])
    assert foreign.status_code == nowhere.status_code == 404
    assert foreign.json() == nowhere.json()
    assert foreign.json()["error"] == "not_found"
"""


def test_a_row_that_is_not_shown_is_refused_as_one_that_is_not_there(tmp_path: Path) -> None:
    passes(files_of(HIDDEN), tmp_path, GUESSED)


NAMED = """
project x
database sqlite
entity Note
  long_title: string(40)
operation addNote: POST /notes create Note
  in NoteIn
operation listNotes: GET /notes list Note
  out NoteOut[]
  sort long_title, created_at
schema NoteIn for Note: longTitle = long_title
schema NoteOut for Note: id, longTitle = long_title, madeAt = created_at
"""
SORTED = """
@pytest.mark.parametrize("name", ["longTitle", "madeAt"])
async def test_sorted(client: AsyncClient, name: str) -> None:
    for title in "ab":
        await client.post("/api/v1/notes", json={"longTitle": title})
    response = await client.get(f"/api/v1/notes?sort_by={name}&sort_order=desc")
    assert response.status_code == 200, response.text
    assert [each["longTitle"] for each in response.json()["items"]] == ["b", "a"]
"""


def test_lists_are_sorted_by_the_names_that_are_shown(tmp_path: Path) -> None:
    passes(files_of(NAMED), tmp_path, SORTED)


def test_the_example_of_a_list_has_the_names_of_json() -> None:
    readme = files_of("project x\napi /api/v1 case camel\nentity Note\n  text: text")["README.md"]
    assert "sort_by=updatedAt&sort_order=desc" in readme


FORMS = """
@pytest.mark.parametrize(
    ("method", "path", "content", "status", "detail", "fields"),
    [
        ("GET", "/nowhere", "", 404, "Not Found", []),
        ("GET", "/notes/00000000-0000-4000-8000-000000000000", "", 404, "Note not found.", []),
        ("POST", "/notes", "{", 400, "The body is not valid JSON.", []),
        (
            "POST",
            "/notes",
            '{"text": "", "more": 1}',
            422,
            "text: String should have at least 1 character; more: Extra inputs are not permitted",
            [
                {"field": "text", "message": "String should have at least 1 character"},
                {"field": "more", "message": "Extra inputs are not permitted"},
            ],
        ),
    ],
)
async def test_form(
    client: AsyncClient, method: str, path: str, content: str, status: int, detail: str, fields: Any
) -> None:
    json = {"Content-Type": "application/json"}
    response = await client.request(method, f"/api/v1{path}", content=content, headers=json)
    assert response.status_code == status
    told = response.json()
    assert (told["detail"], told["fields"]) == (detail, fields)


def test_document(app: Any) -> None:
    error = app.openapi()["components"]["schemas"]["ErrorResponse"]
    assert error["properties"]["detail"]["type"] == "string"
    assert error["properties"]["fields"]["type"] == "array"
"""


def test_errors_have_one_form(tmp_path: Path) -> None:
    spec = "project x\ndatabase sqlite\nentity Note\n  text: string(1..9)"
    passes(files_of(spec), tmp_path, FORMS)
