"""Queries over employees."""

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.models.employee import Employee
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, at_least, at_most, contains, equal

# Relations that answers show, loaded with the rows: never one query a row.
WITH_DEPARTMENT_MANAGER = (joinedload(Employee.department), joinedload(Employee.manager))

LIST_EMPLOYEES = Listing(
    filters={
        "badge": equal(Employee.badge),
        "name": equal(Employee.name),
        "born": equal(Employee.born),
        "born_min": at_least(Employee.born),
        "born_max": at_most(Employee.born),
        "hired_min": at_least(Employee.hired),
        "hired_max": at_most(Employee.hired),
        "salary": equal(Employee.salary),
        "salary_min": at_least(Employee.salary),
        "salary_max": at_most(Employee.salary),
        "department_tenant_code": equal(Employee.department_tenant_code),
        "department_number": equal(Employee.department_number),
        "manager_badge": equal(Employee.manager_badge),
    },
    search=contains(Employee.name, Employee.department_tenant_code),
    sorts={
        "badge": Employee.badge,
        "name": Employee.name,
        "born": Employee.born,
        "hired": Employee.hired,
        "salary": Employee.salary,
        "department_tenant_code": Employee.department_tenant_code,
        "department_number": Employee.department_number,
        "manager_badge": Employee.manager_badge,
    },
    key=(Employee.badge,),
)


class EmployeeRepository(BaseRepository[Employee]):
    """Queries over employees."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, Employee)
