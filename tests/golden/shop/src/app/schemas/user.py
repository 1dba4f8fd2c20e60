"""User schemas."""

import datetime as dt
from typing import Literal
from uuid import UUID

from pydantic import Field

from app.schemas.base import Input, Output, Page, PageQuery
from app.schemas.types import Email, EmailParam, Flag, FlagParam, Instant, Password, Text, omitted


class UserResponse(Output):
    """What a client sees of a user."""

    id: UUID
    email: str
    full_name: str
    is_active: bool
    roles: list[Literal["user", "admin"]]
    created_at: dt.datetime
    updated_at: dt.datetime


class UserCreate(Input):
    """What a client sends for a user."""

    email: Email = Field(max_length=255)
    full_name: Text = Field(min_length=2, max_length=100)
    password: Password


class UserReplace(Input):
    """What a client sends for a user."""

    email: Email = Field(max_length=255)
    full_name: Text = Field(min_length=2, max_length=100)


class UserUpdate(Input):
    """What a client may change of a user; what is absent stays."""

    email: Email = Field(default_factory=omitted, max_length=255)
    full_name: Text = Field(default_factory=omitted, min_length=2, max_length=100)
    password: Password = Field(default_factory=omitted)
    current_password: Text | None = Field(default=None, max_length=128)


class UserRoles(Input):
    """What a client may change of a user; what is absent stays."""

    roles: list[Literal["user", "admin"]]


class UserActive(Input):
    """What a client may change of a user; what is absent stays."""

    is_active: Flag


class ListUsersQuery(PageQuery):
    """What a client may ask of 'list_users'."""

    id: UUID | None = None
    email: EmailParam | None = Field(default=None, max_length=500)
    full_name: Text | None = Field(default=None, max_length=500)
    is_active: FlagParam | None = None
    created_at_min: Instant | None = None
    created_at_max: Instant | None = None
    updated_at_min: Instant | None = None
    updated_at_max: Instant | None = None
    q: Text | None = Field(default=None, max_length=200)
    sort_by: Literal[
        "id",
        "email",
        "full_name",
        "is_active",
        "created_at",
        "updated_at",
    ] = "created_at"
    sort_order: Literal["asc", "desc"] = "desc"


class UserListResponse(Page[UserResponse]):
    """Many rows, each as UserResponse."""
