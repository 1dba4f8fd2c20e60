"""Endpoints for employees."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from app.api.deps import SessionDep
from app.api.errors import errors
from app.api.exact import ExactRoute
from app.models.employee import Employee
from app.schemas.base import page_of
from app.schemas.employee import (
    EmployeeCreate,
    EmployeeListResponse,
    EmployeeReplace,
    EmployeeResponse,
    EmployeeUpdate,
    ListEmployeesQuery,
)
from app.services.employee_service import EmployeeService

router = APIRouter(route_class=ExactRoute, tags=["employees"])


def get_employee_service(session: SessionDep) -> EmployeeService:
    """Give an endpoint its service."""
    return EmployeeService(session)


EmployeeServiceDep = Annotated[EmployeeService, Depends(get_employee_service)]


@router.get("/employees", response_model=EmployeeListResponse, responses=errors(422))
async def list_employees(
    query: Annotated[ListEmployeesQuery, Query()],
    service: EmployeeServiceDep,
) -> Any:
    """List employees."""
    rows, total = await service.list_employees(query)
    return page_of(rows, total, query)


@router.post(
    "/employees",
    response_model=EmployeeResponse,
    status_code=201,
    responses=errors(400, 409, 413, 422),
)
async def create_employee(data: EmployeeCreate, service: EmployeeServiceDep) -> Employee:
    """Create an employee."""
    return await service.create_employee(data)


@router.get(
    "/employees/{employee_badge}",
    response_model=EmployeeResponse,
    responses=errors(404, 422),
)
async def read_employee(employee_badge: UUID, service: EmployeeServiceDep) -> Employee:
    """Read an employee."""
    return await service.read_employee(employee_badge)


@router.put(
    "/employees/{employee_badge}",
    response_model=EmployeeResponse,
    responses=errors(400, 404, 409, 413, 422),
)
async def replace_employee(
    employee_badge: UUID,
    data: EmployeeReplace,
    service: EmployeeServiceDep,
) -> Employee:
    """Replace an employee."""
    return await service.replace_employee(employee_badge, data)


@router.patch(
    "/employees/{employee_badge}",
    response_model=EmployeeResponse,
    responses=errors(400, 404, 409, 413, 422),
)
async def update_employee(
    employee_badge: UUID,
    data: EmployeeUpdate,
    service: EmployeeServiceDep,
) -> Employee:
    """Change an employee."""
    return await service.update_employee(employee_badge, data)


@router.delete("/employees/{employee_badge}", status_code=204, responses=errors(404, 422))
async def delete_employee(employee_badge: UUID, service: EmployeeServiceDep) -> None:
    """Delete an employee."""
    await service.delete_employee(employee_badge)
