"""What can be done with employees, and by whom."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.employee import Employee
from app.repositories.employee_repository import (
    LIST_EMPLOYEES,
    WITH_DEPARTMENT_MANAGER,
    EmployeeRepository,
)
from app.schemas.employee import EmployeeCreate, EmployeeReplace, EmployeeUpdate, ListEmployeesQuery


class EmployeeService:
    """Business rules of employees."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.employees = EmployeeRepository(session)

    async def list_employees(self, query: ListEmployeesQuery) -> tuple[list[Employee], int]:
        """List employees."""
        return await self.employees.page(LIST_EMPLOYEES, query, load=WITH_DEPARTMENT_MANAGER)

    async def create_employee(self, data: EmployeeCreate) -> Employee:
        """Create an employee."""
        employee = Employee(**data.model_dump())
        await self.employees.add(
            employee,
            badge="badge",
            department_tenant_code="department_tenant_code",
            department_number="department_number",
            manager_badge="manager_badge",
        )
        return await self.employees.one(
            Employee.badge == employee.badge,
            load=WITH_DEPARTMENT_MANAGER,
        )

    async def read_employee(self, employee_badge: UUID) -> Employee:
        """Read an employee."""
        return await self.employees.one(
            Employee.badge == employee_badge,
            load=WITH_DEPARTMENT_MANAGER,
        )

    async def replace_employee(self, employee_badge: UUID, data: EmployeeReplace) -> Employee:
        """Replace an employee."""
        employee = await self.employees.one(Employee.badge == employee_badge, lock=True)
        changes = data.model_dump()
        await self.employees.change(
            employee,
            changes,
            department_tenant_code="department_tenant_code",
            department_number="department_number",
            manager_badge="manager_badge",
        )
        return await self.employees.one(
            Employee.badge == employee.badge,
            load=WITH_DEPARTMENT_MANAGER,
        )

    async def update_employee(self, employee_badge: UUID, data: EmployeeUpdate) -> Employee:
        """Change an employee."""
        employee = await self.employees.one(Employee.badge == employee_badge, lock=True)
        changes = data.model_dump(exclude_unset=True)
        await self.employees.change(
            employee,
            changes,
            department_tenant_code="department_tenant_code",
            department_number="department_number",
            manager_badge="manager_badge",
        )
        return await self.employees.one(
            Employee.badge == employee.badge,
            load=WITH_DEPARTMENT_MANAGER,
        )

    async def delete_employee(self, employee_badge: UUID) -> None:
        """Delete an employee."""
        employee = await self.employees.one(Employee.badge == employee_badge, lock=True)
        await self.employees.remove(employee)
