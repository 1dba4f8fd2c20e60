"""JHipster's JDL becomes a sparse spec: entities, rules, enums and relationships."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agent.types import (
    AttributeType,
    AuthMethod,
    CrudAction,
    Database,
    DeleteBehaviour,
    Generator,
    RelationKind,
)
from tests.described import DIFFICULT as CASES
from tests.described import (
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


@pytest.fixture(scope="module", name="clinic")
def _clinic() -> Reading:
    return difficult("jdl", "clinic.jdl")


def test_the_application_gives_name_database_and_signing_in(clinic: Reading) -> None:
    spec = clinic.spec
    assert (spec.name, spec.database) == ("clinic", Database.MYSQL)
    assert (spec.auth.method, spec.auth.login) == (AuthMethod.JWT, "login")
    assert "line 7: authenticationType session is not supported" in warned(clinic)


def test_what_is_not_used_is_named_with_its_line_and_without_its_value(clinic: Reading) -> None:
    told = warned(clinic)
    for what in (
        "line 8: the setting jwtSecretKey is not used",
        "line 9: the setting languages is not used",
        "line 12: dto is not used",
        "line 22: @dto is not used",
        "line 69: paginate is not used",
        "line 70: service is not used",
        "line 72: search is not used",
        "line 73: a deployment is not used",
    ):
        assert what in told
    assert "4711" not in told


def test_validations_and_constants_become_rules(clinic: Reading) -> None:
    name = attribute(clinic, "Patient.name")
    assert (name.min_length, name.length, name.nullable) == (2, 40, False)
    assert name.pattern == "^[A-Z][a-z /]*$"
    temperature = attribute(clinic, "Patient.temperature")
    assert (temperature.minimum, temperature.maximum) == (-5, 45.5)
    assert (temperature.precision, temperature.scale, temperature.nullable) == (21, 2, True)
    assert attribute(clinic, "Patient.insurance").unique


def test_every_type_has_its_counterpart(clinic: Reading) -> None:
    types = {each.name: each.type for each in entity(clinic, "Patient").attributes}
    assert types["visits"] is AttributeType.BIGINT
    assert types["born"] is AttributeType.DATE
    assert types["seen"] is AttributeType.DATETIME
    assert types["lunch"] is AttributeType.TIME
    assert types["stay"] is AttributeType.DURATION
    assert types["code"] is AttributeType.UUID
    assert types["letter"] is AttributeType.TEXT
    assert types["photo"] is AttributeType.BINARY
    assert attribute(clinic, "Patient.photo").length == 5000
    assert "the content type of ImageBlob" in warned(clinic)
    assert "Patient.odd has type Colour" in warned(clinic)


def test_keywords_can_be_names_of_fields(clinic: Reading) -> None:
    assert attribute(clinic, "Patient.entity").type is AttributeType.BOOLEAN
    assert attribute(clinic, "Patient.required").nullable
    unique = attribute(clinic, "Patient.unique")
    assert (unique.type, unique.unique, unique.nullable) == (AttributeType.INTEGER, True, False)


def test_javadoc_describes_what_follows_it_or_stands_before_it_on_its_line(clinic: Reading) -> None:
    assert entity(clinic, "Patient").comment == "Somebody who is treated.\nNot a user."
    assert attribute(clinic, "Patient.name").comment == "As in the passport"
    assert attribute(clinic, "Patient.insurance").comment == "the number on the card"
    assert relation(clinic, "Visit.patient").comment == "who came"


def test_an_enum_has_its_names_as_values(clinic: Reading) -> None:
    (enum,) = clinic.spec.enums
    assert (enum.name, enum.values) == ("BloodGroup", ("A_PLUS", "AB_MINUS", "ZERO"))
    assert attribute(clinic, "Patient.blood").enum == "BloodGroup"


def test_all_four_kinds_of_relationships_and_their_sides(clinic: Reading) -> None:
    doctor = relation(clinic, "Visit.doctor")
    assert (doctor.kind, doctor.target) == (RelationKind.MANY_TO_ONE, "Doctor")
    assert (doctor.inverse, doctor.nullable) == ("visit", False)
    author = relation(clinic, "Visit.author")
    assert (author.target, author.nullable) == ("User", True)
    assert author.on_delete is DeleteBehaviour.SET_NULL
    draft = relation(clinic, "Doctor.draft")
    assert (draft.kind, draft.inverse) == (RelationKind.ONE_TO_ONE, "doctor")
    patients = relation(clinic, "Doctor.patients")
    assert (patients.kind, patients.inverse) == (RelationKind.MANY_TO_MANY, "doctors")
    assert relation(clinic, "Doctor.chief").target == "Doctor"
    assert "the relationship of Doctor and Patient: that there is at least one" in warned(clinic)


def test_the_built_in_user_is_added(clinic: Reading) -> None:
    assert [each.name for each in entity(clinic, "User").attributes][:2] == ["login", "first_name"]
    assert "User is JHipster's own entity" in assumed(clinic)


def test_a_field_called_id_is_the_key_and_read_only_entities_are_only_read(clinic: Reading) -> None:
    draft = entity(clinic, "Draft")
    assert draft.primary_key == ("id",)
    assert draft.attributes[0].generated is Generator.UUID
    assert draft.crud == (CrudAction.LIST, CrudAction.READ)


def test_every_part_has_its_place(clinic: Reading) -> None:
    lines = (CASES / "clinic.jdl").read_text().splitlines()
    for path, words in (
        ("Patient", "Patient (patient_file)"),
        ("Patient.visits", "visits Long"),
        ("Visit.doctor", "Visit{doctor"),
        ("Doctor.patients", "Doctor{patients"),
    ):
        line, column = place(clinic, path) or (0, 0)
        assert lines[line - 1][column - 1 :].startswith(words)


def test_it_all_can_be_resolved(clinic: Reading) -> None:
    names = [each.name for each in resolved(clinic).entities]
    assert names == ["Patient", "Doctor", "Draft", "Visit", "User"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("entity A {\n  name Strng\n}", 2, "did you mean String?"),
        ("entity A {\n  a String\n  a String\n}", 3, "A has a on line 2 already"),
        ("entity A\nentity A", 2, "A is declared on line 1 already"),
        ("entity A\nrelationship OneToOne { A to Bee }", 2, "names Bee, which is no entity"),
        ("entity A\nrelationship OneToMuch { A to A }", 2, "there is no relationship OneToMuch"),
        ("entity A { a Integer min(LOW) }", 1, "names LOW, which is no constant"),
        ("entity A {\n  name String requird\n}", 3, "is unexpected here"),
        ("entity A {", 1, "this bracket is never closed"),
        ("enum B { C }\nentity A {\n  name String\n", 2, "this bracket is never closed"),
        ("relationship OneToMany { A to B", 1, "this bracket is never closed"),
        ("entity A {\n  name: string\n}", 2, "':' is unexpected here"),
        ("entity A { a String } /* never", 1, "never closed"),
        ("enum E { }\nentity A", 1, "the enum E has no value"),
        ("// nothing\n", 1, "declares no entity"),
        ("entity A { a String ~ }", 1, "is unexpected here"),
        ("entity A { a String }" + " " * 300_000, 1, "characters"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, words: str) -> None:
    fault = refused("jdl", text)[0]
    assert fault.line == line
    assert words in f"{fault.message} {fault.expected}"


def test_without_an_application_nobody_signs_in() -> None:
    found = reading("jdl", "entity A { a String }\nrelationship OneToOne { A{who} to User }")
    assert found.spec.auth.method is AuthMethod.NONE
    assert relation(found, "A.who").target == "User"


def test_a_pattern_that_no_project_can_match_is_left_out_and_told() -> None:
    found = reading("jdl", "entity A {\n  a String pattern(/^(?!x)[a-z]+$/)\n}")
    assert attribute(found, "A.a").pattern is None
    assert "line 2: A.a: pattern" in warned(found)


def test_a_relationship_that_is_said_again_is_one() -> None:
    said = "relationship OneToMany { A{bs} to B{a} }\n"
    found = reading("jdl", f"entity A\nentity B\n{said}{said}")
    assert [each.name for each in entity(found, "B").relations] == ["a"]
    assert "line 4: a relationship that is there twice is not used" in warned(found)


def test_several_applications_are_one_backend() -> None:
    one = "application { config { baseName a } entities A }"
    found = reading("jdl", f"{one}\n{one.replace('baseName a', 'baseName b')}\nentity A")
    assert found.spec.name == "a"
    assert "describes 2 applications" in assumed(found)
