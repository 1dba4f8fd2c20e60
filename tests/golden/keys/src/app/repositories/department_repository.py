"""Queries over departments."""

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.models.department import Department
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, contains, equal

# Relations that answers show, loaded with the rows: never one query a row.
WITH_TENANT_HEAD = (joinedload(Department.tenant), joinedload(Department.head))

LIST_DEPARTMENTS = Listing(
    filters={
        "number": equal(Department.number),
        "title": equal(Department.title),
        "tenant_code": equal(Department.tenant_code),
        "head_badge": equal(Department.head_badge),
    },
    search=contains(Department.title, Department.tenant_code),
    sorts={
        "number": Department.number,
        "title": Department.title,
        "tenant_code": Department.tenant_code,
        "head_badge": Department.head_badge,
    },
    key=(Department.tenant_code, Department.number),
)


class DepartmentRepository(BaseRepository[Department]):
    """Queries over departments."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, Department)
