"""Who may call? Whoever has a key of which the settings know the digest."""

import hashlib
import secrets
from typing import Annotated

from fastapi import Security
from fastapi.security import APIKeyHeader, APIKeyQuery

from app.core.config import get_settings
from app.core.exceptions import UnauthorizedError

HEADER_X_API_KEY_0 = APIKeyHeader(name="X-API-Key", auto_error=False)
QUERY_KEY_1 = APIKeyQuery(name="key", auto_error=False)


async def require_key(
    header_x_api_key_0: Annotated[str | None, Security(HEADER_X_API_KEY_0)],
    query_key_1: Annotated[str | None, Security(QUERY_KEY_1)],
) -> None:
    """Refuse who has no key, or none that is known."""
    known = get_settings().api_key_digests
    given = [header_x_api_key_0, query_key_1]
    for key in filter(None, given):
        digest = hashlib.sha256(key.encode()).hexdigest()
        if any(secrets.compare_digest(digest, each) for each in known):
            return
    raise UnauthorizedError("A key is needed.")
