"""Endpoints for query records."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from app.api.deps import SessionDep
from app.api.errors import errors
from app.models.query_record import QueryRecord
from app.schemas.base import page_of
from app.schemas.query_record import (
    ListQueryRecordsQuery,
    QueryRecordCreate,
    QueryRecordListResponse,
    QueryRecordResponse,
    QueryRecordUpdate,
)
from app.schemas.types import Int64Param
from app.services.query_record_service import QueryRecordService

router = APIRouter(tags=["query records"])


def get_query_record_service(session: SessionDep) -> QueryRecordService:
    """Give an endpoint its service."""
    return QueryRecordService(session)


QueryRecordServiceDep = Annotated[QueryRecordService, Depends(get_query_record_service)]


@router.get("/query-records", response_model=QueryRecordListResponse, responses=errors(422))
async def list_query_records(
    query: Annotated[ListQueryRecordsQuery, Query()],
    service: QueryRecordServiceDep,
) -> Any:
    """List query records."""
    rows, total = await service.list_query_records(query)
    return page_of(rows, total, query)


@router.post(
    "/query-records",
    response_model=QueryRecordResponse,
    status_code=201,
    responses=errors(400, 409, 413, 422),
)
async def create_query_record(
    data: QueryRecordCreate,
    service: QueryRecordServiceDep,
) -> QueryRecord:
    """Create a query record."""
    return await service.create_query_record(data)


@router.get(
    "/query-records/{query_record_id}",
    response_model=QueryRecordResponse,
    responses=errors(404, 422),
)
async def read_query_record(
    query_record_id: Int64Param,
    service: QueryRecordServiceDep,
) -> QueryRecord:
    """Read a query record."""
    return await service.read_query_record(query_record_id)


@router.put(
    "/query-records/{query_record_id}",
    response_model=QueryRecordResponse,
    responses=errors(400, 404, 409, 413, 422),
)
async def replace_query_record(
    query_record_id: Int64Param,
    data: QueryRecordCreate,
    service: QueryRecordServiceDep,
) -> QueryRecord:
    """Replace a query record."""
    return await service.replace_query_record(query_record_id, data)


@router.patch(
    "/query-records/{query_record_id}",
    response_model=QueryRecordResponse,
    responses=errors(400, 404, 409, 413, 422),
)
async def update_query_record(
    query_record_id: Int64Param,
    data: QueryRecordUpdate,
    service: QueryRecordServiceDep,
) -> QueryRecord:
    """Change a query record."""
    return await service.update_query_record(query_record_id, data)


@router.delete("/query-records/{query_record_id}", status_code=204, responses=errors(404, 409, 422))
async def delete_query_record(query_record_id: Int64Param, service: QueryRecordServiceDep) -> None:
    """Delete a query record."""
    await service.delete_query_record(query_record_id)
