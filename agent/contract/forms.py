"""In which form is a text? JSON, SQL, the spec language, or words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from agent.contract.languages import PROSE, unread_language

if TYPE_CHECKING:
    Format = Literal["json", "sql", "spec", "text"]

_SPEC_KEYS = frozenset({"entities", "operations", "enums", "auth", "api", "database", "schemas"})
_DOCUMENT_KEYS = frozenset({"request", "context", "constraints", "integrations"})
_OPENAPI = frozenset({"openapi", "swagger"})
_SQL = re.compile(r"^\s*create\s+(?:\w+\s+)*table\b", re.IGNORECASE | re.MULTILINE)
# what begins a line of the spec language, and no sentence
_SPEC = re.compile(
    r"^\s*(?:(?:project|entity|schema|operation|database|auth|key|python|timestamps)\s+[\w\"']"
    r"|enum\s+\S+\s*:|[\w\"]+\s*:\s*\w+\S*\s*$)",
    re.MULTILINE,
)


def guess(content: bytes) -> Format:
    """Judge the form of a text by what stands in it."""
    text = content.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if text.startswith(("{", "[")):
        return "json"
    if _SQL.search(text):
        return "sql"
    is_words = unread_language(text) in {None, PROSE} and not _SPEC.search(text)
    return "text" if is_words and " " in text.strip() else "spec"


def is_spec(data: object) -> bool:
    """Tell a bare BackendSpec from an input document."""
    return (
        isinstance(data, dict)
        and not _DOCUMENT_KEYS & data.keys()
        and bool(_SPEC_KEYS & data.keys())
    )


def is_openapi(data: object) -> bool:
    """Tell an OpenAPI document from an input document."""
    return (
        isinstance(data, dict) and not _DOCUMENT_KEYS & data.keys() and bool(_OPENAPI & data.keys())
    )
