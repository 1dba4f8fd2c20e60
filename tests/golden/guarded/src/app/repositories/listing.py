"""What may a client filter, search and sort by? Allow-lists, and how they become SQL."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, UnaryExpression, or_
from sqlalchemy.orm import InstrumentedAttribute

Filter = Callable[[Any], ColumnElement[bool]]
Attribute = InstrumentedAttribute[Any]


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The filters, the search, the sort orders and the key of one list."""

    key: Sequence[Attribute]
    filters: Mapping[str, Filter] = field(default_factory=dict)
    sorts: Mapping[str, Attribute] = field(default_factory=dict)
    search: Filter | None = None

    def where(self, query: Any) -> list[ColumnElement[bool]]:
        """Return the conditions for what a query asks."""
        conditions = [
            make(value)
            for name, make in self.filters.items()
            if (value := getattr(query, name)) is not None
        ]
        if self.search is not None and query.q:
            conditions.append(self.search(query.q))
        return conditions

    def order(self, query: Any) -> list[UnaryExpression[Any]]:
        """Return the order; the key comes last, so that pages never overlap."""
        keys = [column.asc() for column in self.key]
        if not self.sorts:
            return keys
        column = self.sorts[query.sort_by]
        return [column.desc() if query.sort_order == "desc" else column.asc(), *keys]


def equal(column: Attribute, via: Attribute | None = None) -> Filter:
    """Match rows whose value is the given one."""
    return _through(lambda value: column == value, via)


def at_least(column: Attribute, via: Attribute | None = None) -> Filter:
    """Match rows whose value is the given one or more."""
    return _through(lambda value: column >= value, via)


def at_most(column: Attribute, via: Attribute | None = None) -> Filter:
    """Match rows whose value is the given one or less."""
    return _through(lambda value: column <= value, via)


def contains(*columns: Attribute, via: Attribute | None = None) -> Filter:
    """Match rows in which one of the columns contains the text, in any case."""

    def match(value: Any) -> ColumnElement[bool]:
        return or_(*(column.icontains(value, autoescape=True) for column in columns))

    return _through(match, via)


def _through(condition: Filter, via: Attribute | None) -> Filter:
    """Ask the question of the row that a relation leads to."""
    return condition if via is None else lambda value: via.has(condition(value))
