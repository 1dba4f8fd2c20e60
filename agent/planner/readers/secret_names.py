"""Which values look secret? They are never shown, whatever format told of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from agent.types import Access, AttributeType

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECRET = re.compile(
    r"(?:.*_)?(?:password|passwd|pwd|passphrase|pass_?hash|password_(?:hash|digest|salt)"
    r"|(?:hashed|encrypted)_password|salt|secret|api_?key|private_key|secret_key"
    r"|(?:access|refresh|reset|auth|session|remember|confirmation|verification)_token|token"
    r"|token_hash|otp_secret)"
)
_SECRET_TYPES = frozenset({AttributeType.STRING, AttributeType.TEXT, AttributeType.BINARY})


def guarded(fields: Mapping[str, Any]) -> Access | None:
    """Return the access of an attribute that looks secret; one that a row needs can be sent.

    ``fields`` are those of an Attribute, its name in snake_case.
    """
    if fields["type"] not in _SECRET_TYPES or not _SECRET.fullmatch(fields["name"]):
        return None
    needed = not fields.get("nullable", False) and "default" not in fields
    return Access.WRITE_ONLY if needed else Access.HIDDEN
