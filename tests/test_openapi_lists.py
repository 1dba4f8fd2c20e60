"""By what do the query parameters of a contract narrow and sort its lists?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from agent.documents import Source, SourceFormat
from agent.planner.readers.openapi import read
from agent.planner.resolve import resolve

if TYPE_CHECKING:
    from agent.planner.reading import Reading
    from agent.types import Operation

Json = Any  # the tests reach into it
TEXT, NUMBER, WHOLE = {"type": "string"}, {"type": "number"}, {"type": "integer"}
DAY, MOMENT = {"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}
ITEM: Json = {
    "type": "object",
    "required": ["id", "name", "price", "stock", "createdAt", "born"],
    "properties": {
        "id": WHOLE,
        "name": TEXT,
        "price": NUMBER,
        "unitWeight": NUMBER,
        "stock": WHOLE,
        "createdAt": MOMENT,
        "born": DAY,
        "assignedAt": MOMENT,
        "tags": {"type": "array", "items": TEXT},
    },
}


def one_of(*values: str, default: str | None = None) -> Json:
    found: Json = {"type": "string", "enum": list(values)}
    return found if default is None else found | {"default": default}


def reading(**parameters: Json) -> Reading:
    """Return what a list of items with query parameters is read as."""
    given = [{"name": name, "in": "query", "schema": kind} for name, kind in parameters.items()]
    rows: Json = {"type": "array", "items": {"$ref": "#/components/schemas/Item"}}
    answer = {"200": {"content": {"application/json": {"schema": rows}}}}
    item = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Item"}}}}
    made = {"requestBody": item, "responses": {"201": item}}
    data = {
        "openapi": "3.0.0",
        "paths": {"/items": {"get": {"parameters": given, "responses": answer}, "post": made}},
        "components": {"schemas": {"Item": ITEM}},
    }
    found = read(Source(format=SourceFormat.OPENAPI, content=json.dumps(data)))
    resolve(found.spec)
    return found


def test_a_list_may_tell_from_where_and_how_many_it_has() -> None:
    data: Json = {
        "openapi": "3.0.0",
        "paths": {
            "/items": {
                "get": {
                    "parameters": [
                        {"name": "skip", "in": "query", "schema": WHOLE},
                        {"name": "take", "in": "query", "schema": WHOLE},
                    ],
                    "responses": {"200": {"$ref": "#/components/responses/Items"}},
                }
            }
        },
        "components": {
            "schemas": {
                "Item": ITEM,
                "Meta": {
                    "type": "object",
                    "required": ["total", "take", "skip"],
                    "properties": {"total": NUMBER, "take": NUMBER, "skip": NUMBER},
                },
            },
            "responses": {"Items": {"content": {"application/json": {"schema": {}}}}},
        },
    }
    rows = {"type": "array", "items": {"$ref": "#/components/schemas/Item"}}
    schema = {"allOf": [{"$ref": "#/components/schemas/Meta"}, {"properties": {"data": rows}}]}
    data["components"]["responses"]["Items"]["content"]["application/json"]["schema"] = schema
    found = read(Source(format=SourceFormat.OPENAPI, content=json.dumps(data)))
    resolve(found.spec)
    assert [o.kind.value for o in found.spec.operations] == ["list"]
    around = found.spec.api.list_envelope
    assert (around.items, around.total) == ("data", "total")
    assert (around.limit, around.offset, around.page) == ("take", "skip", None)


@pytest.mark.parametrize(("name", "is_sorted"), [("ordering", True), ("sort", False)])
def test_django_takes_any_field_to_sort_by(name: str, is_sorted: bool) -> None:  # noqa: FBT001 - a case
    found = reading(**{name: TEXT})
    paging = found.spec.api.paging
    assert bool(listed(found).sort) == is_sorted
    assert (paging.sort_parameter == name and paging.order_parameter is None) == is_sorted


def listed(found: Reading) -> Operation:
    return found.spec.operations[0]


@pytest.mark.parametrize(
    ("name", "kind", "binds", "match"),
    [
        ("price_min", NUMBER, "price", "at-least"),
        ("maxPrice", NUMBER, "price", "at-most"),
        ("min_price", WHOLE, "price", "at-least"),
        ("priceTo", NUMBER, "price", "at-most"),
        ("price_gte", NUMBER, "price", "at-least"),
        ("price[lte]", NUMBER, "price", "at-most"),
        ("price__gte", NUMBER, "price", "at-least"),
        ("stockMax", WHOLE, "stock", "at-most"),
        ("maxWeight", NUMBER, "unit_weight", "at-most"),
        ("created_after", MOMENT, "created_at", "at-least"),
        ("createdBefore", TEXT, "created_at", "at-most"),
        ("created_at_min", MOMENT, "created_at", "at-least"),
        ("born_from", DAY, "born", "at-least"),
        ("bornUntil", DAY, "born", "at-most"),
        ("name__icontains", TEXT, "name", "contains"),
        ("name_is", TEXT, "name", "equal"),
    ],
)
def test_a_bound_of_a_field_narrows_a_list(name: str, kind: Json, binds: str, match: str) -> None:
    found = reading(**{name: kind})
    (parameter,) = listed(found).parameters
    assert (parameter.name, parameter.binds, parameter.match.value) == (name, binds, match)
    assert not found.questions


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("min", NUMBER),  # of what?
        ("price_gt", NUMBER),  # without the price itself
        ("min_name", TEXT),
        ("stock_max", NUMBER),  # half a piece
        ("created_after", DAY),  # from midnight on, or after the day?
        ("assigned_to", TEXT),  # to whom
        ("since_id", WHOLE),  # where a page ended
        ("min_tags", WHOLE),
        ("price_before", NUMBER),
    ],
)
def test_what_might_be_meant_otherwise_stays_a_question(name: str, kind: Json) -> None:
    found = reading(**{name: kind})
    assert listed(found).parameters[0].binds is None
    assert f"'{name}' is read and changes nothing" in found.questions[0].text


def test_a_longer_name_that_is_meant_is_an_assumption() -> None:
    texts = [note.text for note in reading(maxWeight=NUMBER).assumptions]
    assert any("'maxWeight' asks for rows whose unit_weight is at most" in text for text in texts)


@pytest.mark.parametrize(
    ("parameters", "paging", "allowed"),
    [
        (
            {"sort_by": one_of("name", "price"), "sort_order": one_of("asc", "desc")},
            ("sort_by", "sort_order"),
            ("name", "price"),
        ),
        (
            {"orderBy": one_of("name", "createdAt"), "direction": TEXT},
            ("orderBy", "direction"),
            ("name", "created_at"),
        ),
        (
            {"sort": one_of("name", "price", default="price"), "order": one_of("desc", "asc")},
            ("sort", "order"),
            ("price", "name"),
        ),
        ({"sort": one_of("name", "-name", "-price")}, ("sort", None), ("name", "price")),
        ({"ordering": one_of("stock")}, ("ordering", None), ("stock",)),
        (
            {"sortBy": TEXT, "sortDir": TEXT},
            ("sortBy", "sortDir"),
            ("id", "name", "price", "unit_weight", "stock", "created_at", "born", "assigned_at"),
        ),
    ],
)
def test_lists_are_sorted_as_the_contract_says(
    parameters: Json, paging: tuple[str, str | None], allowed: tuple[str, ...]
) -> None:
    found = reading(**parameters)
    assert listed(found).sort == allowed
    assert listed(found).parameters == ()
    said = found.spec.api.paging
    assert (said.sort_parameter, said.order_parameter) == paging
    assert not found.questions


@pytest.mark.parametrize(
    "parameters",
    [
        {"sort": TEXT},  # -price, price:desc or price,desc
        {"sort": one_of("name", "colour")},  # no row has a colour
        {"sort": one_of("created_at")},  # the rows say createdAt
        {"sort": one_of("name"), "order": one_of("ASC", "DESC")},
        {"sort": one_of("name"), "direction": WHOLE},
        {"order": one_of("asc", "desc")},
        {"sort": {"type": "array", "items": one_of("name")}},
    ],
)
def test_an_order_that_is_not_clear_stays_a_question(parameters: Json) -> None:
    found = reading(**parameters)
    assert listed(found).sort == ()
    assert len(found.questions) == len(parameters)


def test_another_order_than_the_one_of_the_contract_is_told() -> None:
    found = reading(sort=one_of("name", "price", default="-price"))
    told = "GET /items is sorted by price (asc) where nothing is asked, and not by price (desc)."
    assert told in {note.text for note in found.assumptions}


def test_a_filter_may_be_called_like_what_says_the_way() -> None:
    found = reading(sort=one_of("name"), direction=one_of("north", "south"))
    assert listed(found).sort == ("name",)
    assert found.spec.api.paging.order_parameter is None


def test_parameters_of_nearly_one_name_are_told_apart_by_leaving_one_out() -> None:
    found = reading(
        price_gte=NUMBER, **{"price[gte]": NUMBER}, search=TEXT, q=TEXT, sort=one_of("id"),
        sort_by=TEXT,
    )  # fmt: skip
    assert [p.name for p in listed(found).parameters] == ["price_gte", "q", "sort_by"]
    asked = [each.text for each in found.questions if "changes nothing" in each.text]
    assert ["'q'" in asked[0], "'sort_by'" in asked[1], len(asked)] == [True, True, 2]
    texts = [note.message for note in found.warnings if note.code == "parameter-left-out"]
    assert len(texts) == 1
    assert "'price[gte]' has nearly the name of another parameter" in texts[0]


def test_names_that_no_plan_has_sort_and_walk_through_nothing() -> None:
    found = reading(**{"sort`by": one_of("name"), "sort`order": TEXT, "pa`ge": WHOLE, "q`": TEXT})
    assert listed(found).parameters == ()
    assert found.spec.api.paging.sort_parameter == "sort_by"
