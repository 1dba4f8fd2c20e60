"""What does the OpenAPI document say? What FastAPI says of the routes, in the contract's words."""

from typing import Any

from fastapi import FastAPI

SCHEMAS = "#/components/schemas/"
COMPONENTS = {
    "StoreView": "shop.v1",
    "ErrorResponse": "Problem",
}
"""What the contract calls the bodies of which these are the classes."""


class Application(FastAPI):
    """An application whose document has the contract's names."""

    def openapi(self) -> dict[str, Any]:
        """Return the document, which is made once."""
        if self.openapi_schema is None:
            self.openapi_schema = super().openapi()
            _forget_invented_refusals(self.openapi_schema)
            self.openapi_schema = _named(self.openapi_schema)
        return self.openapi_schema


def _forget_invented_refusals(document: dict[str, Any]) -> None:
    """Take out FastAPI's own 422: what is invalid is refused as each operation says."""
    for operations in document["paths"].values():
        for operation in operations.values():
            if "HTTPValidationError" in str(operation["responses"].get("422")):
                del operation["responses"]["422"]
    for name in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(name, None)


def _named(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with the contract's names of its schemas."""
    schemas = {}
    for own, schema in document["components"]["schemas"].items():
        name = COMPONENTS.get(own)
        schemas[name or own] = schema | {"title": name} if name else schema
    document["components"]["schemas"] = schemas
    named: dict[str, Any] = _referring(document)
    return named


def _referring(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _referring(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_referring(value) for value in part]
    if isinstance(part, str) and part.startswith(SCHEMAS):
        own = part.removeprefix(SCHEMAS)
        return SCHEMAS + COMPONENTS.get(own, own)
    return part
