"""Endpoints for session records."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from app.api.deps import SessionDep
from app.api.errors import errors
from app.models.session_record import SessionRecord
from app.schemas.base import page_of
from app.schemas.session_record import (
    ListSessionRecordsQuery,
    SessionRecordCreate,
    SessionRecordListResponse,
    SessionRecordUpdate,
)
from app.schemas.shared import SessionRecordResponse
from app.schemas.types import Int64Param
from app.services.session_record_service import SessionRecordService

router = APIRouter(tags=["session records"])


def get_session_record_service(session: SessionDep) -> SessionRecordService:
    """Give an endpoint its service."""
    return SessionRecordService(session)


SessionRecordServiceDep = Annotated[SessionRecordService, Depends(get_session_record_service)]


@router.get("/session-records", response_model=SessionRecordListResponse, responses=errors(422))
async def list_session_records(
    query: Annotated[ListSessionRecordsQuery, Query()],
    service: SessionRecordServiceDep,
) -> Any:
    """List session records."""
    rows, total = await service.list_session_records(query)
    return page_of(rows, total, query)


@router.post(
    "/session-records",
    response_model=SessionRecordResponse,
    status_code=201,
    responses=errors(400, 413, 422),
)
async def create_session_record(
    data: SessionRecordCreate,
    service: SessionRecordServiceDep,
) -> SessionRecord:
    """Create a session record."""
    return await service.create_session_record(data)


@router.get(
    "/session-records/{session_record_id}",
    response_model=SessionRecordResponse,
    responses=errors(404, 422),
)
async def read_session_record(
    session_record_id: Int64Param,
    service: SessionRecordServiceDep,
) -> SessionRecord:
    """Read a session record."""
    return await service.read_session_record(session_record_id)


@router.put(
    "/session-records/{session_record_id}",
    response_model=SessionRecordResponse,
    responses=errors(400, 404, 413, 422),
)
async def replace_session_record(
    session_record_id: Int64Param,
    data: SessionRecordCreate,
    service: SessionRecordServiceDep,
) -> SessionRecord:
    """Replace a session record."""
    return await service.replace_session_record(session_record_id, data)


@router.patch(
    "/session-records/{session_record_id}",
    response_model=SessionRecordResponse,
    responses=errors(400, 404, 413, 422),
)
async def update_session_record(
    session_record_id: Int64Param,
    data: SessionRecordUpdate,
    service: SessionRecordServiceDep,
) -> SessionRecord:
    """Change a session record."""
    return await service.update_session_record(session_record_id, data)


@router.delete(
    "/session-records/{session_record_id}",
    status_code=204,
    responses=errors(404, 409, 422),
)
async def delete_session_record(
    session_record_id: Int64Param,
    service: SessionRecordServiceDep,
) -> None:
    """Delete a session record."""
    await service.delete_session_record(session_record_id)
