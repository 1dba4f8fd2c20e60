"""Endpoints for ding dans."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from app.api.deps import SessionDep
from app.api.errors import errors
from app.models.ding_dan import DingDan
from app.schemas.base import page_of
from app.schemas.ding_dan import (
    DingDanCreate,
    DingDanListResponse,
    DingDanResponse,
    DingDanUpdate,
    ListDingDansQuery,
)
from app.schemas.types import Int64Param
from app.services.ding_dan_service import DingDanService

router = APIRouter(tags=["ding dans"])


def get_ding_dan_service(session: SessionDep) -> DingDanService:
    """Give an endpoint its service."""
    return DingDanService(session)


DingDanServiceDep = Annotated[DingDanService, Depends(get_ding_dan_service)]


@router.get("/ding-dans", response_model=DingDanListResponse, responses=errors(422))
async def list_ding_dans(
    query: Annotated[ListDingDansQuery, Query()],
    service: DingDanServiceDep,
) -> Any:
    """List ding dans."""
    rows, total = await service.list_ding_dans(query)
    return page_of(rows, total, query)


@router.post(
    "/ding-dans",
    response_model=DingDanResponse,
    status_code=201,
    responses=errors(400, 409, 413, 422),
)
async def create_ding_dan(data: DingDanCreate, service: DingDanServiceDep) -> DingDan:
    """Create a ding dan."""
    return await service.create_ding_dan(data)


@router.get("/ding-dans/{ding_dan_id}", response_model=DingDanResponse, responses=errors(404, 422))
async def read_ding_dan(ding_dan_id: Int64Param, service: DingDanServiceDep) -> DingDan:
    """Read a ding dan."""
    return await service.read_ding_dan(ding_dan_id)


@router.put(
    "/ding-dans/{ding_dan_id}",
    response_model=DingDanResponse,
    responses=errors(400, 404, 409, 413, 422),
)
async def replace_ding_dan(
    ding_dan_id: Int64Param,
    data: DingDanCreate,
    service: DingDanServiceDep,
) -> DingDan:
    """Replace a ding dan."""
    return await service.replace_ding_dan(ding_dan_id, data)


@router.patch(
    "/ding-dans/{ding_dan_id}",
    response_model=DingDanResponse,
    responses=errors(400, 404, 409, 413, 422),
)
async def update_ding_dan(
    ding_dan_id: Int64Param,
    data: DingDanUpdate,
    service: DingDanServiceDep,
) -> DingDan:
    """Change a ding dan."""
    return await service.update_ding_dan(ding_dan_id, data)


@router.delete("/ding-dans/{ding_dan_id}", status_code=204, responses=errors(404, 422))
async def delete_ding_dan(ding_dan_id: Int64Param, service: DingDanServiceDep) -> None:
    """Delete a ding dan."""
    await service.delete_ding_dan(ding_dan_id)
