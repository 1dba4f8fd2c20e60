"""How do lists and errors look on the wire? Classes and dictionaries for the spec's envelopes.

A dotted name (``meta.total``) makes a nested object.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.emitter.layout import call, quote
from agent.planner import names

if TYPE_CHECKING:
    from agent.types import ErrorEnvelope, ListEnvelope


@dataclass(frozen=True, slots=True)
class Envelope:
    """Class definitions (inner ones first) and the expression that fills them."""

    classes: list[str]
    expression: str


def list_envelope(envelope: ListEnvelope) -> Envelope:
    """Return the page of a list: ``rows``, ``total`` and ``query`` are in scope."""
    parts = [
        (envelope.items, "list[ItemT]", "rows"),
        (envelope.total, "int", "total"),
        (envelope.page, "int", "query.page"),
        (envelope.limit, "int", "query.limit"),
        (envelope.pages, "int", "-(-total // query.limit)"),
        (envelope.offset, "int", "query.offset"),
    ]
    return _envelope("Page", "One page of rows.", parts, is_page=True)


def page_parameters(envelope: ListEnvelope) -> dict[str, str]:
    """Return what the expression of a page uses, by name, with its type hints."""
    asked = {envelope.page, envelope.limit, envelope.pages, envelope.offset}
    has_query = bool(asked - {None})
    has_total = bool({envelope.total, envelope.pages} - {None})
    return {
        "rows": "list[Any]",
        **({"total": "int"} if has_total else {}),
        **({"query": "ListQuery | PageQuery"} if has_query else {}),
    }


def error_envelope(envelope: ErrorEnvelope) -> Envelope:
    """Return the body of an error.

    In scope are ``status``, ``error``, ``detail``, ``fields`` and ``request``.
    """
    fields = "detail if isinstance(detail, list) else [*fields]"
    if not (envelope.detail or envelope.message):
        fields = "listed_of(error, detail, fields)"
    parts = [
        (envelope.success, "Literal[False]", "False"),
        (envelope.status, "int", "status"),
        (envelope.error, "str", "error"),
        (envelope.detail, "str", "message_of(error, detail)"),
        (envelope.message, "str", "message_of(error, detail)"),
        (envelope.fields, "list[FieldError]", fields),
        (envelope.path, "str", 'request.url.path if request else ""'),
        (envelope.url, "str", "url_of(request)"),
        (envelope.timestamp, "dt.datetime", "dt.datetime.now(dt.UTC)"),
    ]
    return _envelope("ErrorResponse", "What every error looks like.", parts, is_page=False)


class _Node:
    """One object of an envelope: its parts by name, in order."""

    def __init__(self, name: str, purpose: str, *, is_page: bool) -> None:
        self.name = name
        self.purpose = purpose
        self.is_page = is_page
        self.parts: dict[str, tuple[str, str] | _Node] = {}

    def put(self, path: list[str], hint: str, value: str) -> None:
        head, *rest = path
        if not rest:
            self.parts[head] = (hint, value)
            return
        inner = self.parts.get(head)
        if not isinstance(inner, _Node):
            what = "a page" if self.is_page else "an error"
            name = f"{self.name}{names.pascal(head)}"
            inner = _Node(name, f"The '{head}' of {what}.", is_page=self.is_page)
            self.parts[head] = inner
        inner.put(rest, hint, value)

    @property
    def is_generic(self) -> bool:
        return any(
            part.is_generic if isinstance(part, _Node) else "ItemT" in part[0]
            for part in self.parts.values()
        )

    @property
    def fields(self) -> dict[str, str]:
        """The name of each part's field, by its name on the wire."""
        found: dict[str, str] = {}
        for wire in self.parts:
            found[wire] = names.attribute_name(wire, found.values())
        return found

    def hint(self) -> str:
        return f"{self.name}[ItemT]" if self.is_generic else self.name

    def classes(self) -> list[str]:
        inner = [c for p in self.parts.values() if isinstance(p, _Node) for c in p.classes()]
        base = "Output" if self.is_page else "BaseModel"
        bases = f"{base}, Generic[ItemT]" if self.is_generic else base
        lines = [f"class {self.name}({bases}):", f'    """{self.purpose}"""', ""]
        fields = self.fields
        for wire, part in self.parts.items():
            field = fields[wire]
            hint = part.hint() if isinstance(part, _Node) else part[0]
            alias = "" if field == wire else f" = Field(serialization_alias={quote(wire)})"
            lines.append(f"    {field}: {hint}{alias}")
        return [*inner, "\n".join(lines)]

    def expression(self, indent: int) -> str:
        items = []
        fields = self.fields if self.is_page else {}
        for wire, part in self.parts.items():
            key = quote(fields.get(wire, wire))
            value = part.expression(indent + 4) if isinstance(part, _Node) else part[1]
            items.append(f"{key}: {value}")
        return call("{", items, "}", indent=indent)


def _envelope(
    name: str, purpose: str, parts: list[tuple[str | None, str, str]], *, is_page: bool
) -> Envelope:
    root = _Node(name, purpose, is_page=is_page)
    for path, hint, value in parts:
        if path is not None:
            root.put(path.split("."), hint, value)
    return Envelope(root.classes(), root.expression(4))
