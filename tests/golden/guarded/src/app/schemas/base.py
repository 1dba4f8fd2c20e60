"""Bases of all schemas, list queries and the envelope of lists."""

from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

ItemT = TypeVar("ItemT")

KEYS = ("key",)


class Input(BaseModel):
    """What a client sends: a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid")


class Output(BaseModel):
    """What a client sees: read from a row's attributes."""

    model_config = ConfigDict(from_attributes=True)


class KeyedQuery(Input):
    """What a client asks, without its key: who looks at keys has seen that already."""

    @model_validator(mode="before")
    @classmethod
    def leave_keys(cls, asked: dict[str, object]) -> dict[str, object]:
        """Take keys out, where no parameter has the name."""
        known = {field.alias or name for name, field in cls.model_fields.items()}
        return {name: asked[name] for name in asked if name not in KEYS or name in known}


class ListQuery(KeyedQuery):
    """A list that always comes whole, up to a bound: it is its own first page."""

    @property
    def page(self) -> int:
        """Return the only page."""
        return 1

    @property
    def offset(self) -> int:
        """Return how many rows to skip."""
        return 0

    @property
    def limit(self) -> int:
        """Return how many rows to read."""
        return 1000


class PageQuery(KeyedQuery):
    """Which page of a list; pages beyond the last are empty."""

    page: int = Field(default=1, ge=1, le=1_000_000)
    limit: int = Field(default=20, ge=1, le=100)

    @property
    def offset(self) -> int:
        """Return how many rows to skip."""
        return (self.page - 1) * self.limit


class Page(Output, Generic[ItemT]):
    """One page of rows."""

    items: list[ItemT]
    total: int
    page: int
    limit: int
    pages: int


def page_of(rows: list[Any], total: int, query: ListQuery | PageQuery) -> dict[str, Any]:
    """Return a page's parts, for a ``Page`` to validate."""
    return {
        "items": rows,
        "total": total,
        "page": query.page,
        "limit": query.limit,
        "pages": -(-total // query.limit),
    }
