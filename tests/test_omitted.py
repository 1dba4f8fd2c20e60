"""What a source has and the project does not: it stands in the plan, and in the project's pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agent.documents import Warn
from agent.planner.merge import Part, merge
from agent.planner.readers.spec_language import parse
from agent.planner.spec_writer import write
from agent.sessions.session import worded
from agent.types import BackendSpec
from tests.made import made
from tests.talked import Chat

if TYPE_CHECKING:
    from pathlib import Path

SQL = """CREATE TABLE author (id uuid PRIMARY KEY, name varchar(120) NOT NULL, area polygon);
CREATE FUNCTION touch() RETURNS trigger AS $$ BEGIN RETURN NEW; END $$ LANGUAGE plpgsql;
CREATE TRIGGER author_touch BEFORE UPDATE ON author FOR EACH ROW EXECUTE FUNCTION touch();
"""
TOLD = (
    "- line 1: author.area has type polygon: kept as text",
    "- line 2: CREATE FUNCTION touch is left out",
    "- line 3: CREATE TRIGGER author_touch BEFORE UPDATE ON author FOR EACH ... is left out",
)


def _request(*sources: dict[str, str]) -> dict[str, Any]:
    request = {"type": "architecture", "framework": "fastapi", "description": "Authors."}
    return {"request": request, "context": {"projectName": "books", "sources": list(sources)}}


def _pages(request: dict[str, Any]) -> tuple[str, str]:
    _, _, project = made(request)
    return project.text("docs/data-model.md"), project.text("README.md")


def test_it_stands_in_the_project_with_its_lines() -> None:
    page, readme = _pages(_request({"format": "sql", "content": SQL}))
    assert page.partition("## Not carried over")[2].strip().splitlines()[-3:] == list(TOLD)
    assert "what was not carried over" in readme
    page, readme = _pages(_request({"format": "spec", "content": "entity A\n  x: text"}))
    assert "carried over" not in page + readme


def test_a_plan_as_text_keeps_it() -> None:
    planned, _, _ = made(_request({"format": "sql", "content": SQL}))
    assert [f"- {text}" for text in planned.spec.omitted] == list(TOLD)
    again = _pages(_request({"format": "spec", "content": write(planned.spec)}))
    assert all(text in again[0] for text in TOLD)


def test_of_several_sources_each_is_named() -> None:
    spec = parse("omitted 'before'")
    parts = [
        Part(spec, "old", "/context/spec", is_spec=True),
        Part(BackendSpec(), "some/where/a.sql", "", warnings=(Warn(code="x", message="one\x00"),)),
        Part(BackendSpec(), "b.sql", "", warnings=(Warn(code="x", message="y" * 9000),)),
    ]
    merged = merge(parts)
    assert merged.spec.omitted[:2] == ("before", "a.sql, one ")
    assert merged.assumptions == ()
    assert BackendSpec.model_validate(merged.spec.model_dump()) == merged.spec


def test_it_is_somebodys_words() -> None:
    url = "postgresql://u:hunter2hunter2@h/d"
    spec = worded(BackendSpec(omitted=(f"line 1: {url} is left out",)))
    assert "hunter2hunter2" not in spec.omitted[0]


def test_of_very_much_the_first_is_kept_and_the_rest_counted() -> None:
    warnings = tuple(Warn(code="x", message=f"line {line}") for line in range(9000))
    omitted = merge([Part(BackendSpec(), "a", "", warnings=warnings)]).spec.omitted
    assert (omitted[0], omitted[-1], len(omitted)) == ("line 0", "and 8500 more", 501)
    again = [
        Part(BackendSpec(omitted=omitted), "spec", "/context/spec", is_spec=True),
        Part(BackendSpec(), "b", "", warnings=(Warn(code="x", message="another"),)),
    ]
    assert merge(again[:1]).spec.omitted == omitted
    assert merge(again).spec.omitted == (*omitted[:-1], "and 8501 more")


@pytest.mark.asyncio
async def test_what_follows_in_a_chat_keeps_it_and_adds_to_it(tmp_path: Path) -> None:
    chat = Chat(tmp_path)
    await chat.say(SQL, "y", "add a rating to authors")
    assert chat.talk.spec is not None
    assert [f"- {text}" for text in chat.talk.spec.omitted] == list(TOLD)
    await chat.say("CREATE TABLE book (id uuid PRIMARY KEY);\nCREATE VIEW v AS SELECT 1;")
    omitted = chat.talk.spec.omitted
    assert [f"- {text}" for text in omitted[:3]] == list(TOLD)
    assert omitted[3:] == ("line 2: CREATE VIEW v is left out",)
