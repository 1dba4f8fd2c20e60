"""What do all lists and all errors look like? One page, one envelope, sort keys from a list."""

from typing import Generic, Literal, TypeVar

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

ItemT = TypeVar("ItemT")


class PaginationParams(BaseModel):
    """Which page of a list.

    The upper bound of ``page`` keeps the offset inside 64 bits: without it a page number of
    thirty digits is the database's error, and the client's 500.
    """

    model_config = ConfigDict(extra="forbid")

    page: int = Field(default=1, ge=1, le=1_000_000)
    limit: int = Field(default=20, ge=1, le=100)

    @property
    def offset(self) -> int:
        """Return how many rows to skip."""
        return (self.page - 1) * self.limit


class ListUsersQuery(PaginationParams):
    """A literal of sortable fields: what is not in it never reaches a ``getattr``."""

    sort_by: Literal["email", "full_name", "created_at"] = "created_at"
    sort_order: Literal["asc", "desc"] = "desc"


class Page(BaseModel, Generic[ItemT]):
    """One page of anything; in OpenAPI each kind of page is a schema of its own."""

    items: list[ItemT]
    total: int
    page: int
    limit: int
    pages: int

    @classmethod
    def of(cls, items: list[ItemT], total: int, query: PaginationParams) -> "Page[ItemT]":
        """Make the page that a query asked for; pages are counted by rounding up."""
        pages = -(-total // query.limit)
        return cls(items=items, total=total, page=query.page, limit=query.limit, pages=pages)


class FieldError(BaseModel):
    """One field of a request that was refused."""

    field: str
    message: str


class ErrorResponse(BaseModel):
    """What every error looks like: a text, and the refused fields."""

    success: Literal[False] = False
    error: str
    detail: str
    fields: list[FieldError] = []


@pytest.mark.parametrize(("total", "pages"), [(0, 0), (1, 1), (20, 1), (21, 2)])
def test_pages_are_rounded_up(total: int, pages: int) -> None:
    assert Page[int].of([], total, PaginationParams()).pages == pages


@pytest.mark.parametrize(
    "query",
    [
        {"page": 0},
        {"limit": 101},
        {"page": 10**30},
        {"sort_by": "hashed_password"},
        {"sort_by": "metadata"},
        {"sort_order": "random()"},
        {"order": "asc"},
    ],
)
def test_a_query_outside_the_rules_is_refused(query: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ListUsersQuery.model_validate(query)


def test_the_largest_offset_fits_every_database() -> None:
    assert ListUsersQuery(page=1_000_000, limit=100).offset < 2**31


def test_the_rules_stand_in_the_schema_where_a_client_can_read_them() -> None:
    schema = TypeAdapter(ListUsersQuery).json_schema()["properties"]
    assert schema["sort_by"]["enum"] == ["email", "full_name", "created_at"]
    assert schema["limit"]["maximum"] == 100


def test_an_error_names_its_fields() -> None:
    error = ErrorResponse(
        error="validation_error",
        detail="email: expected an address",
        fields=[FieldError(field="email", message="expected an address")],
    )
    assert error.model_dump() == {
        "success": False,
        "error": "validation_error",
        "detail": "email: expected an address",
        "fields": [{"field": "email", "message": "expected an address"}],
    }
