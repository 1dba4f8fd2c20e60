"""What in somebody's words may not be kept? Passwords in URLs, keys and tokens."""

from __future__ import annotations

import re

HIDDEN = "***"
_SECRETS = (
    # a password in a URL
    re.compile(r"(?<=://)([^\s/:@]*:)[^\s/@]+(?=@)"),
    # KEY=value, as shells and .env files have it
    re.compile(r"(?m)\b([A-Z0-9_]*(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PWD)\s*=\s*)[^\s]+"),
    re.compile(r"(?i)\b((?:bearer|basic)\s+)[\w.~+/=-]{12,}"),
    # by the shape of well-known keys
    re.compile(r"()\b(?:sk|pk|rk)-[\w-]{16,}"),
    re.compile(r"()\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|AKIA|AIza)[\w-]{12,}"),
    re.compile(r"()\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*"),
    re.compile(r"(-----BEGIN [A-Z ]*PRIVATE KEY-----)[\s\S]*?(?=-----END|\Z)"),
)


def without_secrets(text: str) -> str:
    """Hide what looks like a secret."""
    for pattern in _SECRETS:
        text = pattern.sub(rf"\1{HIDDEN}", text)
    return text
