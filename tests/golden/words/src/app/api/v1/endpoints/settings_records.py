"""Endpoints for settings records."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from app.api.deps import SessionDep
from app.api.errors import errors
from app.models.settings_record import SettingsRecord
from app.schemas.base import page_of
from app.schemas.settings_record import (
    ListSettingsRecordsQuery,
    SettingsRecordCreate,
    SettingsRecordListResponse,
    SettingsRecordResponse,
    SettingsRecordUpdate,
)
from app.schemas.types import Int64Param
from app.services.settings_record_service import SettingsRecordService

router = APIRouter(tags=["settings records"])


def get_settings_record_service(session: SessionDep) -> SettingsRecordService:
    """Give an endpoint its service."""
    return SettingsRecordService(session)


SettingsRecordServiceDep = Annotated[SettingsRecordService, Depends(get_settings_record_service)]


@router.get("/settings-records", response_model=SettingsRecordListResponse, responses=errors(422))
async def list_settings_records(
    query: Annotated[ListSettingsRecordsQuery, Query()],
    service: SettingsRecordServiceDep,
) -> Any:
    """List settings records."""
    rows, total = await service.list_settings_records(query)
    return page_of(rows, total, query)


@router.post(
    "/settings-records",
    response_model=SettingsRecordResponse,
    status_code=201,
    responses=errors(400, 409, 413, 422),
)
async def create_settings_record(
    data: SettingsRecordCreate,
    service: SettingsRecordServiceDep,
) -> SettingsRecord:
    """Create a settings record."""
    return await service.create_settings_record(data)


@router.get(
    "/settings-records/{settings_record_id}",
    response_model=SettingsRecordResponse,
    responses=errors(404, 422),
)
async def read_settings_record(
    settings_record_id: Int64Param,
    service: SettingsRecordServiceDep,
) -> SettingsRecord:
    """Read a settings record."""
    return await service.read_settings_record(settings_record_id)


@router.put(
    "/settings-records/{settings_record_id}",
    response_model=SettingsRecordResponse,
    responses=errors(400, 404, 409, 413, 422),
)
async def replace_settings_record(
    settings_record_id: Int64Param,
    data: SettingsRecordCreate,
    service: SettingsRecordServiceDep,
) -> SettingsRecord:
    """Replace a settings record."""
    return await service.replace_settings_record(settings_record_id, data)


@router.patch(
    "/settings-records/{settings_record_id}",
    response_model=SettingsRecordResponse,
    responses=errors(400, 404, 409, 413, 422),
)
async def update_settings_record(
    settings_record_id: Int64Param,
    data: SettingsRecordUpdate,
    service: SettingsRecordServiceDep,
) -> SettingsRecord:
    """Change a settings record."""
    return await service.update_settings_record(settings_record_id, data)


@router.delete(
    "/settings-records/{settings_record_id}",
    status_code=204,
    responses=errors(404, 422),
)
async def delete_settings_record(
    settings_record_id: Int64Param,
    service: SettingsRecordServiceDep,
) -> None:
    """Delete a settings record."""
    await service.delete_settings_record(settings_record_id)
