"""Which rows of a contract are found by several values?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agent.types import OperationKind
from tests.test_openapi_resources import NUMBER, TEXT, call, kinds, many, reading, ref, thing

if TYPE_CHECKING:
    from agent.planner.reading import Reading

Json = Any  # the tests reach into it
K = OperationKind
ROOM = thing("building", "number", "size", building=TEXT, number=NUMBER, size=NUMBER)
SIZE = thing("size", size=NUMBER)
ALL = [K.LIST, K.CREATE, K.READ, K.REPLACE, K.DELETE]


def rooms(item: str, room: Json = ROOM, new: Json = ROOM, **more: Json) -> Reading:
    """Return how rooms are read that stand at a path, and what more there is."""
    usual: Json = {
        "/rooms": {"get": call(many(ref("Room"))), "post": call(ref("Room"), ref("NewRoom"))},
        item: {
            "get": call(ref("Room")),
            "put": call(ref("Room"), SIZE),
            "delete": call(code="204"),
        },
    }
    return reading(usual | more.pop("paths", {}), Room=room, NewRoom=new, **more)


def bound(found: Reading, index: int) -> dict[str, str | None]:
    return {p.name: p.binds for p in found.spec.operations[index].parameters}


@pytest.mark.parametrize(
    "item",
    [
        "/rooms/{building}/{number}",
        "/rooms/{room_building}/{room_number}",
        "/rooms/{roomBuilding}/{roomNumber}",
        "/rooms/{Building}/{number}",
    ],
)
def test_parameters_in_a_row_that_rows_show_are_their_key(item: str) -> None:
    found = rooms(item)
    assert kinds(found) == ALL
    (room,) = found.spec.entities
    assert room.primary_key == ("building", "number")
    assert not any(attribute.unique or attribute.generated for attribute in room.attributes)
    assert sorted(filter(None, bound(found, 2).values())) == ["building", "number"]
    assert not found.questions


def test_the_order_of_the_path_is_that_of_the_key() -> None:
    (room,) = rooms("/rooms/{number}/{building}").spec.entities
    assert room.primary_key == ("number", "building")


@pytest.mark.parametrize(
    ("item", "new"),
    [
        ("/rooms/{building}/{door}", ROOM),  # no room shows a door
        ("/rooms/{building}/{number}", SIZE),  # who would say them of a new one?
        ("/rooms/{building}/{roomBuilding}", ROOM),  # the same twice
    ],
)
def test_other_parameters_in_a_row_stay_a_question(item: str, new: Json) -> None:
    found = rooms(item, new=new)
    assert kinds(found)[2:] == [K.CUSTOM] * 3
    assert "its path is not made of names and rows in turn" in found.questions[-1].text


def test_rows_stand_below_rows_that_are_found_by_several_values() -> None:
    bed = thing("id", "width", id=NUMBER, width=NUMBER)
    below = "/rooms/{building}/{number}/beds"
    paths = {
        below: {"get": call(many(ref("Bed"))), "post": call(ref("Bed"), thing(width=NUMBER))},
        f"{below}/{{bedId}}": {"get": call(ref("Bed"))},
    }
    found = rooms("/rooms/{building}/{number}", paths=paths, Bed=bed)
    assert kinds(found) == [*ALL, K.LIST, K.CREATE, K.READ]
    assert bound(found, 7) == {
        "building": "room.building",
        "number": "room.number",
        "bedId": "id",
    }


def test_the_parts_of_a_key_may_be_keys_of_others() -> None:
    seat = thing("roomId", "guestId", roomId=NUMBER, guestId=NUMBER, since=TEXT)
    other = thing("id", id=NUMBER, name=TEXT)
    paths: Json = {
        "/rooms": {"get": call(many(ref("Room")))},
        "/rooms/{id}": {"get": call(ref("Room"))},
        "/guests": {"get": call(many(ref("Guest")))},
        "/guests/{id}": {"get": call(ref("Guest"))},
        "/seats": {"get": call(many(ref("Seat"))), "post": call(ref("Seat"), ref("Seat"))},
        "/seats/{roomId}/{guestId}": {"get": call(ref("Seat"))},
    }
    found = reading(paths, Room=other, Guest=other, Seat=seat)
    kept = next(entity for entity in found.spec.entities if entity.name == "Seat")
    assert kept.primary_key == ("room_id", "guest_id")
    assert {(r.name, r.nullable) for r in kept.relations} == {("room", False), ("guest", False)}
    assert kinds(found)[-1] is K.READ


def test_rows_with_several_keys_have_no_single_id() -> None:
    bed = thing("id", id=NUMBER, roomId=NUMBER)
    paths: Json = {
        "/beds": {"get": call(many(ref("Bed")))},
        "/beds/{id}": {"get": call(ref("Bed"))},
    }
    found = rooms("/rooms/{building}/{number}", paths=paths, Bed=bed)
    kept = next(entity for entity in found.spec.entities if entity.name == "Bed")
    assert kept.relations == ()


LOG = thing("seq", vin=TEXT | {"readOnly": True}, seq=NUMBER, litres=NUMBER)


def logs(log: Json = LOG, **more: Json) -> Reading:
    """Return how logs are read that stand below vehicles, and what more there is."""
    below = "/vehicles/{vin}/logs"
    paths: Json = {
        "/vehicles": {"post": call(ref("Vehicle"), ref("Vehicle"))},
        "/vehicles/{vin}": {"get": call(ref("Vehicle"))},
        below: {"get": call(many(ref("Log"))), "post": call(ref("Log"), ref("Log"))},
        f"{below}/{{seq}}": {"get": call(ref("Log"))},
    }
    vehicle = thing("vin", vin=TEXT, make=TEXT)
    return reading(paths | more, Vehicle=vehicle, Log=log)


def test_rows_have_numbers_of_their_own_below_each_row_whose_key_they_show() -> None:
    found = logs()
    log = next(entity for entity in found.spec.entities if entity.name == "Log")
    assert log.primary_key == ("vin", "seq")
    (relation,) = log.relations
    assert (relation.name, relation.attributes, relation.nullable) == ("vehicle", ("vin",), False)
    assert [a.name for a in log.attributes if "vin" in a.name] == ["vin"]
    assert kinds(found)[2:] == [K.LIST, K.CREATE, K.READ]
    assert bound(found, 4) == {"vin": "vehicle.vin", "seq": "seq"}
    texts = [note.text for note in found.assumptions]
    assert "Log.seq is unique below each Vehicle: a row is found by vin and seq." in texts


@pytest.mark.parametrize(
    "log", [thing("seq", seq=NUMBER), thing("seq", seq=NUMBER, vin=TEXT)], ids=["none", "sent"]
)
def test_rows_that_do_not_show_whose_they_are_have_numbers_over_all(log: Json) -> None:
    found = logs(log)
    kept = next(entity for entity in found.spec.entities if entity.name == "Log")
    assert kept.primary_key == ("seq",)
    assert any("unique over all rows of Log" in note.text for note in found.assumptions)


def test_rows_that_are_found_elsewhere_too_have_numbers_over_all() -> None:
    found = logs(**{"/logs/{seq}": {"get": call(ref("Log"))}})
    kept = next(entity for entity in found.spec.entities if entity.name == "Log")
    assert kept.primary_key == ("seq",)
    assert not any("unique" in note.text for note in found.assumptions)


def test_the_key_of_the_row_above_is_one_value_of_rows_with_an_id() -> None:
    log = thing("id", id=NUMBER, vin=TEXT | {"readOnly": True}, litres=NUMBER)
    found = logs(log, **{"/vehicles/{vin}/logs/{seq}": {}, "/vehicles/{vin}/logs/{id}": {
        "get": call(ref("Log"))
    }})  # fmt: skip
    kept = next(entity for entity in found.spec.entities if entity.name == "Log")
    assert kept.primary_key == ("id",)
    assert [(r.name, r.attributes, r.nullable) for r in kept.relations] == [
        ("vehicle", ("vin",), False)
    ]


def test_whose_a_new_row_is_stands_in_its_path_and_not_in_its_body() -> None:
    log = thing("vehicleId", "seq", vehicleId=TEXT, seq=NUMBER)
    found = logs(log)
    kept = next(entity for entity in found.spec.entities if entity.name == "Log")
    assert kept.primary_key == ("vehicle_id", "seq")
    body = found.spec.operations[3].input
    assert body is not None
    (sent,) = [schema for schema in found.spec.schemas if schema.name == body.schema_name]
    assert {field.name: field.attribute for field in sent.fields} == {
        "vehicleId": None,
        "seq": "seq",
    }
    assert any("is what its path says" in note.text for note in found.assumptions)


def test_there_is_one_vote_of_each_user_below_each_listing() -> None:
    vote = thing("listingId", "userId", listingId=NUMBER, userId=TEXT, stars=NUMBER)
    paths: Json = {
        "/listings": {"get": call(many(ref("Listing")))},
        "/listings/{id}": {"get": call(ref("Listing"))},
        "/listings/{id}/votes": {"get": call(many(ref("Vote")))},
        "/listings/{listingId}/votes/{userId}": {
            "put": call(ref("Vote"), thing("stars", stars=NUMBER)),
            "delete": call(),
        },
    }
    found = reading(paths, Listing=thing("id", id=NUMBER), Vote=vote)
    kept = next(entity for entity in found.spec.entities if entity.name == "Vote")
    assert kept.primary_key == ("listing_id", "user_id")
    assert not any(attribute.generated for attribute in kept.attributes)
