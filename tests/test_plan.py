"""What becomes of a request before anything is rendered: one resolved spec, and what was noted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agent.contract import read_input
from agent.documents import Question, RequestType
from agent.errors import QuestionError, SourceError, SpecError, UnsupportedError
from agent.handlers.registry import HANDLERS
from agent.planner.overlay import MAX_DESCRIPTION
from agent.planner.plan import plan
from agent.planner.resolve import Plan, resolve
from agent.planner.selection import select
from agent.types import AuthMethod, Database

Json = Any  # the tests reach into it
EXAMPLES = Path(__file__).parents[1] / "schemas" / "examples"
TASK = {"name": "Task", "attributes": [{"name": "title", "type": "string"}]}
NOTE = {"name": "Note", "attributes": [{"name": "words", "type": "text"}]}


def document(*, request: Json = None, constraints: Json = None, **context: Json) -> Json:
    asked = {"type": "architecture", "framework": "fastapi", "description": "", **(request or {})}
    raw = {"request": asked, "context": context, "constraints": constraints or {}}
    return read_input(raw)[0]


def planned(**parts: Json) -> Plan:
    return plan(document(**parts))


def spec_source(content: str, name: str | None = None) -> Json:
    return {"format": "spec", "content": content, "name": name}


def texts(notes: tuple[Question, ...]) -> str:
    return "\n".join(note.text for note in notes)


def test_a_given_spec_is_resolved() -> None:
    result = planned(spec={"name": "todo", "entities": [TASK]})
    assert result.spec.name == "todo"
    assert [o.name for o in result.spec.operations][:2] == ["list_tasks", "create_task"]
    assert resolve(result.spec).spec == result.spec


def test_what_is_noted_has_an_id_of_its_own() -> None:
    source = {"format": "sql", "content": "CREATE TABLE notes (id INTEGER PRIMARY KEY, t TEXT);"}
    result = planned(
        spec={"database": "sqlite", "entities": [TASK]},
        database={"type": "mysql"},
        sources=[source],
        constraints={"securityRequirements": ["TLS everywhere", "rate limits"]},
    )
    for letter, notes in (("A", result.assumptions), ("Q", result.questions)):
        assert [note.id for note in notes] == [f"{letter}{n + 1}" for n in range(len(notes))]
    assert len(result.questions) == 2


@pytest.mark.parametrize(
    ("context", "key", "expected"),
    [
        ({"projectName": "other"}, "name", "other"),
        ({"database": {"type": "mysql"}}, "database", Database.MYSQL),
        ({"pythonVersion": "3.13"}, "python", "3.13"),
    ],
)
def test_the_context_stands_above_the_spec_and_says_so(
    context: Json, key: str, expected: object
) -> None:
    given = {"name": "todo", "database": "sqlite", "python": "3.12", "entities": [TASK]}
    result = planned(spec=given, **context)
    assert getattr(result.spec, key) == expected
    assert f"The spec says {key} {given[key]}" in texts(result.assumptions)


def test_the_context_fills_what_the_spec_leaves_open_without_a_word() -> None:
    result = planned(
        spec={"entities": [TASK]},
        projectName="todo",
        database={"type": "sqlite"},
        authentication={"method": "jwt"},
    )
    assert (result.spec.name, result.spec.database) == ("todo", Database.SQLITE)
    assert result.spec.auth.method is AuthMethod.JWT
    assert "The spec says" not in texts(result.assumptions)


def test_the_context_can_turn_authentication_on() -> None:
    spec = {"auth": {"method": "none", "roles": ["reader", "admin"]}, "entities": [TASK]}
    result = planned(spec=spec, authentication={"method": "jwt"})
    assert result.spec.auth.method is AuthMethod.JWT
    assert result.spec.auth.roles == ("reader", "admin")
    assert "auth.method none" in texts(result.assumptions)


@pytest.mark.parametrize("context", [{}, {"spec": {"name": "todo"}}])
def test_nothing_to_build_is_a_question(context: Json) -> None:
    with pytest.raises(QuestionError) as caught:
        planned(request={"description": "A shop"}, **context)
    (question,) = caught.value.questions
    assert "context.spec" in question.text
    assert "context.sources" in question.text


def test_what_is_unsupported_is_told_before_anything_is_asked() -> None:
    with pytest.raises(UnsupportedError):
        planned(database={"type": "mongodb"})


@pytest.mark.parametrize("name", ["", "a\nb", 'quo"te', "x" * 121, "../x", "-"])
def test_a_project_name_that_no_project_can_have(name: str) -> None:
    with pytest.raises(UnsupportedError) as caught:
        planned(spec={"entities": [TASK]}, projectName=name)
    assert [fault.pointer for fault in caught.value.faults] == ["/context/projectName"]


def test_a_spec_is_called_by_no_path() -> None:
    with pytest.raises(SpecError) as caught:
        planned(spec={"name": "../x", "entities": [TASK]})
    (fault,) = caught.value.faults
    assert fault.pointer == "/context/spec/name"
    assert "no slash" in (fault.expected or "")


def test_sources_and_a_spec_are_joined() -> None:
    result = planned(
        spec={"name": "todo", "entities": [TASK]},
        sources=[spec_source("entity Note\n  words: text\n  task -> Task as notes")],
    )
    assert [entity.name for entity in result.spec.entities] == ["Task", "Note"]
    assert result.spec.entities[1].relations[0].target == "Task"


def test_two_sources_with_the_same_entity_are_both_named() -> None:
    sources = [
        spec_source("entity Task\n  title: string", "first.spec"),
        spec_source("entity Task\n  name: string", "second.spec"),
    ]
    with pytest.raises(SpecError) as caught:
        planned(sources=sources)
    (fault,) = caught.value.faults
    assert "first.spec" in fault.message
    assert "second.spec" in fault.message
    assert fault.pointer == "/context/sources/1/content"


def test_the_same_enum_twice_is_one_enum() -> None:
    enum = {"name": "Colour", "values": ["red", "green"]}
    task = {**TASK, "attributes": [{"name": "colour", "type": "enum", "enum": "Colour"}]}
    text = "enum Colour: red, green\nentity Note\n  colour: Colour"
    result = planned(spec={"enums": [enum], "entities": [task]}, sources=[spec_source(text)])
    assert [e.name for e in result.spec.enums] == ["Colour"]
    assert result.spec.entities[1].attributes[1].enum == "Colour"


def test_where_sources_differ_in_a_setting_the_first_counts_and_it_is_said() -> None:
    sources = [
        spec_source("project one\ndatabase sqlite\nentity Task\n  title: string", "a.spec"),
        spec_source("project two\nentity Note\n  words: text", "b.spec"),
    ]
    result = planned(sources=sources)
    assert (result.spec.name, result.spec.database) == ("one", Database.SQLITE)
    assert "a.spec and b.spec differ in name: a.spec is followed." in texts(result.assumptions)


def test_a_fault_in_a_spec_points_into_the_document() -> None:
    wrong = {**TASK, "relations": [{"name": "owner", "target": "Usr"}]}
    with pytest.raises(SpecError) as caught:
        planned(
            sources=[spec_source("entity Note\n  words: text")],
            spec={"entities": [NOTE | {"name": "A"}, wrong]},
        )
    (fault,) = caught.value.faults
    assert fault.pointer == "/context/spec/entities/1/relations/0/target"


def test_a_fault_in_what_a_source_says_names_the_source_and_the_place() -> None:
    sources = [
        spec_source("entity Note\n  words: text"),
        spec_source("entity Task\n  title: string\n  owner -> Usr"),
    ]
    with pytest.raises(SpecError) as caught:
        planned(sources=sources)
    (fault,) = caught.value.faults
    assert fault.pointer == "/context/sources/1/content"
    assert fault.message.startswith("Task.owner: ")


def test_a_source_that_cannot_be_read_keeps_line_and_column() -> None:
    texts = ["entity A\n  x: string", "entity B\n  y string", "entity"]
    with pytest.raises(SourceError) as caught:
        planned(sources=[spec_source(text) for text in texts])
    places = [(fault.pointer, fault.line, fault.column) for fault in caught.value.faults]
    assert places == [("/context/sources/1/content", 2, 5), ("/context/sources/2/content", 1, 7)]


def test_sql_is_read() -> None:
    content = "CREATE TABLE tasks (id INTEGER PRIMARY KEY, title VARCHAR(80) NOT NULL);"
    result = planned(sources=[{"format": "sql", "content": content, "name": "todo.sql"}])
    assert [entity.table for entity in result.spec.entities] == ["tasks"]
    assert result.spec.name == "todo"


_TABLE = {"format": "sql", "content": "CREATE TABLE a (id serial PRIMARY KEY, name text);"}
_MODEL = {"format": "prisma", "content": "model A {\n  id Int @id\n  name String\n}"}


@pytest.mark.parametrize(
    ("context", "is_told"),
    [
        ({"sources": [_TABLE]}, True),
        ({"sources": [_MODEL]}, True),
        ({"sources": [_TABLE], "spec": {"auth": {"method": "none"}}}, False),
        ({"sources": [_TABLE], "authentication": {"method": "jwt"}}, False),
        ({"sources": [_TABLE, spec_source("entity B\n  x: text\n")]}, False),
        ({"sources": [spec_source("entity B\n  x: text\n")]}, False),
    ],
)
def test_that_nobody_signs_in_is_told_where_nobody_chose_it(context: Json, is_told: bool) -> None:  # noqa: FBT001 - a parameter
    assert ("Nobody signs in" in texts(planned(**context).assumptions)) is is_told


def test_requirements_in_words_are_warned_of_one_by_one() -> None:
    requirements = ["Send an e-mail on every order", "x" * 500]
    result = planned(request={"requirements": requirements}, spec={"entities": [TASK]})
    unread = [w for w in result.warnings if w.code == "unread-requirement"]
    assert [w.pointer for w in unread] == ["/request/requirements/0", "/request/requirements/1"]
    assert "Send an e-mail" in unread[0].message
    assert len(unread[1].message) < 200


def test_the_description_is_kept_where_the_spec_has_none() -> None:
    request = {"description": "Tasks\n  and \x00 their notes"}
    kept = planned(request=request, spec={"entities": [TASK]})
    assert kept.spec.description == "Tasks and their notes"
    own = planned(request=request, spec={"description": "Mine", "entities": [TASK]})
    assert own.spec.description == "Mine"


def test_a_description_beside_a_spec_is_told_to_be_kept_only() -> None:
    told = planned(request={"description": "Comments, too"}, spec={"entities": [TASK]}).warnings
    assert [(w.code, w.pointer) for w in told] == [("unread-description", "/request/description")]
    assert "only kept as the project's description" in told[0].message
    words = planned(request={"description": "A task has a title"}).warnings
    assert "unread-description" not in {w.code for w in words}


def test_a_description_that_is_too_long_is_cut_and_it_is_said() -> None:
    result = planned(request={"description": "word " * 2000}, spec={"entities": [TASK]})
    assert len(result.spec.description or "") == MAX_DESCRIPTION
    assert [w.code for w in result.warnings] == ["description-cut", "unread-description"]


@pytest.mark.parametrize(
    ("requirement", "met"),
    [
        ("Passwords must be hashed", True),
        ("JWT authentication", True),
        ("Role based access control", True),
        ("Validate all input", True),
        ("Prevent SQL injection", True),
        ("CORS restricted to known origins", True),
        ("Rate limiting of logins", False),
        ("Two-factor authentication", False),
        ("Encrypt passwords at rest", False),
        ("OWASP Top 10", False),
        ("Token revocation", False),
        ("Something else", False),
    ],
)
def test_security_requirements_are_met_or_asked_about(requirement: str, met: bool) -> None:  # noqa: FBT001 - a parameter
    spec = {"auth": {"method": "jwt"}, "entities": [TASK]}
    result = planned(spec=spec, constraints={"securityRequirements": [requirement]})
    assert [q.about for q in result.questions] == (
        [] if met else ["/constraints/securityRequirements/0"]
    )


def test_a_measure_that_the_project_lacks_answers_nothing() -> None:
    result = planned(
        spec={"entities": [TASK]}, constraints={"securityRequirements": ["JWT authentication"]}
    )
    assert len(result.questions) == 1


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("A back office with an admin interface", "django"),
        ("A full-featured web site", "django"),
        ("A quick prototype", "flask"),
        ("An API of orders", "fastapi"),
    ],
)
def test_auto_follows_the_guide_and_says_what_it_names(words: str, named: str) -> None:
    request = document(request={"framework": "auto", "description": words}).request
    selection = select(request)
    assert selection.framework == "fastapi"
    assert selection.reasons[0].startswith(f"The guide names {named}")
    assert ("not supported yet" in " ".join(selection.reasons)) == (named != "fastapi")


def test_a_named_framework_is_no_choice_of_ours() -> None:
    selection = select(document(request={"description": "admin interface"}).request)
    assert selection.reasons == ("The request asks for fastapi.",)


def test_every_request_type_has_one_handler() -> None:
    claims = [kind for handler in HANDLERS for kind in handler.claims]
    assert sorted(claims) == sorted(RequestType)


def test_the_examples_that_can_be_planned_are() -> None:
    for name in ("architecture", "auto", "endpoints", "models", "spec", "spec-language", "sql"):
        raw = json.loads((EXAMPLES / f"input-{name}.json").read_text(encoding="utf-8"))
        assert plan(read_input(raw)[0]).spec.entities, name
