"""Endpoints for class records."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from app.api.deps import SessionDep
from app.api.errors import errors
from app.models.class_record import ClassRecord
from app.schemas.base import page_of
from app.schemas.class_record import (
    ClassRecordCreate,
    ClassRecordListResponse,
    ClassRecordUpdate,
    ListClassRecordsQuery,
)
from app.schemas.shared import ClassRecordResponse
from app.schemas.types import Int64Param
from app.services.class_record_service import ClassRecordService

router = APIRouter(tags=["class records"])


def get_class_record_service(session: SessionDep) -> ClassRecordService:
    """Give an endpoint its service."""
    return ClassRecordService(session)


ClassRecordServiceDep = Annotated[ClassRecordService, Depends(get_class_record_service)]


@router.get("/class-records", response_model=ClassRecordListResponse, responses=errors(422))
async def list_class_records(
    query: Annotated[ListClassRecordsQuery, Query()],
    service: ClassRecordServiceDep,
) -> Any:
    """List class records."""
    rows, total = await service.list_class_records(query)
    return page_of(rows, total, query)


@router.post(
    "/class-records",
    response_model=ClassRecordResponse,
    status_code=201,
    responses=errors(400, 413, 422),
)
async def create_class_record(
    data: ClassRecordCreate,
    service: ClassRecordServiceDep,
) -> ClassRecord:
    """Create a class record."""
    return await service.create_class_record(data)


@router.get(
    "/class-records/{class_record_id}",
    response_model=ClassRecordResponse,
    responses=errors(404, 422),
)
async def read_class_record(
    class_record_id: Int64Param,
    service: ClassRecordServiceDep,
) -> ClassRecord:
    """Read a class record."""
    return await service.read_class_record(class_record_id)


@router.put(
    "/class-records/{class_record_id}",
    response_model=ClassRecordResponse,
    responses=errors(400, 404, 413, 422),
)
async def replace_class_record(
    class_record_id: Int64Param,
    data: ClassRecordCreate,
    service: ClassRecordServiceDep,
) -> ClassRecord:
    """Replace a class record."""
    return await service.replace_class_record(class_record_id, data)


@router.patch(
    "/class-records/{class_record_id}",
    response_model=ClassRecordResponse,
    responses=errors(400, 404, 413, 422),
)
async def update_class_record(
    class_record_id: Int64Param,
    data: ClassRecordUpdate,
    service: ClassRecordServiceDep,
) -> ClassRecord:
    """Change a class record."""
    return await service.update_class_record(class_record_id, data)


@router.delete("/class-records/{class_record_id}", status_code=204, responses=errors(404, 422))
async def delete_class_record(class_record_id: Int64Param, service: ClassRecordServiceDep) -> None:
    """Delete a class record."""
    await service.delete_class_record(class_record_id)
