"""In which form is a text? JSON, a source of some format, the spec language, or words."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal

from agent.contract.languages import PROSE, READ, language
from agent.documents import SourceFormat

if TYPE_CHECKING:
    from collections.abc import Mapping

    Form = SourceFormat | Literal["json"]

JSON: Literal["json"] = "json"
"""The form of a document, a plan, or a source that is JSON itself: ``json_kind`` tells which."""
ENDINGS: Mapping[str, Form] = {
    ".json": JSON,
    ".sql": SourceFormat.SQL,
    ".ddl": SourceFormat.SQL,
    ".spec": SourceFormat.SPEC,
    ".dbml": SourceFormat.DBML,
    ".jdl": SourceFormat.JDL,
    ".jh": SourceFormat.JDL,
    ".prisma": SourceFormat.PRISMA,
    ".mmd": SourceFormat.MERMAID,
    ".mermaid": SourceFormat.MERMAID,
}
"""The form of a file by its ending, in lower case; of others their text decides."""
_YAML = frozenset({".yaml", ".yml"})

_SPEC_KEYS = frozenset({"entities", "operations", "enums", "auth", "api", "database", "schemas"})
_DOCUMENT_KEYS = frozenset({"request", "context", "constraints", "integrations"})
_ANSWER_KEYS = frozenset({"assumptions", "openQuestions", "warnings"})
_OPENAPI_KEYS = frozenset({"openapi", "swagger"})
_JSON_SCHEMA_KEYS = frozenset({"$schema", "$defs", "definitions", "properties", "$ref", "allOf"})
# between the two stand a few words, such as OR REPLACE GLOBAL TEMPORARY
_SQL = re.compile(r"^[^\S\n]*create\s+(?:\w+\s+){0,5}table\b", re.IGNORECASE | re.MULTILINE)
# what begins a line of the spec language, and no sentence
_SPEC = re.compile(
    r"^[^\S\n]*(?:(?:project|entity|schema|operation|database|auth|key|python|timestamps)\s+[\w\"']"
    r"|enum\s+\S+\s*:|[\w\"]+\s*:\s*\w\S*[^\S\n]*$)",
    re.MULTILINE,
)


def form_of(name: str, text: str) -> Form:
    """Judge the form of a file by its ending, else by what stands in it."""
    ending = PurePath(name).suffix.lower()
    form = ENDINGS.get(ending) or guess(text)
    if ending in _YAML and form not in READ.values():
        return SourceFormat.OPENAPI
    if ending == ".md" and form not in READ.values():
        return SourceFormat.TEXT
    return form


def guess(text: str) -> Form:
    """Judge the form of a text by what stands in it."""
    text = text.lstrip("\ufeff \t\r\n")
    if text.startswith(("{", "[")):
        return JSON
    if _SQL.search(text):
        return SourceFormat.SQL
    found = language(text)
    if found in READ:
        return READ[found]
    is_words = found in {None, PROSE} and not _SPEC.search(text)
    return SourceFormat.TEXT if is_words and " " in text.strip() else SourceFormat.SPEC


def plan_of_answer(data: object) -> dict[str, Any] | None:
    """Return the plan in an answer of ours, such as ``spec --json`` and ``run --json`` print."""
    if not isinstance(data, dict) or _DOCUMENT_KEYS & data.keys():
        return None
    plan = data.get("spec")
    return plan if isinstance(plan, dict) and _ANSWER_KEYS & data.keys() else None


def json_kind(data: object) -> SourceFormat | Literal["plan", "document"]:
    """Tell what JSON data is: a source, a bare BackendSpec, or an input document."""
    if not isinstance(data, dict) or _DOCUMENT_KEYS & data.keys():
        return "document"
    if _OPENAPI_KEYS & data.keys():
        return SourceFormat.OPENAPI
    if _SPEC_KEYS & data.keys():
        return "plan"
    return SourceFormat.JSON_SCHEMA if _JSON_SCHEMA_KEYS & data.keys() else "document"
