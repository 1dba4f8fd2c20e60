"""What does a generated application ask of its database after a refusal? Only what it tells."""

from __future__ import annotations

import asyncio

import pytest

from agent.checks import lint, tests
from agent.checks.project import Project
from agent.documents import FileType, GeneratedFile, Outcome
from agent.emitter.project import emit
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from tests.made import library
from tests.warm import sandbox

SPEC = """project refusals
database sqlite
entity Author
  name: string(40) unique
entity Book
  title: string(40) unique
  pages: integer
  author -> Author as books
  check("pages <> 404")
"""
EXTRA = """from uuid import uuid4

import pytest
from httpx import AsyncClient

from tests.payloads import author_create, book_create


async def test_only_a_repeat_is_looked_for(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    async def taken(*given: object) -> list[str]:
        asked.append(given)
        return ["name"]

    monkeypatch.setattr("app.repositories.base.taken", taken)
    author = (await client.post("/api/v1/authors", json=author_create(name="Ann"))).json()["id"]
    of_nobody = await client.post("/api/v1/books", json=book_create(author_id=str(uuid4())))
    assert (of_nobody.status_code, "author_id" in of_nobody.text) == (409, True)
    body = book_create(author_id=author, pages=404)
    assert (await client.post("/api/v1/books", json=body)).status_code == 422
    assert asked == []
    again = await client.post("/api/v1/authors", json=author_create(name="Ann"))
    assert (again.status_code, "with this name" in again.text) == (409, True)
    assert len(asked) == 1
"""


def test_only_a_repeat_is_looked_for() -> None:
    extra = GeneratedFile(path="tests/integration/test_asks.py", content=EXTRA, type=FileType.TEST)
    project = Project((*emit(resolve(parse(SPEC)).spec, library()), extra), sandbox(), None, None)
    for check in (lint.check, tests.check):
        report = asyncio.run(check(project))
        assert [f.message for f in report.findings if f.level.value == "error"] == []
        assert report.outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("parts", "is_listed"),
    [("error=- detail=-", True), ("detail=-", True), ("", False), ("fields=- detail=-", False)],
)
def test_errors_that_are_a_list_alone_have_a_text(parts: str, *, is_listed: bool) -> None:
    content = (
        f"project x\ndatabase sqlite\napi /v1\n  errors {parts}\nentity Dish\n  name: string(9)"
    )
    content = content if parts else content.replace("  errors \n", "")
    files = emit(resolve(parse(content)).spec, library())
    errors = next(f.content for f in files if f.path == "src/app/core/exceptions.py")
    assert ("listed_of(error, detail, fields)" in errors) == is_listed


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        ("json", "payload: PresentJson\n"),
        ("json?", "payload: Json | None"),
        ("json[]", "list[Json]"),
    ],
)
def test_null_is_no_json_that_a_row_may_have(field: str, shown: str) -> None:
    content = f"project x\ndatabase sqlite\nentity Dish\n  payload: {field}"
    files = emit(resolve(parse(content)).spec, library())
    sent = next(f.content for f in files if f.path == "src/app/schemas/dish.py")
    assert shown in sent.partition("class DishCreate")[2]
