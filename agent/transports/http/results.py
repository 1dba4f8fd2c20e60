"""What came of a task? Its result, its files, one by one or packed, its proof and its diagram."""

import asyncio
import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path
from pydantic import TypeAdapter
from starlette.responses import Response

from agent.documents import Answer, Result
from agent.emitter.project import file_type
from agent.output import sha256
from agent.service.records import StoredAnswer, StoredTask
from agent.transports.http import packing, pages
from agent.transports.http.answering import answer, documented, only_known, refusals
from agent.transports.http.callers import Caller, Reader
from agent.transports.http.desk import Desk
from agent.transports.http.problems import Problem
from agent.transports.http.shapes import FileEntry, FileList
from agent.transports.http.tasks import AtDesk, TaskId, task_of
from agent.transports.http.waiting import Prefer, wait_for

router = APIRouter(
    prefix="/v1/tasks/{task_id}", tags=["results"], dependencies=[Depends(only_known)]
)
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_TEXT = {"schema": {"type": "string"}}
_ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)
_NAMED = documented({"Content-Disposition": "The name of a file to keep it in."})


async def _kept(task: StoredTask, desk: Desk) -> StoredAnswer:
    """Return what came of a task.

    Raises:
        Problem: 409, there is nothing yet.

    """
    kept = await desk.service.answer_of(task)
    if kept is None:
        detail = f"there is no result yet: the task is {task.state}"
        raise Problem(409, "no-result-yet", detail, task_id=task.id)
    return kept


async def _project(task_id: str, caller: Caller, desk: Desk) -> StoredAnswer:
    """Return what came of a task that made a project.

    Raises:
        Problem: 404, there is no such task; 409, it has no project.

    """
    task = await task_of(task_id, caller, desk)
    kept = await _kept(task, desk)
    if not kept.files:
        detail = f"there is no project: the task is {task.state}"
        raise Problem(409, "no-project", detail, task_id=task.id)
    return kept


async def _result(task_id: str, caller: Caller, desk: Desk) -> tuple[StoredTask, Result, Any]:
    """Return a task with its result, as a document and with all of the project's files.

    Raises:
        Problem: 404, there is no such task; 409, it has no solution.

    """
    task = await task_of(task_id, caller, desk)
    kept = await _kept(task, desk)
    read = await asyncio.to_thread(_ANSWER.validate_json, kept.answer)
    if not isinstance(read, Result):
        what = "the project is not whole" if kept.files else "there is no project"
        detail = f"{what}, and there is no proof: the task is {task.state}"
        raise Problem(409, "no-project", detail, task_id=task.id)
    return task, read, kept.files


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, 200, headers, media_type=media_type)


@router.get(
    "/result",
    response_model=None,
    responses={
        200: {
            "description": "The answer document, by the output schema of the contract.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Answer"}}},
        },
        **refusals(404, 409),
    },
)
async def result(task_id: TaskId, caller: Reader, desk: AtDesk, prefer: Prefer = None) -> Response:
    """Show what came of the task, or what it asks; `Prefer: wait=N` waits for it."""
    task = await task_of(task_id, caller, desk)
    task, waited = await wait_for(task, prefer, caller, desk)
    kept = await _kept(task, desk)
    return Response(kept.answer, 200, waited, media_type="application/json")


@router.get("/files", response_model=FileList, responses=refusals(404, 409))
async def files(task_id: TaskId, caller: Reader, desk: AtDesk) -> Response:
    """List the files of the project."""
    kept = await _project(task_id, caller, desk)
    entries = []
    for path, text in sorted(kept.files.items()):
        content = text.encode()
        kind = file_type(path).value
        entries.append(FileEntry(path=path, type=kind, size=len(content), sha256=sha256(content)))
    return answer(FileList(files=tuple(entries)))


@router.get(
    "/files/{path:path}",
    response_class=Response,
    responses={
        200: {"description": "The file, as text.", "content": {"text/plain": _TEXT}},
        **refusals(404, 409),
    },
)
async def file(
    task_id: TaskId,
    path: Annotated[
        str, Path(description="Its path in the project.", examples=["src/app/main.py"])
    ],
    caller: Reader,
    desk: AtDesk,
) -> Response:
    """Show one file of the project."""
    kept = await _project(task_id, caller, desk)
    if path not in kept.files:
        raise Problem(404, "no-such-file", f"the project has no file {path[:200]!r}")
    return Response(kept.files[path], media_type="text/plain")


@router.get(
    "/project.zip",
    response_class=Response,
    responses={
        200: {
            "description": "The project, the same bytes each time.",
            "headers": _NAMED,
            "content": {"application/zip": _BINARY},
        },
        **refusals(404, 409),
    },
)
async def project_zip(task_id: TaskId, caller: Reader, desk: AtDesk) -> Response:
    """Pack the project as a zip archive: all that `run --out` would write."""
    _, read, all_files = await _result(task_id, caller, desk)
    packed = await asyncio.to_thread(packing.zipped, all_files, read.spec)
    return _file(packed, "application/zip", f"{read.spec.name}.zip")


@router.get(
    "/project.tar.gz",
    response_class=Response,
    responses={
        200: {
            "description": "The project, the same bytes each time.",
            "headers": _NAMED,
            "content": {"application/gzip": _BINARY},
        },
        **refusals(404, 409),
    },
)
async def project_tar(task_id: TaskId, caller: Reader, desk: AtDesk) -> Response:
    """Pack the project as a compressed tar archive: all that `run --out` would write."""
    _, read, all_files = await _result(task_id, caller, desk)
    packed = await asyncio.to_thread(packing.tarred, all_files, read.spec)
    return _file(packed, "application/gzip", f"{read.spec.name}.tar.gz")


@router.get(
    "/proof",
    response_model=None,
    responses={
        200: {
            "description": "The proof as JSON, or as a page for readers.",
            "headers": documented({"Vary": "It depends on what is accepted."}),
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Proof"}},
                "text/html": _TEXT,
            },
        },
        **refusals(404, 409),
    },
)
async def proof(
    task_id: TaskId,
    caller: Reader,
    desk: AtDesk,
    accept: Annotated[
        str, Header(alias="Accept", description="`text/html`: as a page for readers.")
    ] = "",
) -> Response:
    """Show the proof of the project."""
    task, read, all_files = await _result(task_id, caller, desk)
    headers = {"Vary": "Accept"}
    if pages.is_wanted(accept):
        page = await asyncio.to_thread(pages.proof, read, all_files, task.changed)
        headers["Content-Security-Policy"] = pages.POLICY
        return Response(page, 200, headers, media_type="text/html")
    document = json.dumps(read.proof.model_dump(mode="json"))
    return Response(document, 200, headers, media_type="application/json")


@router.get(
    "/diagram",
    response_class=Response,
    responses={
        200: {"description": "The data model.", "content": {"image/svg+xml": _TEXT}},
        **refusals(404, 409),
    },
)
async def diagram(task_id: TaskId, caller: Reader, desk: AtDesk) -> Response:
    """Draw the data model: entities and their relations."""
    task, read, _ = await _result(task_id, caller, desk)
    drawn = await asyncio.to_thread(pages.diagram, read.spec)
    if drawn is None:
        detail = "there is nothing to draw: the plan has no entities"
        raise Problem(409, "no-diagram", detail, task_id=task.id)
    headers = {"Content-Security-Policy": pages.POLICY}
    return Response(drawn, 200, headers, media_type="image/svg+xml")
