"""What is a list, and what does one of its pages say?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.checks.inside.fuzz.client import data
from agent.checks.inside.fuzz.resources import flat, words
from agent.checks.inside.fuzz.session import fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.checks.inside.fuzz.client import Response
    from agent.checks.inside.fuzz.contract import Contract, Operation, Schema
    from agent.checks.inside.fuzz.session import Session, User

# Not "count", which may be that of the page.
TOTALS = {"total", "total_count", "total_items", "total_elements", "total_results"}
PAGE_SIZES = {
    "limit",
    "size",
    "page_size",
    "pagesize",
    "per_page",
    "perpage",
    "count",
    "take",
    "top",
}
PAGES = {"page", "p", "page_number", "page_no"}


@dataclass(frozen=True, slots=True)
class Page:
    """What a list answered: its items, how many there are in all, and the statements it took."""

    response: Response
    items: list[dict[str, Any]]
    total: int | None
    statements: int


@dataclass(frozen=True, slots=True)
class List:
    """A list of a resource, and who sees all of it."""

    session: Session
    operation: Operation
    user: User | None
    path: dict[str, Any]

    def page(self, query: dict[str, Any]) -> Page | None:
        """Ask for a page; None: it was refused, or is no list."""
        response = self.session.call(self.operation, self.user, path=self.path, query=query)
        told = data(response)
        items = items_of(told)
        if not fine(response) or items is None:
            return None
        decimals = self._decimals()
        items = [
            {name: _number(value) if name in decimals else value for name, value in each.items()}
            for each in items
        ]
        totals = (value for key, value in flat(told).items() if _last(key) in TOTALS)
        total = next((each for each in totals if isinstance(each, int)), None)
        count = response.headers.get("x-proof-statements", "")
        return Page(response, items, total, int(count) if count.isdecimal() else 0)

    def _decimals(self) -> set[str]:
        """Name the fields of an item that are numbers, though they are written as text."""
        fields = _item_fields(self.session.contract, self.operation)
        return {name for name, schema in fields.items() if schema.get("format") == "decimal"}

    def found(self, message: str, page: Page, kind: str) -> None:
        """Keep a finding."""
        self.session.judge.found(self.operation, message, page.response, kind=kind)


def page_sizes(contract: Contract, operation: Operation) -> Iterator[str]:
    """Name the parameters that say how many items a page has."""
    filters = _item_fields(contract, operation)
    for name, schema in operation.in_query.items():
        # Items that have a field of this name are filtered by it.
        sizes = schema.get("type") == "integer" and name.lower() in PAGE_SIZES
        if sizes and name not in filters and "x-clamped" not in schema:
            yield name


def _item_fields(contract: Contract, operation: Operation) -> dict[str, Schema]:
    """Give the fields of the items that a list answers."""
    values = contract.values
    lists = [operation.success, *values.properties(operation.success).values()]
    return {k: v for each in lists for k, v in values.properties(each.get("items", {})).items()}


def _number(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Read a text as the number that it is; what is none stays."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return value


def items_of(told: Any) -> list[dict[str, Any]] | None:  # noqa: ANN401 - any JSON
    """Give the items of a list, or of the first list in its envelope."""
    if isinstance(told, list):
        return [each for each in told if isinstance(each, dict)]
    if isinstance(told, dict):
        found = (value for value in told.values() if isinstance(value, list))
        return next((items_of(each) for each in found), None)
    return None


def _last(key: str) -> str:
    return words(key.rpartition(".")[2])
