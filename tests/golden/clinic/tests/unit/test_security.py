"""Tests of tokens."""

import datetime as dt

import jwt
import pytest

from app.core import security
from app.core.config import get_settings
from app.core.exceptions import UnauthorizedError


def test_token_goes_round() -> None:
    token = security.issue_token("42", "hash", "access")
    claims = security.read_token(token, "access")
    assert claims.subject == "42"
    assert claims.mark == security.password_mark("hash")


def test_refresh_token_is_no_access_token() -> None:
    with pytest.raises(UnauthorizedError, match="no access token"):
        security.read_token(security.issue_token("42", "hash", "refresh"), "access")


def forge(key: str, algorithm: str, age: dt.timedelta) -> str:
    claims = {"sub": "42", "use": "access", "mark": "x", "exp": dt.datetime.now(dt.UTC) - age}
    return jwt.encode(claims, key, algorithm=algorithm)


def test_expired_token_is_refused() -> None:
    key = get_settings().jwt_secret_key.get_secret_value()
    with pytest.raises(UnauthorizedError, match="expired"):
        security.read_token(forge(key, "HS256", dt.timedelta(minutes=1)), "access")


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_other_algorithm_is_refused(algorithm: str) -> None:
    key = get_settings().jwt_secret_key.get_secret_value()
    with pytest.raises(UnauthorizedError, match="not valid"):
        security.read_token(forge(key, algorithm, -dt.timedelta(minutes=1)), "access")


def test_other_key_is_refused() -> None:
    with pytest.raises(UnauthorizedError, match="not valid"):
        security.read_token(forge("k" * 64, "HS256", -dt.timedelta(minutes=1)), "access")
