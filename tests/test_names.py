"""Names in any script become safe ones, the same way every time."""

from __future__ import annotations

import keyword

import pytest

from agent.planner import names


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("OrderItem", "order_item"),
        ("HTTPServer", "http_server"),
        ("2nd", "field_2nd"),
        ("class", "class_"),
        ("model_config", "model_config_"),
        ("l", "l_"),
        ("metadata", "metadata_"),
        ("\u00fcbergr\u00f6\u00dfe", "ubergrosse"),
        ("---", "field"),
        ("'; DROP TABLE users; --", "drop_table_users"),
    ],
)
def test_an_attribute_gets_a_safe_name(given: str, safe: str) -> None:
    assert names.attribute_name(given, ()) == safe
    assert names.attribute_name(safe, ()) == safe


def test_names_that_fall_together_are_numbered_before_their_underscore() -> None:
    taken: list[str] = []
    for given in ("class", "Class", "class_"):
        taken.append(names.attribute_name(given, taken))
    assert taken == ["class_", "class2", "class3"]
    assert [names.attribute_name(name, ()) for name in taken] == taken


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("order_item", "OrderItem"),
        ("Request", "RequestRecord"),
        ("init", "InitRecord"),
        ("I", "IRecord"),
        ("TimeoutError", "TimeoutErrorRecord"),
        ("ListOrdersQuery", "ListOrdersQueryRecord"),
    ],
)
def test_an_entity_gets_a_safe_class(given: str, safe: str) -> None:
    assert names.class_name(given, ()) == safe
    assert names.class_name(safe, ()) == safe


def test_two_classes_do_not_share_a_module() -> None:
    assert names.class_name("Ab", ["AB"]) == "Ab2"


def test_a_schema_is_no_entity() -> None:
    assert names.schema_name("Order", ["Order"], []) == "OrderBody"
    assert names.schema_name("View", ["Order"], ["View"]) == "View2"
    assert names.schema_name("ErrorResponse", [], []) == "ErrorResponseBody"


def test_an_operation_is_no_local_variable() -> None:
    assert names.operation_name("Router", ()) == "router_"
    assert names.operation_name("getShops", ()) == "get_shops"
    assert names.operation_name("login", ()) == "login"


@pytest.mark.parametrize("given", ["Type", "Owner", "Client", "Import", "Other", "Property"])
def test_a_row_is_held_by_a_variable_of_its_own(given: str) -> None:
    assert names.variable_name(given) == f"{given.lower()}_row"


@pytest.mark.parametrize(
    ("entity", "given", "plural"),
    [
        ("Order", None, "orders"),
        ("A", None, "a_rows"),
        ("Var", None, "var_rows"),
        ("Thing", "auth", "auth_rows"),
        ("News", None, "news"),
    ],
)
def test_a_plural_can_name_a_module(entity: str, given: str | None, plural: str) -> None:
    assert names.plural_name(entity, given, ()) == plural
    assert names.plural_name(entity, plural, ()) == plural
    assert not keyword.iskeyword(plural)


@pytest.mark.parametrize("name", ["x" * 200, "\u8ba2" * 100, "ab_" * 60])
def test_a_long_name_is_cut_to_bytes_and_told_apart(name: str) -> None:
    short = names.shorten(name, 60)
    assert len(short.encode()) <= 60
    assert short != names.shorten(name + "y", 60)
    assert names.shorten(short, 60) == short


@pytest.mark.parametrize("limit", [50, 60, 100])
def test_long_names_stay_apart_within_their_limit(limit: int) -> None:
    taken: list[str] = []
    for _ in range(3):
        taken.append(names.attribute_name("x" * limit, taken))
    assert len(set(taken)) == 3
    assert max(map(len, taken)) <= 62
    assert [names.attribute_name(name, ()) for name in taken] == taken


@pytest.mark.parametrize(
    ("several", "one"),
    [
        ("caves", "cave"),
        ("sleeves", "sleeve"),
        ("olives", "olive"),
        ("valves", "valve"),
        ("book_shelves", "book_shelf"),
        ("leaves", "leaf"),
        ("knives", "knife"),
        ("lives", "life"),
        ("safes", "safe"),
    ],
)
def test_the_singular_of_what_ends_in_ves(several: str, one: str) -> None:
    assert names.singular(several) == one


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""),
        (" a  b\nc\t", "a b c"),
        ("a\u200bb", "a b"),
        ("a\x00\n\x07b", "a b"),
        ("Gr\u00f6\u00dfe \u2013 5\u00a0m", "Gr\u00f6\u00dfe \u2013 5 m"),
    ],
)
def test_a_text_on_one_line_has_spaces_for_what_nobody_sees(text: str, line: str) -> None:
    assert names.one_line(text) == line
