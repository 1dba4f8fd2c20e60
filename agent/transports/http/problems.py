"""How is a client told that something cannot be done? As problem details (RFC 9457), always."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from agent.documents import Fault
from agent.errors import RefusedError
from agent.service.database import UNAVAILABLE
from agent.service.service import NOT_ASKED
from agent.service.tasks import REUSED, TOO_MANY
from agent.transports.http.shapes import ProblemDocument

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi import FastAPI
    from starlette.requests import Request

MEDIA_TYPE = "application/problem+json"
AGAIN = 5
"""Seconds after which it is worth asking again where the database does not answer, or is full."""
_KIND = "urn:python-specialist:problem:"
_FORMS = {
    "id": "how the id of a task begins: 8 to 36 of 0-9, a-f and -",
    "cursor": "the `next` of the page before",
    "Idempotency-Key": "visible characters of ASCII, without spaces",
    "Last-Event-ID": "the id of an event: a number",
}
"""Of what has a pattern, which tells people little."""
_STATUS_OF = {"syntax": 400, "encoding": 400, "too-large": 413, NOT_ASKED: 409, TOO_MANY: 429}
"""Of a refusal, by the code of its first fault; all others are 422."""


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it so
    """What ends a request without what was asked for. ``kind`` names it, in a word for programs."""

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        *,
        faults: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
        task_id: str | None = None,
    ) -> None:
        """Keep what is told."""
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.faults = tuple(faults)
        self.headers = dict(headers or {})
        self.task_id = task_id


def no_task(task_id: str) -> Problem:
    """Return that there is no such task, or none of this caller's: nobody can tell which."""
    return Problem(404, "no-such-task", f"there is no task {task_id[:64]!r}")


def refused(error: RefusedError) -> Problem:
    """Return a refusal of what was sent, with all its faults."""
    code = error.faults[0].code if error.faults else ""
    status = _STATUS_OF.get(code, HTTPStatus.UNPROCESSABLE_ENTITY.value)
    kind = code if code in {*_STATUS_OF, REUSED} else "refused"
    headers = {"Retry-After": str(AGAIN)} if code == TOO_MANY else {}
    return Problem(status, kind, str(error), faults=error.faults, headers=headers)


def rejected(answer: str, task_id: str, headers: Mapping[str, str]) -> Problem:
    """Return what came of a task that was rejected, from its answer (JSON)."""
    faults = [Fault.model_validate(each) for each in json.loads(answer)["errors"]]
    detail = str(RefusedError(faults))
    return Problem(422, "refused", detail, faults=faults, headers=headers, task_id=task_id)


def response(request: Request, problem: Problem) -> Response:
    """Return what a client gets."""
    document = ProblemDocument(
        type=_KIND + problem.kind,
        title=HTTPStatus(problem.status).phrase,
        status=problem.status,
        detail=problem.detail,
        request_id=request.scope.get("request_id", ""),
        task_id=problem.task_id,
        errors=problem.faults or None,
    )
    content = document.model_dump_json()
    return Response(content, problem.status, problem.headers, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Let the app tell whatever goes wrong as a problem. What is unforeseen: ``around``."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for each in UNAVAILABLE:
        app.add_exception_handler(each, _unavailable)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - it is what the handler is there for
    return response(request, error)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)  # noqa: S101 - the same
    return response(request, refused(error))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - the same
    # what may be left out may be None, too: nobody can send that, and it is no advice
    faults = [_fault(each) for each in error.errors() if each["type"] != "none_required"]
    first = faults[0]
    wanted = f" (expected: {first.expected})" if first.expected else ""
    what = f"{first.pointer.removeprefix('/')}: {first.message}{wanted}"
    return response(request, Problem(422, "invalid", what, faults=faults))


def _fault(error: Mapping[str, Any]) -> Fault:
    # where a value may be one of many kinds, each kind stands behind the parameter's name
    place = "".join(f"/{part}" for part in error["loc"][:2])
    form = _FORMS.get(str(error["loc"][1])) if len(error["loc"]) > 1 else None
    if error["type"] == "string_pattern_mismatch" and form is not None:
        return Fault(code="invalid", message="has another form", pointer=place, expected=form)
    return Fault(code="invalid", message=error["msg"], pointer=place)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - the same
    headers = dict(error.headers or {})
    path = request.url.path[:200]
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = _methods(request)
        headers["Allow"] = ", ".join(allowed)
        detail = f"{request.method[:20]} is not for {path}: it takes {', '.join(allowed)}"
        return response(request, Problem(405, "method", detail, headers=headers))
    if error.status_code == HTTPStatus.NOT_FOUND:
        detail = f"there is nothing at {path}: see /openapi.json"
        return response(request, Problem(404, "no-such-page", detail))
    return response(request, Problem(error.status_code, "http", str(error.detail), headers=headers))


def _methods(request: Request) -> list[str]:
    """Return all methods of a path; the framework names those of the first route only."""
    found: set[str] = set()
    for route in request.app.router.routes:
        match, _ = route.matches(dict(request.scope))
        if match is not Match.NONE:
            found |= getattr(route, "methods", None) or set()
    if "GET" in found:
        found.add("HEAD")
    return sorted(found)


async def _unavailable(request: Request, _error: Exception) -> Response:
    detail = "the database of the service does not answer"
    headers = {"Retry-After": str(AGAIN)}
    return response(request, Problem(503, "unavailable", detail, headers=headers))
