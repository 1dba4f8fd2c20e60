"""What can be done with departments, and by whom."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.department import Department
from app.repositories.department_repository import (
    LIST_DEPARTMENTS,
    WITH_TENANT_HEAD,
    DepartmentRepository,
)
from app.schemas.department import (
    DepartmentCreate,
    DepartmentReplace,
    DepartmentUpdate,
    ListDepartmentsQuery,
)


class DepartmentService:
    """Business rules of departments."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.departments = DepartmentRepository(session)

    async def list_departments(self, query: ListDepartmentsQuery) -> tuple[list[Department], int]:
        """List departments."""
        return await self.departments.page(LIST_DEPARTMENTS, query, load=WITH_TENANT_HEAD)

    async def create_department(self, data: DepartmentCreate) -> Department:
        """Create a department."""
        department = Department(**data.model_dump())
        await self.departments.add(
            department,
            number="number",
            tenant_code="tenant_code",
            head_badge="head_badge",
        )
        return await self.departments.one(
            Department.tenant_code == department.tenant_code,
            Department.number == department.number,
            load=WITH_TENANT_HEAD,
        )

    async def read_department(
        self,
        department_tenant_code: str,
        department_number: int,
    ) -> Department:
        """Read a department."""
        return await self.departments.one(
            Department.tenant_code == department_tenant_code,
            Department.number == department_number,
            load=WITH_TENANT_HEAD,
        )

    async def replace_department(
        self,
        department_tenant_code: str,
        department_number: int,
        data: DepartmentReplace,
    ) -> Department:
        """Replace a department."""
        department = await self.departments.one(
            Department.tenant_code == department_tenant_code,
            Department.number == department_number,
            lock=True,
        )
        changes = data.model_dump()
        await self.departments.change(department, changes, head_badge="head_badge")
        return await self.departments.one(
            Department.tenant_code == department.tenant_code,
            Department.number == department.number,
            load=WITH_TENANT_HEAD,
        )

    async def update_department(
        self,
        department_tenant_code: str,
        department_number: int,
        data: DepartmentUpdate,
    ) -> Department:
        """Change a department."""
        department = await self.departments.one(
            Department.tenant_code == department_tenant_code,
            Department.number == department_number,
            lock=True,
        )
        changes = data.model_dump(exclude_unset=True)
        await self.departments.change(department, changes, head_badge="head_badge")
        return await self.departments.one(
            Department.tenant_code == department.tenant_code,
            Department.number == department.number,
            load=WITH_TENANT_HEAD,
        )

    async def delete_department(self, department_tenant_code: str, department_number: int) -> None:
        """Delete a department."""
        department = await self.departments.one(
            Department.tenant_code == department_tenant_code,
            Department.number == department_number,
            lock=True,
        )
        await self.departments.remove(department)
