"""Endpoints for tenants."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from app.api.deps import SessionDep
from app.api.errors import errors
from app.api.exact import ExactRoute
from app.models.tenant import Tenant
from app.schemas.base import page_of
from app.schemas.shared import TenantResponse
from app.schemas.tenant import (
    ListTenantsQuery,
    TenantCreate,
    TenantListResponse,
    TenantReplace,
    TenantUpdate,
)
from app.schemas.types import Slug
from app.services.tenant_service import TenantService

router = APIRouter(route_class=ExactRoute, tags=["tenants"])


def get_tenant_service(session: SessionDep) -> TenantService:
    """Give an endpoint its service."""
    return TenantService(session)


TenantServiceDep = Annotated[TenantService, Depends(get_tenant_service)]


@router.get("/tenants", response_model=TenantListResponse, responses=errors(422))
async def list_tenants(
    query: Annotated[ListTenantsQuery, Query()],
    service: TenantServiceDep,
) -> Any:
    """List tenants."""
    rows, total = await service.list_tenants(query)
    return page_of(rows, total, query)


@router.post(
    "/tenants",
    response_model=TenantResponse,
    status_code=201,
    responses=errors(400, 409, 413, 422),
)
async def create_tenant(data: TenantCreate, service: TenantServiceDep) -> Tenant:
    """Create a tenant."""
    return await service.create_tenant(data)


@router.get("/tenants/{tenant_code}", response_model=TenantResponse, responses=errors(404, 422))
async def read_tenant(tenant_code: Slug, service: TenantServiceDep) -> Tenant:
    """Read a tenant."""
    return await service.read_tenant(tenant_code)


@router.put(
    "/tenants/{tenant_code}",
    response_model=TenantResponse,
    responses=errors(400, 404, 409, 413, 422),
)
async def replace_tenant(
    tenant_code: Slug,
    data: TenantReplace,
    service: TenantServiceDep,
) -> Tenant:
    """Replace a tenant."""
    return await service.replace_tenant(tenant_code, data)


@router.patch(
    "/tenants/{tenant_code}",
    response_model=TenantResponse,
    responses=errors(400, 404, 409, 413, 422),
)
async def update_tenant(tenant_code: Slug, data: TenantUpdate, service: TenantServiceDep) -> Tenant:
    """Change a tenant."""
    return await service.update_tenant(tenant_code, data)


@router.delete("/tenants/{tenant_code}", status_code=204, responses=errors(404, 409, 422))
async def delete_tenant(tenant_code: Slug, service: TenantServiceDep) -> None:
    """Delete a tenant."""
    await service.delete_tenant(tenant_code)
