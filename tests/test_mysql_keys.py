"""Do MySQL's keys have room for what they hold?"""

from __future__ import annotations

import pytest

from agent.errors import SpecError
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import Plan, resolve

SPEC = """
enum Size: small, large
entity Place
  code: string(800) key
  note: string(900) index
  mail: email(254) unique
entity Visit
  day: date
  title: string(700)
  text: string(2000)
  size: Size
  unique(title, text, size)
  index(text, day)
  index(title, day)
  place -> Place as visits
"""
STAY = """
entity Stay
  room: string(300)
  place -> Place as stays
  unique(place, room)
"""


def planned(text: str, database: str = "mysql") -> Plan:
    return resolve(parse(f"project x\ndatabase {database}\n{text}"))


def lengths(plan: Plan) -> dict[str, int | None]:
    return {a.name: a.length for e in plan.spec.entities for a in e.attributes if a.length}


def test_unique_texts_share_what_a_key_holds() -> None:
    assert lengths(planned(SPEC)) == {
        "code": 768, "note": 900, "mail": 254, "title": 381, "text": 382, "place_code": 768,
    }  # fmt: skip


def test_foreign_keys_keep_what_they_refer_to() -> None:
    text = SPEC.replace("string(800)", "string(600)") + STAY
    assert lengths(planned(text)) | {"room": 168, "place_code": 600} == lengths(planned(text))


def test_an_index_that_is_too_long_is_left_out_and_told() -> None:
    plan = planned(SPEC.replace("  unique(title, text, size)\n", ""))
    place, visit = plan.spec.entities
    assert [index.attributes for index in visit.indexes] == [("title", "day")]
    assert not next(a for a in place.attributes if a.name == "note").index
    told = [q.text for q in plan.assumptions if "MySQL" in q.text]
    assert told == [
        "Place.code is limited to 768 characters: a key of MySQL holds 3072 bytes.",
        "Place has no index of note: one of MySQL holds 3072 bytes.",
        "Visit has no index of text, day: one of MySQL holds 3072 bytes.",
    ]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_other_databases_hold_what_is_asked_for(database: str) -> None:
    plan = planned(SPEC, database)
    assert lengths(plan)["code"] == 800
    assert len(plan.spec.entities[1].indexes) == 2


def test_links_between_long_keys_are_refused() -> None:
    text = "entity A\n  a: string(400) key\nentity B\n  b: string(400) key\n  many <-> A as bs"
    with pytest.raises(SpecError) as refused:
        planned(text)
    (fault,) = refused.value.faults
    assert fault.pointer == "/entities/1/relations/0"
    assert fault.message.startswith("The key of the links of B and A is too long")
    assert planned(text.replace("400", "380")).spec.entities[1].relations[0].through


def test_a_key_without_room_is_refused() -> None:
    with pytest.raises(SpecError) as refused:
        planned(SPEC + STAY)
    (fault,) = refused.value.faults
    assert fault.pointer == "/entities/2/uniques/0"
    assert fault.message.startswith("The key of Stay(place_code, room) is too long")


def test_planning_again_changes_nothing() -> None:
    spec = planned(SPEC).spec
    again = resolve(spec)
    assert again.spec == spec
    assert again.assumptions == ()
