"""What of an event may be logged? All but secrets, wherever in it they stand.

A secret is known in three ways: by its value, where the environment has it; by the name of what it
stands under; and by its shape, as ``agent.secrets`` knows it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from agent.secrets import HIDDEN, without_secrets

if TYPE_CHECKING:
    from collections.abc import Iterable, MutableMapping

LONGEST = 10_000
"""Characters of one text that are logged: its beginning and its end."""
SHORTEST = 6
"""Characters of a value of the environment that is hidden wherever it stands."""
DEEPEST = 8
NAMES = 1000
"""Names of facts of which is remembered what is known of them: nearly all lines have the same."""
LONGEST_NAME = 100
"""Characters of a name that is remembered at most: strangers write some."""
_NAMES = (
    *("authorization", "cookie", "apikey", "secretkey", "privatekey", "accesskey", "signingkey"),
    *("token", "secret", "password", "passwd", "passphrase", "pwd", "credential", "credentials"),
)
_TOKENS = frozenset({"nats", "tls", "http", "https"})
"""The schemes of URLs whose user is a token, where there is no password."""
_HEADER = re.compile(
    r"(?i)((?:proxy-)?authorization|(?:set-)?cookie|x-api-key)"
    r"""(\\{0,4}["']?\s{0,8}[:=,]\s{0,8})(?:b?"[^"\n]*"|b?'[^'\n]*'|[^\r\n]+)"""
)
"""A header with all that follows: what a caller sends there is nobody's business."""


class Hiding:
    """A processor of structlog that lets no secret through."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        """Take values that are secrets, whatever they look like; see ``secrets_in``."""
        forms = {form for each in filter(None, known) for form in _forms(each)}
        in_order = sorted(map(re.escape, forms), key=len, reverse=True)
        self._known = re.compile("|".join(in_order)) if in_order else None
        self._name = lru_cache(maxsize=NAMES)(self.text)

    def __call__(
        self, _logger: object, _method: str, event: MutableMapping[str, Any]
    ) -> dict[str, Any]:
        """Return what may be logged of an event: JSON data."""
        return {self._name(key): self._below(key, value, 0) for key, value in event.items()}

    def text(self, text: str) -> str:
        """Return a text without secrets; the middle of a long one is left out."""
        if len(text) > 4 * LONGEST:  # looked at is more than is left: no secret is cut in two
            text = text[: 2 * LONGEST] + text[-2 * LONGEST :]
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        text = without_secrets(_HEADER.sub(_without_value, text))
        if len(text) > LONGEST:
            return f"{text[: LONGEST // 2]} ... {text[-LONGEST // 2 :]}"
        return text

    def _below(self, name: object, value: object, depth: int) -> object:
        """Return a value that stands under a name."""
        if _is_secret(name) and not isinstance(value, bool | int | float | None):
            return HIDDEN
        return self._value(value, depth)

    def _value(self, value: object, depth: int) -> object:
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, bytes | bytearray | memoryview):
            value = bytes(value).decode(errors="replace")
        if isinstance(value, str):
            return self.text(str(value))
        if depth < DEEPEST:
            if isinstance(value, Mapping):
                below = ((self.text(_name(k)), k, v) for k, v in value.items())
                return {text: self._below(key, each, depth + 1) for text, key, each in below}
            if isinstance(value, list | tuple | AbstractSet):
                return self._many(list(value), depth + 1)
        return self.text(str(value) if hasattr(value, "isoformat") else repr(value))

    def _many(self, values: list[object], depth: int) -> list[object]:
        if len(values) == 2 and isinstance(values[0], str | bytes):  # noqa: PLR2004 - a header
            return [self._value(values[0], depth), self._below(values[0], values[1], depth)]
        return [self._value(each, depth) for each in values]


def _without_value(header: re.Match[str]) -> str:
    return f"{header[1]}{header[2]}{HIDDEN}"


def _forms(secret: str) -> set[str]:
    """Return how a secret looks as it is, as JSON, as Python shows it, and in a URL."""
    return {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
        repr(secret.encode())[2:-1],
        quote(secret, safe=""),
    }


def secrets_in(environment: Mapping[str, str]) -> set[str]:
    """Return the secrets that an environment holds: keys, headers, and the passwords of URLs."""
    found: set[str] = set()
    for name, value in environment.items():
        if _is_secret(name) or name.upper().endswith("_KEY"):
            found.add(value)
        if name.upper().endswith("_HEADERS"):  # OTEL_EXPORTER_OTLP_HEADERS: name=value,name=value
            values = {each.partition("=")[2].strip() for each in value.split(",")}
            found |= values | set(map(unquote, values))
        # NATS has many servers in one; and a comma may be in a password
        for each in (value, *value.split(",")) if "://" in value else ():
            if password := _password(each.strip()):
                found |= {password, unquote(password)}
    return {each for each in found if len(each) >= SHORTEST}


def _password(url: str) -> str | None:
    """Return the password of a URL; a user without one may be a token, as NATS has it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.password is None and parts.scheme in _TOKENS:
        return parts.username
    return parts.password


def _is_secret(name: object) -> bool:
    """Tell whether what stands under a name is a secret."""
    text = _name(name)
    return _names_one(text) if len(text) <= LONGEST_NAME else _names_one.__wrapped__(text)


@lru_cache(maxsize=NAMES)
def _names_one(text: str) -> bool:
    return "".join(filter(str.isalnum, text)).lower().endswith(_NAMES)


def _name(name: object) -> str:
    return name.decode(errors="replace") if isinstance(name, bytes) else str(name)
