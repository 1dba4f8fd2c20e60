"""What does the application's own OpenAPI document say that FastAPI does not say by itself?"""

from __future__ import annotations

import textwrap
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from agent.emitter.layout import WIDTH, block, quote
from agent.emitter.unread import unread
from agent.types import OperationKind

if TYPE_CHECKING:
    from agent.emitter.facts import Facts
    from agent.emitter.schemas import Schemas

_LISTS_AT_ONCE = 100
"""Lists that FastAPI describes in one go: it keeps the models of 128 queries."""
_PIECE = 80


def own_document(facts: Facts, schemas: Schemas) -> dict[str, Any]:
    """Return what the templates of the application and of its document read."""
    lists = sum(o.kind is OperationKind.LIST for o in facts.spec.operations)
    components, answers_no_422 = _components(facts, schemas), _answers_no_422(facts)
    media = facts.spec.api.error_envelope.media_type
    error_media = "" if media == "application/json" else media
    return {
        "many_lists": lists > _LISTS_AT_ONCE,
        "components": components,
        "components_table": block("COMPONENTS = {", components, "}") if components else "",
        "answers_no_422": answers_no_422,
        "error_media": error_media,
        "own_application": bool(
            lists > _LISTS_AT_ONCE or components or answers_no_422 or error_media
        ),
        "has_unread": any(unread(operation) for operation in facts.spec.operations),
        "description": _description(facts.spec.description),
    }


def _components(facts: Facts, schemas: Schemas) -> list[str]:
    """Return the items of the table from classes to what a contract calls them."""
    used = schemas.inputs | schemas.outputs
    called: dict[str, str | None] = {
        s.name if s.name in schemas.outputs else schemas.input_class(s.name): s.component
        for s in facts.spec.schemas
        if s.component and s.name in used
    }
    called["ErrorResponse"] = facts.spec.api.error_envelope.component
    return [f"{quote(own)}: {quote(name)}" for own, name in called.items() if name]


def _answers_no_422(facts: Facts) -> bool:
    """Tell whether FastAPI would document 422 for an operation that never answers so."""
    return any(
        HTTPStatus.UNPROCESSABLE_ENTITY not in facts.refused_with[operation.name]
        for operation in facts.spec.operations
        if operation.parameters or operation.input or operation.kind is OperationKind.LIST
    )


def _description(text: str | None) -> dict[str, str] | None:
    """Return a description as an argument, and the constant that holds it where it is long."""
    if text is None:
        return None
    whole = quote(text)
    if len(f"        description={whole},") <= WIDTH:
        return {"argument": whole, "constant": ""}
    pieces = [quote(piece) for line in text.splitlines(keepends=True) for piece in _pieces(line)]
    flat = f"DESCRIPTION = {whole}"
    constant = flat if len(flat) <= WIDTH else "\n    ".join(["DESCRIPTION = (", *pieces]) + "\n)"
    return {"argument": "DESCRIPTION", "constant": constant if len(pieces) > 1 else flat}


def _pieces(line: str) -> list[str]:
    """Return a line in pieces that are short where it has spaces; together they are the line."""
    wrapper = textwrap.TextWrapper(
        _PIECE,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=False,
        expand_tabs=False,
        replace_whitespace=False,
    )
    return wrapper.wrap(line) or [line]
