"""Endpoints for stations."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from app.api.deps import SessionDep
from app.api.errors import errors
from app.api.keys import require_key
from app.models.station import Station
from app.schemas.base import page_of
from app.schemas.shared import StationResponse
from app.schemas.station import ListStationsQuery, StationCreate, StationListResponse, StationUpdate
from app.services.station_service import StationService

router = APIRouter(tags=["stations"])


def get_station_service(session: SessionDep) -> StationService:
    """Give an endpoint its service."""
    return StationService(session)


StationServiceDep = Annotated[StationService, Depends(get_station_service)]


@router.get("/stations", response_model=StationListResponse, responses=errors(422))
async def list_stations(
    query: Annotated[ListStationsQuery, Query()],
    service: StationServiceDep,
) -> Any:
    """List stations."""
    rows, total = await service.list_stations(query)
    return page_of(rows, total, query)


@router.post(
    "/stations",
    response_model=StationResponse,
    status_code=201,
    responses=errors(400, 401, 409, 413, 422),
    dependencies=[Depends(require_key)],
)
async def create_station(data: StationCreate, service: StationServiceDep) -> Station:
    """Create a station."""
    return await service.create_station(data)


@router.get("/stations/{station_id}", response_model=StationResponse, responses=errors(404, 422))
async def read_station(station_id: UUID, service: StationServiceDep) -> Station:
    """Read a station."""
    return await service.read_station(station_id)


@router.put(
    "/stations/{station_id}",
    response_model=StationResponse,
    responses=errors(400, 401, 404, 409, 413, 422),
    dependencies=[Depends(require_key)],
)
async def replace_station(
    station_id: UUID,
    data: StationCreate,
    service: StationServiceDep,
) -> Station:
    """Replace a station."""
    return await service.replace_station(station_id, data)


@router.patch(
    "/stations/{station_id}",
    response_model=StationResponse,
    responses=errors(400, 401, 404, 409, 413, 422),
    dependencies=[Depends(require_key)],
)
async def update_station(
    station_id: UUID,
    data: StationUpdate,
    service: StationServiceDep,
) -> Station:
    """Change a station."""
    return await service.update_station(station_id, data)


@router.delete(
    "/stations/{station_id}",
    status_code=204,
    responses=errors(401, 404, 422),
    dependencies=[Depends(require_key)],
)
async def delete_station(station_id: UUID, service: StationServiceDep) -> None:
    """Delete a station."""
    await service.delete_station(station_id)
