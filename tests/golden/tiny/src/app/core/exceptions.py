"""Errors: one tree, one envelope, one place where they become responses.

AppError
├── UnauthorizedError   401  who is asking is not known
├── ForbiddenError      403  who is asking may not do this
├── NotFoundError       404  there is no such row
├── ConflictError       409  the change contradicts other rows, or the row's state
├── InvalidError        422  a value breaks a rule of the database
└── NotBuiltError       501  the operation is only described so far
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Literal

import structlog
from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

logger = structlog.get_logger()

Detail = str | list[dict[str, str]] | None


class FieldError(BaseModel):
    """One field of a request that was refused."""

    field: str
    message: str


class ErrorResponse(BaseModel):
    """What every error looks like."""

    success: Literal[False]
    error: str
    detail: str
    fields_: list[FieldError] = Field(serialization_alias="fields")


class AppError(Exception):
    """Root of the errors that become responses."""

    status: int = 500
    error: str = "internal_error"

    def __init__(
        self,
        detail: Detail = None,
        headers: Mapping[str, str] | None = None,
        fields: Sequence[dict[str, str]] = (),
    ) -> None:
        """Keep what the client is told; ``fields`` where the detail is one text for them all."""
        self.detail = detail
        self.headers = headers
        self.fields = fields
        super().__init__(detail)


class UnauthorizedError(AppError):
    """Who is asking is not known."""

    status = 401
    error = "unauthorized"

    def __init__(self, detail: Detail = None) -> None:
        """Say how to sign in, as HTTP wants it."""
        super().__init__(detail, {"WWW-Authenticate": "Bearer"})


class ForbiddenError(AppError):
    """Who is asking may not do this."""

    status = 403
    error = "forbidden"


class NotFoundError(AppError):
    """There is no such row."""

    status = 404
    error = "not_found"


class ConflictError(AppError):
    """The change contradicts other rows, or the row's state."""

    status = 409
    error = "conflict"


class InvalidError(AppError):
    """A value breaks a rule of the database."""

    status = 422
    error = "invalid"


class NotBuiltError(AppError):
    """The operation is only described so far."""

    status = 501
    error = "not_built"


class TooLargeError(HTTPException):
    """The body is too large; the framework's own kind, as it is raised while the body is read."""

    def __init__(self) -> None:
        """Say which status that is."""
        super().__init__(413)


def message_of(error: str, detail: Detail) -> str:
    """Return what is wrong as one text."""
    if isinstance(detail, list):
        return "; ".join(f"{each['field']}: {each['message']}" for each in detail)
    return detail or error.replace("_", " ").capitalize()


def error_response(
    status: int,
    error: str,
    detail: Detail,
    headers: Mapping[str, str] | None = None,
    *,
    fields: Sequence[dict[str, str]] = (),
) -> JSONResponse:
    """Return an error in the envelope that every error has."""
    body: dict[str, Any] = {
        "success": False,
        "error": error,
        "detail": message_of(error, detail),
        "fields": detail if isinstance(detail, list) else [*fields],
    }
    return JSONResponse(
        jsonable_encoder(body),
        status_code=status,
        headers=headers,
        media_type="application/json",
    )


def field_errors(errors: Sequence[Any]) -> list[dict[str, str]]:
    """Name each refused field; neither its value nor Pydantic's word for our rules is repeated."""
    return [
        {
            "field": ".".join(str(part) for part in error["loc"][1:]) or str(error["loc"][0]),
            "message": str(error["msg"]).removeprefix("Value error, "),
        }
        for error in errors
    ]


async def handle_app_error(_: Request, error: Exception) -> JSONResponse:
    """Answer with what the error says of itself."""
    assert isinstance(error, AppError)  # noqa: S101 - registered for nothing else
    return error_response(
        error.status,
        error.error,
        error.detail,
        error.headers,
        fields=error.fields,
    )


async def handle_invalid_request(_: Request, error: Exception) -> JSONResponse:
    """Answer 400 to a body that is no JSON, 422 to one that breaks the schema."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for nothing else
    errors = error.errors()
    if any(item["type"] == "json_invalid" for item in errors):
        return error_response(400, "malformed", "The body is not valid JSON.")
    return error_response(422, "validation_error", field_errors(errors))


async def handle_http_error(request: Request, error: Exception) -> JSONResponse:
    """Answer what the framework refuses (no route, wrong method) in our envelope."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.BAD_REQUEST:  # a body that is nested too deeply to be read
        return error_response(400, "malformed", "The body cannot be read.")
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = allowed_methods(request) or headers.get("Allow", "")
    name = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
    return error_response(error.status_code, name, str(error.detail), headers)


def allowed_methods(request: Request) -> str:
    """Return every method of the requested path; the framework names those of one route only."""
    paths: dict[str, dict[str, Any]] = request.app.openapi()["paths"]
    for template in sorted(paths, key=lambda path: path.count("{")):
        pattern, _, _ = compile_path(template)
        if pattern.match(request.url.path):
            return ", ".join(sorted(method.upper() for method in paths[template]))
    return ""


def without_values(error: Exception) -> dict[str, str]:
    """Return what a log may keep of a refusal: its words may hold what the client sent."""
    original = getattr(error, "orig", None)
    code = getattr(original, "sqlstate", None) or next(iter(getattr(original, "args", ())), "")
    return {"code": str(code), "statement": str(getattr(error, "statement", ""))}


async def handle_data_error(_: Request, error: Exception) -> JSONResponse:
    """Answer a value that the database cannot hold: the client's mistake, not ours."""
    logger.warning("value refused by the database", **without_values(error))
    return error_response(422, "invalid", "A value is out of the database's range.")


async def handle_broken_rule(_: Request, error: Exception) -> JSONResponse:
    """Answer a change that another one made impossible in the meantime."""
    logger.warning("change refused by the database", **without_values(error))
    detail = "The change contradicts other rows."
    return error_response(409, "conflict", detail)


async def handle_unavailable(_: Request, error: Exception) -> JSONResponse:
    """Answer a lost connection, a deadlock or a lock that took too long: try again."""
    logger.error("database unavailable", error=str(error))
    detail = "The database is busy or away; try again."
    return error_response(503, "unavailable", detail, {"Retry-After": "1"})


async def handle_unexpected(_: Request, error: Exception) -> JSONResponse:
    """Log what nobody expected, and tell the client nothing about it."""
    logger.error("unexpected error", exc_info=error)
    return error_response(500, "internal_error", None)


def too_large() -> JSONResponse:
    """Return the refusal of a body that is too large."""
    return error_response(413, "too_large", "The body is too large.")


async def handle_too_large(_: Request, __: Exception) -> JSONResponse:
    """Answer a body that turned out too large while it was read."""
    return too_large()


def add_exception_handlers(app: FastAPI) -> None:
    """Register every handler."""
    app.add_exception_handler(AppError, handle_app_error)
    app.add_exception_handler(RequestValidationError, handle_invalid_request)
    app.add_exception_handler(HTTPException, handle_http_error)
    app.add_exception_handler(TooLargeError, handle_too_large)
    app.add_exception_handler(DataError, handle_data_error)
    app.add_exception_handler(IntegrityError, handle_broken_rule)
    app.add_exception_handler(OperationalError, handle_unavailable)
    app.add_exception_handler(Exception, handle_unexpected)
