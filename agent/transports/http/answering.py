"""How does an answer look? JSON as the wire has it, and what is documented of refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from fastapi import Request  # noqa: TC002 - the framework reads the annotation
from pydantic import BaseModel, ValidationError
from starlette.responses import Response

from agent.contract.faults import faults_of
from agent.contract.text import parse_json
from agent.documents import Fault
from agent.errors import ContractError
from agent.transports.http.problems import MEDIA_TYPE, Problem, refused

if TYPE_CHECKING:
    from collections.abc import Mapping

_REASONS = {
    400: "The body is not JSON.",
    401: "There is no key, or it is not known.",
    403: "The key does not allow it, or a service without keys was asked from elsewhere.",
    404: "There is nothing such, or it is not yours.",
    409: "It is not in a state for this.",
    408: "The body took too long to come.",
    413: "The body is too large.",
    415: "The body is no JSON.",
    422: "What was sent is refused: `errors` says why, fault by fault.",
    429: "Too many requests, or too many answers that are held open.",
    500: "A fault of our own.",
    503: "The database does not answer.",
}
_HEADERS = {
    401: {"WWW-Authenticate": "What kind of key is asked for."},
    429: {"Retry-After": "Seconds to wait."},
    503: {"Retry-After": "Seconds to wait."},
}
Model = TypeVar("Model", bound=BaseModel)
WITH_BODY = (400, 408, 413, 415, 422)
Documented = dict[int | str, dict[str, Any]]


def answer(
    model: BaseModel, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a small document as JSON."""
    return Response(model.model_dump_json(), status, headers, media_type="application/json")


def read(model: type[Model], body: bytes) -> Model:
    """Read a small document.

    Raises:
        Problem: it is no JSON, or not such a document.

    """
    try:
        data = parse_json(body)
    except ContractError as error:
        raise refused(error) from error
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise refused(ContractError(faults_of(error, data, model))) from error


async def only_known(request: Request) -> None:
    """See that a query asks for nothing that is not there: it would be left out in silence.

    Raises:
        Problem: 422, it does.

    """
    known = [each.alias for each in request.scope["route"].dependant.query_params]
    for name in request.query_params:
        if name not in known:
            what = f"there is no query parameter {name[:64]!r} here"
            expected = ", ".join(known) or "none"
            fault = Fault(code="unknown-key", message=what, pointer="/query", expected=expected)
            raise Problem(422, "invalid", f"{what}: there is {expected}", faults=[fault])


def refusals(*statuses: int) -> Documented:
    """Return how refusals are documented: those named, and those that any request may meet."""
    return {
        status: {
            "description": _REASONS[status],
            "headers": documented(_HEADERS.get(status, {})),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
        }
        for status in sorted({*statuses, 401, 403, 429, 500, 503})
    }


def documented(headers: Mapping[str, str]) -> dict[str, Any]:
    """Return how headers of an answer are documented."""
    return {
        name: {"description": told, "schema": {"type": "string"}} for name, told in headers.items()
    }


def takes(schema: str, example: object) -> dict[str, Any]:
    """Return how a body that we read ourselves is documented."""
    content = {"schema": {"$ref": f"#/components/schemas/{schema}"}, "example": example}
    return {"requestBody": {"required": True, "content": {"application/json": content}}}
