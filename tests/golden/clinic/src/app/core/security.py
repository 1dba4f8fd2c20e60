"""Tokens: JSON Web Tokens, signed with one fixed algorithm.

Each carries a mark of the password that it was issued under: changing the password ends them all.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Literal

import jwt

from app.core.config import get_settings
from app.core.exceptions import UnauthorizedError

ALGORITHM = "HS256"
Use = Literal["access", "refresh"]


@dataclass(frozen=True)
class Claims:
    """What a token says: whose it is, and the mark of the password."""

    subject: str
    mark: str


def password_mark(hashed: str) -> str:
    """Return a short digest of a password's hash."""
    return hashlib.sha256(hashed.encode()).hexdigest()[:16]


def issue_token(subject: str, hashed: str, use: Use) -> str:
    """Return a signed token for a user."""
    settings = get_settings()
    lifetime = (
        dt.timedelta(minutes=settings.access_token_minutes)
        if use == "access"
        else dt.timedelta(days=settings.refresh_token_days)
    )
    now = dt.datetime.now(dt.UTC)
    claims = {
        "sub": subject,
        "use": use,
        "mark": password_mark(hashed),
        "iat": now,
        "exp": now + lifetime,
    }
    return jwt.encode(claims, settings.jwt_secret_key.get_secret_value(), algorithm=ALGORITHM)


def read_token(token: str, use: Use) -> Claims:
    """Return what a token says, or refuse it."""
    key = get_settings().jwt_secret_key.get_secret_value()
    try:
        claims = jwt.decode(
            token, key, algorithms=[ALGORITHM], options={"require": ["sub", "use", "mark", "exp"]}
        )
    except jwt.ExpiredSignatureError as error:
        raise UnauthorizedError("The token has expired.") from error
    except jwt.InvalidTokenError as error:
        raise UnauthorizedError("The token is not valid.") from error
    if claims["use"] != use:
        raise UnauthorizedError(f"This is no {use} token.")
    return Claims(subject=str(claims["sub"]), mark=str(claims["mark"]))
