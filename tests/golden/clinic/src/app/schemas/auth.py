"""What signing in sends and gets."""

from typing import Literal

from pydantic import Field

from app.schemas.base import Input, Output
from app.schemas.types import Text


class LoginRequest(Input):
    """Who signs in, with which password."""

    username: Text = Field(max_length=320)
    password: Text = Field(max_length=128)


class RefreshRequest(Input):
    """A refresh token, for a new pair."""

    refresh_token: Text = Field(max_length=2000)


class TokenPair(Output):
    """A short-lived token for requests, and a long-lived one for the next pair."""

    access_token: str
    refresh_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - no password
