"""Which rows does a contract put together, many to many?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agent.types import OperationKind
from tests.test_openapi_resources import NUMBER, TEXT, call, kinds, many, reading, ref, thing

if TYPE_CHECKING:
    from agent.planner.reading import Reading
    from agent.types import Operation

Json = Any  # the tests reach into it
K = OperationKind
PERSON = thing("id", "name", id=NUMBER, name=TEXT)
SKILL = thing("id", "title", id=NUMBER, title=TEXT)
SKILL_OF = thing("id", "title", id=NUMBER, title=TEXT, personId=NUMBER)
NEW_PERSON, NEW_SKILL = thing(name=TEXT), thing(title=TEXT)
DONE: Json = {"responses": {"204": {}}}


def contract(paths: Json, *, skill: Json = SKILL, person: Json = PERSON) -> Reading:
    """Return how people, skills and what more there is are read."""
    usual: Json = {
        "/people": {
            "get": call(many(ref("Person"))),
            "post": call(ref("Person"), NEW_PERSON),
        },
        "/people/{id}": {"get": call(ref("Person"))},
        "/skills": {"get": call(many(ref("Skill"))), "post": call(ref("Skill"), NEW_SKILL)},
        "/skills/{id}": {"get": call(ref("Skill"))},
    }
    return reading(usual | paths, Person=person, Skill=skill)


def of(found: Reading, path: str, kind: OperationKind) -> Operation:
    return next(o for o in found.spec.operations if o.path == path and o.kind is kind)


def bound(operation: Operation) -> dict[str, str | None]:
    return {parameter.name: parameter.binds for parameter in operation.parameters}


OF_ONE = "/people/{id}/skills"
BOTH = "/people/{id}/skills/{skillId}"


@pytest.mark.parametrize("method", ["put", "post"])
def test_rows_that_a_path_names_without_a_body_are_related(method: str) -> None:
    found = contract(
        {
            "/people/{id}/skills": {"get": call(many(ref("Skill")))},
            "/skills/{skillId}/experts": {"get": call(many(ref("Person")))},
            BOTH: {method: DONE, "delete": DONE},
        }
    )
    person, skill = found.spec.entities
    (relation,) = person.relations
    said = (relation.name, relation.target, relation.kind.value, relation.inverse)
    assert said == ("skills", "Skill", "many-to-many", "experts")
    assert skill.relations == ()
    for kind in (K.LINK, K.UNLINK):
        operation = of(found, BOTH, kind)
        assert (operation.entity, operation.relation) == ("Person", "skills")
        assert bound(operation) == {"id": "id", "skillId": "skills.id"}
    assert bound(of(found, "/people/{id}/skills", K.LIST)) == {"id": "experts.id"}
    assert bound(of(found, "/skills/{skillId}/experts", K.LIST)) == {"skillId": "skills.id"}
    assert not found.questions


def test_rows_are_related_to_others_of_their_own_kind() -> None:
    path = "/people/{id}/friends/{friendId}"
    found = contract(
        {
            "/people/{id}/friends": {"get": call(many(ref("Person")))},
            path: {"put": DONE, "delete": DONE},
        }
    )
    (relation,) = found.spec.entities[0].relations
    assert (relation.name, relation.target, relation.inverse) == ("friends", "Person", "friend_of")
    assert bound(of(found, path, K.LINK)) == {"id": "id", "friendId": "friends.id"}
    assert bound(of(found, "/people/{id}/friends", K.LIST)) == {"id": "friend_of.id"}


def test_a_list_inside_of_rows_is_the_same_relation() -> None:
    skill = thing("id", id=NUMBER, title=TEXT, people=many(ref("Person")))
    found = contract({BOTH: {"put": DONE, "delete": DONE}}, skill=skill)
    person, kept = found.spec.entities
    (relation,) = kept.relations
    assert (relation.name, relation.target, relation.inverse) == ("people", "Person", "skills")
    assert person.relations == ()
    operation = of(found, BOTH, K.LINK)
    assert (operation.entity, operation.relation) == ("Skill", "people")
    assert bound(operation) == {"id": "people.id", "skillId": "id"}


@pytest.mark.parametrize(
    ("paths", "skill"),
    [
        ({BOTH: {"put": call(ref("Skill"))}}, SKILL),  # shows something
        ({BOTH: {"put": call(None, thing(level=NUMBER))}}, SKILL),  # keeps something
        ({BOTH: {"put": DONE}}, SKILL_OF),
        ({OF_ONE: {"post": call(ref("Skill"), NEW_SKILL)}, BOTH: {"put": DONE}}, SKILL),
        ({"/people/{id}/approvals/{approvalId}": {"post": DONE}}, SKILL),  # what is kept of it?
    ],
)
def test_what_may_be_something_else_relates_nothing(paths: Json, skill: Json) -> None:
    found = contract(paths, skill=skill)
    assert K.LINK not in kinds(found)
    assert kinds(found)[-1] is K.CUSTOM
    assert not any(r.kind.value == "many-to-many" for e in found.spec.entities for r in e.relations)


def test_one_of_related_rows_is_read_in_its_own_collection() -> None:
    found = contract({BOTH: {"get": call(ref("Skill")), "put": DONE}})
    assert "rows that are many to many have their own collection" in found.questions[0].text


def test_rows_may_be_related_in_several_ways() -> None:
    paths = {
        f"/people/{{id}}/{noun}{item}": {method: call(many(ref("Skill"))) if not item else DONE}
        for noun in ("learned", "wanted")
        for item, method in (("", "get"), ("/{skillId}", "put"))
    }
    found = contract(paths | {"/skills/{id}/people": {"get": call(many(ref("Person")))}})
    person, skill = found.spec.entities
    assert [relation.name for relation in person.relations] == ["learned", "wanted"]
    assert skill.relations == ()
    assert of(found, "/people/{id}/wanted/{skillId}", K.LINK).relation == "wanted"
    assert [p.binds for p in of(found, "/people/{id}/wanted", K.LIST).parameters] == [
        f"{person.relations[1].inverse}.id"
    ]
    assert kinds(found)[-1] is K.CUSTOM  # by which of both?
