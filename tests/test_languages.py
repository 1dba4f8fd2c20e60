"""Is a text in another language told as that, and never one of our own?"""

from __future__ import annotations

import time
from pathlib import Path
from typing import get_args

import pytest

from agent.contract.forms import form_of
from agent.contract.languages import PROSE, READ
from agent.contract.languages import language as seen
from agent.documents import Source, SourceFormat
from agent.errors import SourceError
from agent.planner.readers import prose
from agent.planner.readers.prose_text import Piece
from agent.planner.readers.spec_language import read
from agent.transports.cli_input import read as read_file
from agent.transports.cli_options import Form

TEXTS = {
    "Prisma": 'datasource db {\n  provider = "x"\n}\nmodel User {\n  id Int @id\n}\n',
    "OpenAPI": "openapi: 3.1.0\ninfo:\n  title: X\npaths: {}\n",
    "DBML": "Table users {\n  id integer [primary key]\n}\nRef: posts.user_id > users.id\n",
    "JDL": "entity Author {\n  name String required\n}\n",
    "Mermaid": "erDiagram\n    CUSTOMER ||--o{ ORDER : places\n",
    "PlantUML": "@startuml\nclass A\n@enduml\n",
    "GraphQL": "type User {\n  id: ID!\n}\n",
    "Python": "from django.db import models\n\nclass User(models.Model):\n    pass\n",
    "prose": "I want a shop with users and orders, please.\nBuild it well.\n",
}
CASES = Path(__file__).parent / "cases"


def source(text: str) -> Source:
    return Source(format=SourceFormat.SPEC, content=text)


@pytest.mark.parametrize("language", TEXTS)
def test_another_language_is_one_fault_that_names_it(language: str) -> None:
    with pytest.raises(SourceError) as refused:
        read(source(TEXTS[language]))
    (fault,) = refused.value.faults
    assert fault.message.startswith(f"this looks like {language}, ")
    form = "text" if language == PROSE else READ.get(language)
    assert (fault.expected or "").startswith(f"a source of format '{form}'" if form else "SQL")
    assert (fault.line, fault.column) == (1, 1)


def test_dbml_may_be_in_small_letters() -> None:
    assert seen("table users {\n  id integer [pk]\n}\n") == "DBML"
    assert seen("ref: posts.user_id > users.id\n") == "DBML"


@pytest.mark.parametrize("language", sorted({*TEXTS} - {PROSE, "OpenAPI"}))
def test_what_is_to_be_prose_and_is_another_language_is_named(language: str) -> None:
    with pytest.raises(SourceError) as refused:
        prose.read([Piece("/request/description", TEXTS[language])])
    (fault,) = refused.value.faults
    assert f"this looks like {language}, " in fault.message
    assert fault.pointer == "/request/description"


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_a_file_without_a_known_ending_goes_to_who_reads_or_names_its_language(
    language: str, tmp_path: Path
) -> None:
    file = tmp_path / "model.txt"
    file.write_text(TEXTS[language], encoding="utf-8")
    data = read_file(str(file), None, {}).data
    assert isinstance(data, dict)
    assert bool(data["request"]["description"]) is (language == PROSE)
    forms = [each["format"] for each in data["context"].get("sources", ())]
    assert forms == ([] if language == PROSE else [READ.get(language, "spec")])


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ('{"openapi": "3.1.0", "paths": {}}', "openapi"),
        ('{"swagger": "2.0", "paths": {}}', "openapi"),
        ('{"$schema": "x", "type": "object", "properties": {}}', "json-schema"),
        ('{"$defs": {}}', "json-schema"),
    ],
)
def test_a_source_as_json_goes_to_its_reader(text: str, form: str, tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    file.write_text(text, encoding="utf-8")
    data = read_file(str(file), None, {}).data
    assert isinstance(data, dict)
    (source,) = data["context"]["sources"]
    assert source == {"format": form, "content": text, "name": "model.json"}


@pytest.mark.parametrize(
    ("name", "form"),
    [("x.jh", "jdl"), ("x.yaml", "openapi"), ("x.md", "text"), ("x.MMD", "mermaid")],
)
def test_an_ending_tells_the_form_of_a_file(name: str, form: str) -> None:
    assert form_of(name, "nothing that is known") == form


@pytest.mark.parametrize("name", sorted(path.name for path in CASES.glob("*.spec")))
def test_our_own_language_is_none_of_them(name: str) -> None:
    assert seen((CASES / name).read_text(encoding="utf-8")) is None


def test_a_slip_in_our_own_language_stays_a_slip() -> None:
    found = read(source("entity A\n  x: integer\nentiy B\nmodel C {\n  id: integer\n}\n"))
    assert [fault.line for fault in found.faults] == [3, 4]


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("entty A\n  x: integer\n  y: text\n", 1, "did you mean `entity`?"),
        ("entity A:\n  x: integer\n  y: text\n", 1, None),
        ("entity A {\n  x: integer\n  y: text\n}\n", 1, None),
        ("entity A {\n  x: integer\n", 1, "its closing bracket"),
    ],
)
def test_a_slip_in_the_only_entity_is_told_as_that(
    text: str, line: int, expected: str | None
) -> None:
    try:
        faults = read(source(text)).faults
    except SourceError as error:
        faults = tuple(error.faults)
    assert (faults[0].code, faults[0].line) == ("spec-syntax", line)
    assert expected is None or faults[0].expected == expected


def test_every_format_can_be_named_on_the_command_line() -> None:
    annotated, _ = get_args(get_args(Form)[0])
    assert {*get_args(annotated)} == {"json", *SourceFormat}


@pytest.mark.parametrize(
    "text",
    [
        "create " + "a " * 500_000,
        "x\n" + " \n" * 500_000,
        "a:" + "b" * 1_000_000 + " c",
        "table " + "a" * 1_000_000,
        "ref " + ":" * 1_000_000,
        "type " + "a" * 1_000_000,
    ],
)
def test_what_a_text_is_is_known_in_a_time_like_its_length(text: str) -> None:
    begun = time.process_time()
    form_of("text", text)
    assert time.process_time() - begun < 3  # seconds: it took minutes


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("-- a\n\n  create or replace global temporary\n table t (a int)", SourceFormat.SQL),
        ("Create a list of all of the things on a table", SourceFormat.TEXT),
        ("words\n\n  Table a {\n}", SourceFormat.DBML),
        ("Ref: a.b > c.d", SourceFormat.DBML),
        ("Create tables\n name:\n  string", SourceFormat.SPEC),
    ],
)
def test_a_file_without_an_ending_is_what_stands_in_it(text: str, form: SourceFormat) -> None:
    assert form_of("text", text) == form


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("entity A {", "JDL"),
        ("Entity A {\n  name String\n}", "JDL"),
        ("enum Colour { RED, GREEN }", "JDL"),
        ("@startuml\nentity A {\n  name: text\n}\n@enduml", "PlantUML"),
        ("type A {\n  b: B\n}\nenum B {\n  C\n}", "GraphQL"),
    ],
)
def test_the_least_of_a_language_is_known(text: str, language: str) -> None:
    assert seen(text) == language
