"""Endpoints for readings."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from app.api.deps import SessionDep
from app.api.errors import errors
from app.api.keys import require_key
from app.models.reading import Reading
from app.schemas.base import page_of
from app.schemas.reading import (
    ListReadingsQuery,
    ReadingCreate,
    ReadingListResponse,
    ReadingResponse,
    ReadingUpdate,
)
from app.services.reading_service import ReadingService

router = APIRouter(tags=["readings"])


def get_reading_service(session: SessionDep) -> ReadingService:
    """Give an endpoint its service."""
    return ReadingService(session)


ReadingServiceDep = Annotated[ReadingService, Depends(get_reading_service)]


@router.get(
    "/readings",
    response_model=ReadingListResponse,
    responses=errors(401, 422),
    dependencies=[Depends(require_key)],
)
async def list_readings(
    query: Annotated[ListReadingsQuery, Query()],
    service: ReadingServiceDep,
) -> Any:
    """List readings."""
    rows, total = await service.list_readings(query)
    return page_of(rows, total, query)


@router.post(
    "/readings",
    response_model=ReadingResponse,
    status_code=201,
    responses=errors(400, 401, 409, 413, 422),
    dependencies=[Depends(require_key)],
)
async def create_reading(data: ReadingCreate, service: ReadingServiceDep) -> Reading:
    """Create a reading."""
    return await service.create_reading(data)


@router.get(
    "/readings/{reading_id}",
    response_model=ReadingResponse,
    responses=errors(401, 404, 422),
    dependencies=[Depends(require_key)],
)
async def read_reading(reading_id: UUID, service: ReadingServiceDep) -> Reading:
    """Read a reading."""
    return await service.read_reading(reading_id)


@router.put(
    "/readings/{reading_id}",
    response_model=ReadingResponse,
    responses=errors(400, 401, 404, 409, 413, 422),
    dependencies=[Depends(require_key)],
)
async def replace_reading(
    reading_id: UUID,
    data: ReadingCreate,
    service: ReadingServiceDep,
) -> Reading:
    """Replace a reading."""
    return await service.replace_reading(reading_id, data)


@router.patch(
    "/readings/{reading_id}",
    response_model=ReadingResponse,
    responses=errors(400, 401, 404, 409, 413, 422),
    dependencies=[Depends(require_key)],
)
async def update_reading(
    reading_id: UUID,
    data: ReadingUpdate,
    service: ReadingServiceDep,
) -> Reading:
    """Change a reading."""
    return await service.update_reading(reading_id, data)


@router.delete(
    "/readings/{reading_id}",
    status_code=204,
    responses=errors(401, 404, 422),
    dependencies=[Depends(require_key)],
)
async def delete_reading(reading_id: UUID, service: ReadingServiceDep) -> None:
    """Delete a reading."""
    await service.delete_reading(reading_id)
