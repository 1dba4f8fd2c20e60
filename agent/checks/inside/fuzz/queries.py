"""Do filters filter, and does the order order? Asks a list for what its own items say."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from agent.checks.inside.fuzz.listing import PAGE_SIZES, PAGES
from agent.checks.inside.fuzz.resources import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.checks.inside.fuzz.contract import Schema
    from agent.checks.inside.fuzz.listing import List

PLAIN = {None, "uuid", "email"}
LEAST, MOST = ("_min", "_gte", "_from"), ("_max", "_lte", "_to")
MOST_FILTERS = 12
ENOUGH = 2

Item = dict[str, Any]


def queries(listed: List, items: list[Item]) -> None:
    """Use every filter that is named as a field is, and every order."""
    fields = {words(name): name for name in items[0]}
    filters = list(_filters(listed, items, fields))
    for name, field, value in filters[:MOST_FILTERS]:
        page = listed.page({name: value})
        if page is None:
            continue
        wrong = [each for each in page.items if not _fits(name, field, each, value)]
        if wrong:
            message = f"{name}={value}, and an item with {field}={wrong[0].get(field)!r} is shown"
            listed.found(message, page, "a filter that does not filter")
        elif not page.items and any(each.get(field) == value for each in items):
            message = f"{name}={value} finds nothing, though there is such an item"
            listed.found(message, page, "a filter that finds nothing")
    _order(listed, fields)


def _filters(
    listed: List, items: list[Item], fields: dict[str, str]
) -> Iterator[tuple[str, str, Any]]:
    """Give parameter, field, and a value that not every item has."""
    for name, schema in listed.operation.in_query.items():
        asked = words(name)
        stem = asked.rpartition("_")[0] if asked.endswith((*LEAST, *MOST)) else ""
        field = fields.get(asked) or fields.get(stem)
        paging = asked in {*PAGES, *PAGE_SIZES}
        if field is None or paging or schema.get("format") not in PLAIN:
            continue
        value = _telling(listed, schema, items, field, bound=asked not in fields)
        if value is not None:
            yield name, field, value


def _telling(listed: List, schema: Schema, items: list[Item], field: str, *, bound: bool) -> Any:  # noqa: ANN401 - any plain JSON
    """Choose a value that some item does not have, so that the filter has something to do."""
    held: list[Any] = [each.get(field) for each in items]
    if bound:
        numbers = sorted({each for each in held if _is_number(each)})
        return numbers[len(numbers) // 2] if len(numbers) > ENOUGH else None
    if schema.get("type") == "boolean":
        return next((str(each).lower() for each in (True, False) if each not in held), None)
    if isinstance(choices := schema.get("enum"), list):
        known = any(each in choices for each in held)
        return next((each for each in choices if known and each not in held), None)
    if schema.get("type") not in {"string", "integer", "number"}:
        return None
    plain = [each for each in held if _is_number(each) or (isinstance(each, str) and each)]
    if len(set(plain)) >= ENOUGH:
        return plain[-1]
    return listed.session.contract.values.of(schema, listed.session.next()) if plain else None


def _fits(name: str, field: str, item: Item, value: Any) -> bool:  # noqa: ANN401 - any plain JSON
    """Tell whether an item may be there; what only contains a text may be meant, too."""
    held, asked = item.get(field), words(name)
    if asked != words(field) and _is_number(held):
        return bool(held >= value if asked.endswith(LEAST) else held <= value)
    if _is_number(held) and _is_number(value):
        return bool(held == value)
    return str(value).casefold() in str(held).casefold()


def _order(listed: List, fields: dict[str, str]) -> None:
    """Sort by what has an order that everybody agrees on: numbers and moments."""
    choices = {name: _choices(schema) for name, schema in listed.operation.in_query.items()}
    ways = {name: set(map(str.lower, each)) for name, each in choices.items()}
    way = next((name for name, each in ways.items() if each == {"asc", "desc"}), None)
    by = next((name for name, each in choices.items() if each and _all(each, fields)), None)
    if way is None or by is None or way == by:
        return
    descending = next(each for each in choices[way] if each.lower() == "desc")
    for choice in choices[by]:
        field = fields[words(choice)]
        page = listed.page({by: choice, way: descending})
        ranks = [_rank(each.get(field)) for each in page.items] if page else []
        if page is None or None in ranks or len(set(ranks)) < ENOUGH:
            continue
        if any(one < two for one, two in pairwise(ranks)):  # type: ignore[operator]
            message = f"{by}={choice}, {way}={descending}: a smaller {field} comes first"
            listed.found(message, page, "the wrong order")
        return


def _all(choices: list[str], fields: dict[str, str]) -> bool:
    return all(words(each) in fields for each in choices)


def _choices(schema: Schema) -> list[str]:
    choices = schema.get("enum")
    return [str(each) for each in choices] if isinstance(choices, list) else []


def _rank(value: Any) -> float | None:  # noqa: ANN401 - any JSON
    if _is_number(value):
        return float(value)
    try:
        return dt.datetime.fromisoformat(value).timestamp()
    except (TypeError, ValueError):
        return None


def _is_number(value: Any) -> bool:  # noqa: ANN401 - any JSON
    return isinstance(value, int | float) and not isinstance(value, bool)
