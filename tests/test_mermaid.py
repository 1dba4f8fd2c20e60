"""Mermaid's erDiagrams become a sparse spec; what a diagram leaves open is assumed and told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agent.contract.forms import form_of
from agent.emitter.mermaid import diagram
from agent.planner.readers.spec_language import parse
from agent.types import Access, AttributeType, Generator, RelationKind
from tests.described import (
    DIFFICULT,
    assumed,
    attribute,
    difficult,
    entity,
    place,
    reading,
    refused,
    relation,
    resolved,
    warned,
)

if TYPE_CHECKING:
    from agent.planner.reading import Reading


@pytest.fixture(scope="module", name="school")
def _school() -> Reading:
    return difficult("mermaid", "school.md")


def test_only_the_fences_with_such_diagrams_are_read(school: Reading) -> None:
    names = [each.name for each in school.spec.entities]
    assert names[:4] == ["Teacher", "Course", "Pupil", "Lesson"]
    assert {"PupilCard", "Empty", "Desk", "Room"} <= set(names)
    assert school.spec.description == "A school"


def test_a_markdown_file_with_a_diagram_is_known_by_its_text() -> None:
    assert form_of("school.md", (DIFFICULT / "school.md").read_text("utf-8")) == "mermaid"


def test_types_keys_and_comments(school: Reading) -> None:
    assert attribute(school, "Teacher.id").generated is Generator.IDENTITY
    name = attribute(school, "Teacher.name")
    assert (name.length, name.nullable, name.comment) == (80, True, "nullable, sometimes")
    email = attribute(school, "Teacher.email")
    assert (email.unique, email.nullable) == (True, False)
    assert attribute(school, "Teacher.subjects").array
    wage = attribute(school, "Teacher.wage")
    assert (wage.precision, wage.scale) == (10, 2)
    assert attribute(school, "Course.course_id").generated is Generator.UUID
    assert entity(school, "Lesson").primary_key == ("day", "no")


def test_a_comment_that_lists_values_makes_an_enum(school: Reading) -> None:
    level = attribute(school, "Teacher.level")
    enum = next(each for each in school.spec.enums if each.name == level.enum)
    assert enum.values == ("junior", "senior")


def test_what_is_no_type_and_what_stands_in_the_wrong_order_is_told(school: Reading) -> None:
    told = warned(school)
    assert "TEACHER.odd has type weird_type: kept as string" in told
    assert attribute(school, "Course.room").type is AttributeType.TEXT
    assert "line 41: that names stand before their types is not used" in told
    assert attribute(school, "Teacher.secret").access is Access.WRITE_ONLY


def test_clocks_are_set_by_the_application(school: Reading) -> None:
    assert attribute(school, "Teacher.created_at").generated is Generator.NOW
    assert attribute(school, "Teacher.updated_at").generated is Generator.NOW_ON_UPDATE
    assert "The application sets Teacher.created_at, Teacher.updated_at." in assumed(school)


def test_both_spellings_of_cardinalities(school: Reading) -> None:
    teacher = relation(school, "Course.teacher")
    assert (teacher.kind, teacher.nullable, teacher.comment) == (
        RelationKind.MANY_TO_ONE,
        False,
        "teaches in",
    )
    course = relation(school, "Lesson.course")
    assert (course.kind, course.nullable) == (RelationKind.MANY_TO_ONE, False)
    pupil = relation(school, "PupilCard.pupil")
    assert (pupil.kind, pupil.nullable) == (RelationKind.ONE_TO_ONE, False)
    courses = relation(school, "Pupil.courses")
    assert (courses.kind, courses.inverse) == (RelationKind.MANY_TO_MANY, "pupils")
    desk = relation(school, "Teacher.desk")
    assert (desk.kind, desk.nullable) == (RelationKind.ONE_TO_ONE, False)


def test_attributes_that_hold_keys_are_found_by_their_names(school: Reading) -> None:
    teacher = relation(school, "Course.teacher")
    assert (teacher.attributes, teacher.references) == (("teacher_id",), ("id",))
    leader = relation(school, "Teacher.leader")
    assert (leader.target, leader.attributes) == ("Teacher", ("leader_id",))
    assert attribute(school, "Lesson.course_id").type is AttributeType.UUID


def test_a_key_without_a_line_stays_plain_and_is_told(school: Reading) -> None:
    assert "line 42: COURSE.unknown_id is marked FK, and no line says of what" in warned(school)


def test_that_there_is_at_least_one_is_told(school: Reading) -> None:
    assert "line 50: classDef is not used" in warned(school)
    assert "line 58: that there is at least one is not used" in warned(school)


def test_every_part_has_its_place(school: Reading) -> None:
    lines = (DIFFICULT / "school.md").read_text().splitlines()
    for path, words in (
        ("Teacher", "TEACHER ||--o{"),
        ("Teacher.wage", "decimal(10,2) wage"),
        ("Course.teacher", "TEACHER ||--o{ COURSE"),
        ("PupilCard.pupil", "p only one"),
    ):
        line, column = place(school, path) or (0, 0)
        assert lines[line - 1][column - 1 :].startswith(words)


def test_it_all_can_be_resolved(school: Reading) -> None:
    assert len(resolved(school).entities) == 8


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("erDiagram\n  A ||--o B : x", 2, "is unexpected here"),
        ("erDiagram\n  A ||-- : x", 2, "a cardinality such as o{"),
        ("erDiagram\n  A {\n    string\n  }", 3, "the line ends too early"),
        ("erDiagram\n  A {\n    string b // c\n  }", 3, "'// c' is unexpected"),
        ("erDiagram\n  A {\n    string b", 2, "this bracket is never closed"),
        ("flowchart LR\n  A --> B", 1, "looks like Mermaid of another kind"),
        ("A ||--o{ B : x", 1, "no erDiagram"),
        ("erDiagram\n", 1, "declares no entity"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, words: str) -> None:
    fault = refused("mermaid", text)[0]
    assert fault.line == line
    assert words in f"{fault.message} {fault.expected}"


def test_a_single_attribute_may_stand_on_the_line_of_its_entity() -> None:
    found = reading(
        "mermaid", "erDiagram\n  A { int id PK  string role }\n  B { int a_id }\n A ||--o{ B : x"
    )
    assert [each.name for each in entity(found, "A").attributes] == ["id", "role"]
    assert relation(found, "B.a").attributes == ("a_id",)


def test_a_key_called_after_an_entity_is_a_relation_without_a_line() -> None:
    found = reading("mermaid", "erDiagram\n  A {\n int id PK\n }\n  B {\n int aId FK\n }")
    assert relation(found, "B.a").target == "A"
    assert "B.aId refers to A, after which it is called" in assumed(found)


def test_an_attribute_called_id_is_the_key_where_none_is_marked() -> None:
    found = reading("mermaid", "erDiagram\n  A {\n string id\n }")
    assert entity(found, "A").primary_key == ("id",)


def test_a_line_that_is_drawn_twice_is_one_relation() -> None:
    found = reading("mermaid", "erDiagram\n A ||--o{ B : x\n A ||--o{ B : x\n A ||--o{ B : y")
    assert [each.name for each in entity(found, "B").relations] == ["a", "y_a"]


BOX = "erDiagram\n  {} {{\n int id PK\n }}\n  B {{\n int id PK\n {}\n }}\n {} ||--o{{ B : {}\n"


@pytest.mark.parametrize(
    ("target", "drawn", "label", "name"),
    [
        ("colaboradores", "int colaborador_id FK\n int x_id FK", "faz", "colaborador"),
        ("insumos_entrada", "int insumo_entrada_id FK\n int x_id FK", "de", "insumo_entrada"),
        ("TICKET_ORDERS", "int order_id FK\n int x_id FK", "pays", "order"),
        ("STATIONS", "int from_station_id FK\n int to_station_id FK", "from", "from_station"),
        ("ACCOUNT", "int actorUid", '"acts, see actorUid"', "actor"),
    ],
)
def test_keys_are_found_by_plurals_ends_and_labels(
    target: str, drawn: str, label: str, name: str
) -> None:
    found = reading("mermaid", BOX.format(target, drawn, target, label))
    (made,) = entity(found, "B").relations
    assert (made.name, made.attributes) == (name, (drawn.split()[1].replace("Uid", "_uid"),))


def test_an_end_that_two_targets_share_finds_no_key() -> None:
    text = BOX.format("OLD_ORDER", "int order_id FK", "OLD_ORDER", "x") + " NEW_ORDER ||--o{ B : y"
    found = reading("mermaid", text)
    assert all("order_id" not in each.attributes for each in entity(found, "B").relations)


def test_types_whose_brackets_are_drawn_with_underscores() -> None:
    text = "erDiagram\n A {\n varchar2_18 a\n NUMBER_10_2 b\n text_array c\n int_array d\n }"
    found = reading("mermaid", text)
    a, b = attribute(found, "A.a"), attribute(found, "A.b")
    assert (a.type, a.length) == (AttributeType.STRING, 18)
    assert (b.type, b.precision, b.scale) == (AttributeType.DECIMAL, 10, 2)
    assert attribute(found, "A.c").array
    assert (attribute(found, "A.d").array, attribute(found, "A.d").type) == (
        True,
        AttributeType.INTEGER,
    )
    assert not found.warnings


def test_values_may_stand_behind_the_name_of_their_enum() -> None:
    found = reading("mermaid", 'erDiagram\n A {\n enum Role "RoleType: Admin/User"\n }')
    assert found.spec.enums[0].values == ("Admin", "User")


def test_keys_that_are_drawn_as_numbers_are_whole() -> None:
    text = (
        "erDiagram\n A {\n NUMBER id PK\n }\n B {\n NUMBER a_id FK\n NUMBER x\n }\n A ||--o{ B : x"
    )
    found = reading("mermaid", text)
    key = attribute(found, "A.id")
    assert (key.type, key.generated) == (AttributeType.BIGINT, Generator.IDENTITY)
    assert attribute(found, "B.a_id").type is AttributeType.BIGINT
    assert attribute(found, "B.x").type is AttributeType.DECIMAL
    assert "Keys that are drawn as numbers are whole: A.id, B.a_id." in assumed(found)


@pytest.mark.parametrize("drawn", ["name string", "name text", "email string", "date varchar(9)"])
def test_a_word_that_is_only_a_type_stands_behind_the_name(drawn: str) -> None:
    found = reading("mermaid", f"erDiagram\n A {{\n {drawn}\n }}")
    assert [each.name for each in entity(found, "A").attributes] == [drawn.split(maxsplit=1)[0]]
    assert "line 3: that names stand before their types is not used" in warned(found)


def test_a_type_that_may_be_a_name_stands_before_it() -> None:
    found = reading("mermaid", "erDiagram\n A {\n date date\n string email\n int text\n }")
    assert [(each.name, each.type) for each in entity(found, "A").attributes] == [
        ("date", AttributeType.DATE),
        ("email", AttributeType.STRING),
        ("text", AttributeType.INTEGER),
    ]


def test_lists_in_our_own_diagrams_read_back_as_lists() -> None:
    drawn = diagram(parse("project x\nentity A\n  tags: string[]\n  scores: integer[]?\n"))
    found = reading("mermaid", drawn)
    assert [(each.name, each.type.value, each.array) for each in entity(found, "A").attributes] == [
        ("tags", "string", True),
        ("scores", "integer", True),
    ]
