"""Which tokens, passwords and origins have to be refused? Those that only look like good ones."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

from agent.checks.inside.fuzz.session import fine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.checks.inside.fuzz.contract import Operation
    from agent.checks.inside.fuzz.session import Session

UNSIGNED = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"
NOBODY = "eyJzdWIiOiIxIiwicm9sZXMiOlsiYWRtaW4iXX0"
"""Claims to be an administrator."""
HOURS = 3600
ELSEWHERE = "https://elsewhere.example"


def unsigned(token: str | None) -> str:
    """Give a token without a signature, with the claims of a good one if that is to be had."""
    parts = (token or "").split(".")
    return f"{UNSIGNED}.{parts[1] if len(parts) == 3 else NOBODY}."  # noqa: PLR2004 - of a JSON Web Token


def refused(session: Session) -> None:
    """Try what is no access token, or not any more, where a good one is accepted."""
    user = next(iter(session.users), None)
    plain = [each for each in session.contract.operations if each.method == "GET"]
    plain = [each for each in plain if not each.in_path]
    if plain:
        _origin(session, plain[0])
    secured = (each for each in plain if each.secured)
    asked = next((each for each in secured if user and fine(session.call(each, user))), None)
    if asked is None or user is None:
        return
    for token, what in _stale(session, user.token):
        response = session.call(asked, None, token=token)
        if fine(response):
            message = f"with {what} it answers {response.status_code}, 401 is expected"
            session.judge.found(asked, message, response, kind=what)


def _stale(session: Session, token: str) -> Iterator[tuple[str, str]]:
    refresh = session.known.get("refresh_token") or session.known.get("refreshToken")
    if isinstance(refresh, str) and refresh != token:
        yield refresh, "a refresh token"
    if (old := _expired(token, session.key)) is not None:
        yield old, "a token that has expired"


def _expired(token: str, key: str) -> str | None:
    """Sign the claims of a token for a time that is over; None: it is not signed with this key."""
    head, _, rest = token.partition(".")
    body, _, signature = rest.partition(".")
    if not signature or _signature(f"{head}.{body}", key) != signature:
        return None
    claims = _claims(body)
    if not isinstance(claims.get("exp"), int):
        return None
    for name in ("iat", "nbf", "exp"):
        if isinstance(claims.get(name), int):
            claims[name] -= 10_000 * HOURS
    signed = f"{head}.{_text(json.dumps(claims).encode())}"
    return f"{signed}.{_signature(signed, key)}"


def _claims(body: str) -> dict[str, Any]:
    try:
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except ValueError:
        return {}
    return claims if isinstance(claims, dict) else {}


def _signature(signed: str, key: str) -> str:
    return _text(hmac.digest(key.encode(), signed.encode(), hashlib.sha256))


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _origin(session: Session, operation: Operation) -> None:
    """Ask from a page of anybody's, with a cookie."""
    headers = {"Origin": ELSEWHERE, "Cookie": "session=proof"}
    response = session.client.get(operation.path, headers)
    allowed = response.headers.get("access-control-allow-origin")
    if allowed == ELSEWHERE and response.headers.get("access-control-allow-credentials") == "true":
        message = "every page of the web may ask it with its users' cookies"
        session.judge.found(operation, message, response)
