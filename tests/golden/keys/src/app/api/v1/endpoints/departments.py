"""Endpoints for departments."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from app.api.deps import SessionDep
from app.api.errors import errors
from app.api.exact import ExactRoute
from app.models.department import Department
from app.schemas.base import page_of
from app.schemas.department import (
    DepartmentCreate,
    DepartmentListResponse,
    DepartmentReplace,
    DepartmentResponse,
    DepartmentUpdate,
    ListDepartmentsQuery,
)
from app.schemas.types import Int32Param, Slug
from app.services.department_service import DepartmentService

router = APIRouter(route_class=ExactRoute, tags=["departments"])


def get_department_service(session: SessionDep) -> DepartmentService:
    """Give an endpoint its service."""
    return DepartmentService(session)


DepartmentServiceDep = Annotated[DepartmentService, Depends(get_department_service)]


@router.get("/departments", response_model=DepartmentListResponse, responses=errors(422))
async def list_departments(
    query: Annotated[ListDepartmentsQuery, Query()],
    service: DepartmentServiceDep,
) -> Any:
    """List departments."""
    rows, total = await service.list_departments(query)
    return page_of(rows, total, query)


@router.post(
    "/departments",
    response_model=DepartmentResponse,
    status_code=201,
    responses=errors(400, 409, 413, 422),
)
async def create_department(data: DepartmentCreate, service: DepartmentServiceDep) -> Department:
    """Create a department."""
    return await service.create_department(data)


@router.get(
    "/departments/{department_tenant_code}/{department_number}",
    response_model=DepartmentResponse,
    responses=errors(404, 422),
)
async def read_department(
    department_tenant_code: Slug,
    department_number: Int32Param,
    service: DepartmentServiceDep,
) -> Department:
    """Read a department."""
    return await service.read_department(department_tenant_code, department_number)


@router.put(
    "/departments/{department_tenant_code}/{department_number}",
    response_model=DepartmentResponse,
    responses=errors(400, 404, 409, 413, 422),
)
async def replace_department(
    department_tenant_code: Slug,
    department_number: Int32Param,
    data: DepartmentReplace,
    service: DepartmentServiceDep,
) -> Department:
    """Replace a department."""
    return await service.replace_department(department_tenant_code, department_number, data)


@router.patch(
    "/departments/{department_tenant_code}/{department_number}",
    response_model=DepartmentResponse,
    responses=errors(400, 404, 409, 413, 422),
)
async def update_department(
    department_tenant_code: Slug,
    department_number: Int32Param,
    data: DepartmentUpdate,
    service: DepartmentServiceDep,
) -> Department:
    """Change a department."""
    return await service.update_department(department_tenant_code, department_number, data)


@router.delete(
    "/departments/{department_tenant_code}/{department_number}",
    status_code=204,
    responses=errors(404, 409, 422),
)
async def delete_department(
    department_tenant_code: Slug,
    department_number: Int32Param,
    service: DepartmentServiceDep,
) -> None:
    """Delete a department."""
    await service.delete_department(department_tenant_code, department_number)
