"""Account schemas."""

import datetime as dt
from typing import Literal
from uuid import UUID

from pydantic import Field

from app.schemas.base import Input, Output, Page, PageQuery
from app.schemas.types import Flag, FlagParam, Instant, Password, Text, omitted


class AccountResponse(Output):
    """What a client sees of an account."""

    id: UUID
    username: str
    nickname: str | None
    is_active: bool
    roles: list[Literal["member", "vet", "admin"]]
    created_at: dt.datetime
    updated_at: dt.datetime


class AccountCreate(Input):
    """What a client sends for an account."""

    username: Text = Field(min_length=3, max_length=40)
    secret: Password
    nickname: Text | None = Field(default=None, max_length=40)


class AccountReplace(Input):
    """What a client sends for an account."""

    username: Text = Field(min_length=3, max_length=40)
    nickname: Text | None = Field(default=None, max_length=40)


class AccountUpdate(Input):
    """What a client may change of an account; what is absent stays."""

    username: Text = Field(default_factory=omitted, min_length=3, max_length=40)
    secret: Password = Field(default_factory=omitted)
    nickname: Text | None = Field(default=None, max_length=40)
    current_password: Text | None = Field(default=None, max_length=128)


class AccountRoles(Input):
    """What a client may change of an account; what is absent stays."""

    roles: list[Literal["member", "vet", "admin"]]


class AccountActive(Input):
    """What a client may change of an account; what is absent stays."""

    is_active: Flag


class ListAccountsQuery(PageQuery):
    """What a client may ask of 'list_accounts'."""

    id: UUID | None = None
    username: Text | None = Field(default=None, max_length=500)
    nickname: Text | None = Field(default=None, max_length=500)
    is_active: FlagParam | None = None
    created_at_min: Instant | None = None
    created_at_max: Instant | None = None
    updated_at_min: Instant | None = None
    updated_at_max: Instant | None = None
    q: Text | None = Field(default=None, max_length=200)
    sort_by: Literal[
        "id",
        "username",
        "nickname",
        "is_active",
        "created_at",
        "updated_at",
    ] = "created_at"
    sort_order: Literal["asc", "desc"] = "desc"


class AccountListResponse(Page[AccountResponse]):
    """Many rows, each as AccountResponse."""
