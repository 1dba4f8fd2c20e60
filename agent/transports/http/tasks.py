"""What can be done with tasks? Submit, look, wait, answer, call off, and submit again."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from pydantic import StringConstraints
from pydantic.json_schema import SkipJsonSchema
from starlette.responses import Response

from agent.service.observed import mark
from agent.service.records import Origin, State, StoredTask
from agent.transports.http.answering import (
    WITH_BODY,
    answer,
    documented,
    only_known,
    read,
    refusals,
    takes,
)
from agent.transports.http.callers import Caller, Reader, Submitter
from agent.transports.http.desk import Desk, desk_of
from agent.transports.http.limits import read_body
from agent.transports.http.problems import Problem, no_task, rejected
from agent.transports.http.reference import EXAMPLE
from agent.transports.http.shapes import AcceptedTask, Answers, TaskPage, TaskView
from agent.transports.http.waiting import Prefer, wait_for

router = APIRouter(prefix="/v1/tasks", tags=["tasks"], dependencies=[Depends(only_known)])
AtDesk = Annotated[Desk, Depends(desk_of)]
TaskId = Annotated[str, Path(description="The id of a task.", json_schema_extra={"format": "uuid"})]
Key = Annotated[
    Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[!-~]+$")]
    | SkipJsonSchema[None],
    Header(
        alias="Idempotency-Key",
        description="The same request under the same key is one task, however often it is sent.",
    ),
]
Trace = Annotated[
    str | SkipJsonSchema[None],
    Header(alias="traceparent", description="The trace it belongs to (W3C)."),
]
Cursor = Annotated[
    Annotated[str, StringConstraints(pattern=r"^([0-9]{1,16}-[0-9a-f]{32})?$")]
    | SkipJsonSchema[None],
    Query(description="The `next` of the page before; empty: the first page."),
]
Begins = Annotated[
    Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{8,36}$")] | SkipJsonSchema[None],
    Query(alias="id", description="Only those whose id begins so."),
]
_TRACE = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_RESULT = {"application/json": {"schema": {"$ref": "#/components/schemas/Answer"}}}
_LOCATION = documented({"Location": "Where the task is."})


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Place(NamedTuple):
    """Where a page ended: the time and the id of its last task."""

    created: datetime
    id: str


def _cursor(task: StoredTask) -> str:
    return f"{(task.created - _EPOCH) // timedelta(microseconds=1)}-{UUID(task.id).hex}"


def _place(cursor: str) -> _Place:
    moment, _, task_id = cursor.partition("-")
    return _Place(_EPOCH + timedelta(microseconds=int(moment)), str(UUID(task_id)))


async def task_of(task_id: str, caller: Caller, desk: Desk) -> StoredTask:
    """Return a task that the caller may see.

    Raises:
        Problem: 404.

    """
    found = await desk.service.tasks.get(task_id, caller.sees)
    if found is None:
        raise no_task(task_id)
    mark(found)
    return found


@router.post(
    "",
    status_code=202,
    response_model=AcceptedTask,
    responses={
        202: {"description": "It is accepted, and will not be lost.", "headers": _LOCATION},
        200: {
            "description": "It has ended (or asks) in the time that it was waited for: its result.",
            "headers": _LOCATION | documented({"Preference-Applied": "What was waited for."}),
            "content": _RESULT,
        },
        **refusals(*WITH_BODY),
    },
    openapi_extra=takes("InputDocument", EXAMPLE),
)
async def submit(
    request: Request,
    caller: Submitter,
    desk: AtDesk,
    key: Key = None,
    prefer: Prefer = None,
    trace: Trace = None,
) -> Response:
    """Submit a request, and get a task.

    `Prefer: wait=N` waits up to so many seconds for its result.
    """
    document = await read_body(request, desk.limits)
    origin = Origin(trace=trace if trace and _TRACE.fullmatch(trace) else "")
    submitted = await desk.service.submit(document, caller.name, origin, key=key)
    mark(submitted.task)
    task, waited = await wait_for(submitted.task, prefer, caller, desk)
    headers = {"Location": f"/v1/tasks/{task.id}", **waited}
    kept = None
    if waited and task.state not in {State.SUBMITTED, State.WORKING}:
        kept = await desk.service.answer_of(task)
    if kept is None:
        return answer(AcceptedTask.with_warnings(task, submitted.warnings), 202, headers)
    if task.state is State.REJECTED:
        raise rejected(kept.answer, task.id, headers)
    return Response(kept.answer, 200, headers, media_type="application/json")


@router.get("", response_model=TaskPage, responses=refusals(422))
async def page(
    caller: Reader,
    desk: AtDesk,
    state: Annotated[
        list[State], Query(description="Only those in one of these states.", max_length=7)
    ] = [],  # noqa: B006 - the framework copies it
    begins: Begins = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=200, description="So many at most.")] = 50,
) -> Response:
    """List tasks, the latest first. An administrator sees everybody's."""
    found = await desk.service.tasks.page(
        caller.sees, state, _place(cursor) if cursor else None, limit + 1, begins or ""
    )
    shown = found[:limit]
    behind = _cursor(shown[-1]) if len(found) > limit else None
    return answer(
        TaskPage(tasks=tuple(TaskView.of(each, caller.sees) for each in shown), next=behind)
    )


@router.get("/{task_id}", response_model=TaskView, responses=refusals(404, 422))
async def show(task_id: TaskId, caller: Reader, desk: AtDesk, prefer: Prefer = None) -> Response:
    """Show how far a task is; `Prefer: wait=N` waits until it has ended, or asks."""
    task = await task_of(task_id, caller, desk)
    task, waited = await wait_for(task, prefer, caller, desk)
    return answer(TaskView.of(task, caller.sees), headers=waited)


@router.delete(
    "/{task_id}",
    response_model=TaskView,
    responses={
        200: {"description": "It is canceled."},
        202: {"description": "It is worked on, and ends canceled as soon as that stops."},
        **refusals(404, 409),
    },
)
async def cancel(task_id: TaskId, caller: Submitter, desk: AtDesk) -> Response:
    """Call a task off, which stays to be looked at. What has ended otherwise is not called off."""
    task = await desk.service.cancel(await task_of(task_id, caller, desk))
    if task.state is not State.CANCELED and task.state.is_end:
        raise Problem(409, "ended", f"the task has ended: it is {task.state}", task_id=task.id)
    return answer(TaskView.of(task, caller.sees), 200 if task.state is State.CANCELED else 202)


@router.post(
    "/{task_id}/answers",
    status_code=202,
    response_model=TaskView,
    responses={
        202: {"description": "The task goes on.", "headers": _LOCATION},
        **refusals(404, 409, *WITH_BODY),
    },
    openapi_extra=takes("Answers", {"answers": {"Q1": "A horse has a name."}}),
)
async def answers(request: Request, task_id: TaskId, caller: Submitter, desk: AtDesk) -> Response:
    """Answer questions of a task that is input-required. The others stay open."""
    given = read(Answers, await read_body(request, desk.limits))
    task = await task_of(task_id, caller, desk)
    task = await desk.service.answer(task, given.answers)
    return answer(TaskView.of(task, caller.sees), 202, {"Location": f"/v1/tasks/{task.id}"})


@router.post(
    "/{task_id}/retry",
    status_code=202,
    response_model=AcceptedTask,
    responses={
        202: {"description": "There is a new task.", "headers": _LOCATION},
        **refusals(404),
    },
)
async def retry(task_id: TaskId, caller: Submitter, desk: AtDesk) -> Response:
    """Submit the request of a task again, with the answers it was given, as a new task."""
    task = await task_of(task_id, caller, desk)
    submitted = await desk.service.retry(task)
    headers = {"Location": f"/v1/tasks/{submitted.task.id}"}
    return answer(AcceptedTask.with_warnings(submitted.task, submitted.warnings), 202, headers)
