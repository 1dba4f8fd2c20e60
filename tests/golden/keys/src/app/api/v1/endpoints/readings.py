"""Endpoints for readings."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from app.api.deps import SessionDep
from app.api.errors import errors
from app.api.exact import ExactRoute
from app.models.reading import Reading
from app.schemas.base import page_of
from app.schemas.reading import (
    ListReadingsQuery,
    ReadingCreate,
    ReadingListResponse,
    ReadingReplace,
    ReadingResponse,
    ReadingUpdate,
)
from app.schemas.types import Instant, Int32Param
from app.services.reading_service import ReadingService

router = APIRouter(route_class=ExactRoute, tags=["readings"])


def get_reading_service(session: SessionDep) -> ReadingService:
    """Give an endpoint its service."""
    return ReadingService(session)


ReadingServiceDep = Annotated[ReadingService, Depends(get_reading_service)]


@router.get("/readings", response_model=ReadingListResponse, responses=errors(422))
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
    responses=errors(400, 409, 413, 422),
)
async def create_reading(data: ReadingCreate, service: ReadingServiceDep) -> Reading:
    """Create a reading."""
    return await service.create_reading(data)


@router.get(
    "/readings/{reading_sensor}/{reading_at}",
    response_model=ReadingResponse,
    responses=errors(404, 422),
)
async def read_reading(
    reading_sensor: Int32Param,
    reading_at: Instant,
    service: ReadingServiceDep,
) -> Reading:
    """Read a reading."""
    return await service.read_reading(reading_sensor, reading_at)


@router.put(
    "/readings/{reading_sensor}/{reading_at}",
    response_model=ReadingResponse,
    responses=errors(400, 404, 409, 413, 422),
)
async def replace_reading(
    reading_sensor: Int32Param,
    reading_at: Instant,
    data: ReadingReplace,
    service: ReadingServiceDep,
) -> Reading:
    """Replace a reading."""
    return await service.replace_reading(reading_sensor, reading_at, data)


@router.patch(
    "/readings/{reading_sensor}/{reading_at}",
    response_model=ReadingResponse,
    responses=errors(400, 404, 409, 413, 422),
)
async def update_reading(
    reading_sensor: Int32Param,
    reading_at: Instant,
    data: ReadingUpdate,
    service: ReadingServiceDep,
) -> Reading:
    """Change a reading."""
    return await service.update_reading(reading_sensor, reading_at, data)


@router.delete(
    "/readings/{reading_sensor}/{reading_at}",
    status_code=204,
    responses=errors(404, 422),
)
async def delete_reading(
    reading_sensor: Int32Param,
    reading_at: Instant,
    service: ReadingServiceDep,
) -> None:
    """Delete a reading."""
    await service.delete_reading(reading_sensor, reading_at)
