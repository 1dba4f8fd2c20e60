"""Who may ask where nobody signs in? Whoever has a key, in a place that the contract names."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from agent.checks.inside.fuzz.session import FORBIDDEN, User

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.checks.inside.fuzz.session import Session

NAME = "fuzz"
"""Who has the key, where a name goes with it."""
ROLE = "somebody with a key"


def with_key(session: Session) -> User | None:
    """Give somebody with the key that the application was told of; None where it is of no use."""
    secured = [each for each in session.contract.operations if each.secured]
    asked = sorted(secured, key=lambda each: (each.method != "GET", len(each.in_path)))
    for user in _holders(session.contract.schemes, session.key):
        if asked and session.call(asked[0], user).status_code not in FORBIDDEN:
            return user
    return None


def without_key(session: Session) -> list[User]:
    """Give somebody with a wrong key for each place; a bearer's is forged elsewhere."""
    found = _holders(session.contract.schemes, f"{session.key}-wrong")
    return [user for user in found if user.headers is not None]


def _holders(schemes: list[dict[str, Any]], key: str) -> Iterator[User]:
    """Yield one for each place; those that only differ in name are tried as well."""
    for scheme in schemes:
        name, place = str(scheme.get("name")), scheme.get("in")
        if scheme.get("type") == "apiKey" and place == "query":
            yield User(NAME, ROLE, key, query={name: key}, headers={})
        elif scheme.get("type") == "apiKey":
            sent = {"Cookie": f"{name}={key}"} if place == "cookie" else {name: key}
            yield User(NAME, ROLE, key, headers=sent)
        elif scheme.get("scheme") == "basic":
            both = base64.b64encode(f"{NAME}:{key}".encode()).decode()
            yield User(NAME, ROLE, key, headers={"Authorization": f"Basic {both}"})
        else:
            yield User(NAME, ROLE, key)
