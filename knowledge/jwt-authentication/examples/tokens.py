"""What makes a token trustworthy? One algorithm, a use, a lifetime, and required claims."""

import datetime as dt
from typing import Any, Literal

import jwt
import pytest

KEY = "a-key-of-at-least-32-characters-in-an-example"
ALGORITHM = "HS256"
Use = Literal["access", "refresh"]
MINUTES: dict[Use, int] = {"access": 15, "refresh": 7 * 24 * 60}


class InvalidTokenError(Exception):
    """The token is not valid; the message says why in words for the client."""


def issue(subject: str, use: Use, *, now: dt.datetime | None = None) -> str:
    """Return a signed token."""
    issued = now or dt.datetime.now(dt.UTC)
    claims = {
        "sub": subject,
        "use": use,
        "iat": issued,
        "exp": issued + dt.timedelta(minutes=MINUTES[use]),
    }
    return jwt.encode(claims, KEY, algorithm=ALGORITHM)


def read(token: str, use: Use) -> str:
    """Return whose token it is, or refuse it."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token, KEY, algorithms=[ALGORITHM], options={"require": ["sub", "use", "exp"]}
        )
    # The more special error first: it is a kind of the other.
    except jwt.ExpiredSignatureError as error:
        message = "The token has expired."
        raise InvalidTokenError(message) from error
    except jwt.InvalidTokenError as error:
        message = "The token is not valid."
        raise InvalidTokenError(message) from error
    if claims["use"] != use:
        message = f"This is no {use} token."
        raise InvalidTokenError(message)
    return str(claims["sub"])


def forged(claims: dict[str, Any], key: str, algorithm: str) -> str:
    """Return a token as somebody else would make it."""
    return jwt.encode(claims, key, algorithm=algorithm)


def test_a_token_says_whose_it_is() -> None:
    assert read(issue("ann", "access"), "access") == "ann"


def test_a_refresh_token_opens_no_door() -> None:
    with pytest.raises(InvalidTokenError, match="no access token"):
        read(issue("ann", "refresh"), "access")


def test_an_old_token_has_expired() -> None:
    yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    with pytest.raises(InvalidTokenError, match="expired"):
        read(issue("ann", "access", now=yesterday), "access")


LATER = 4_102_444_800  # the year 2100
GOOD = {"sub": "ann", "use": "access", "exp": LATER}


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("", id="empty"),
        pytest.param("a.b.c", id="no token at all"),
        pytest.param(forged(GOOD, "", "none"), id="unsigned"),
        pytest.param(forged(GOOD, "another-key-of-at-least-32-characters", "HS256"), id="key"),
        pytest.param(
            forged(GOOD, KEY + "-longer-because-of-the-algorithm", "HS512"), id="algorithm"
        ),
        pytest.param(forged({"sub": "ann", "use": "access"}, KEY, ALGORITHM), id="never ends"),
        pytest.param(forged({"use": "access", "exp": LATER}, KEY, ALGORITHM), id="nobody's"),
    ],
)
def test_what_is_forged_is_refused(token: str) -> None:
    with pytest.raises(InvalidTokenError, match="not valid"):
        read(token, "access")


def test_the_error_that_the_role_document_catches_does_not_exist() -> None:
    # ``except jwt.JWTError`` is python-jose's name: evaluated on the first bad token, it raises
    # AttributeError, and a forged token ends as 500 instead of 401.
    assert not hasattr(jwt, "JWTError")
