"""Queries over tenants."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.tenant import Tenant
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, contains, equal

LIST_TENANTS = Listing(
    filters={
        "code": equal(Tenant.code),
        "name": equal(Tenant.name),
    },
    search=contains(Tenant.code, Tenant.name),
    sorts={
        "code": Tenant.code,
        "name": Tenant.name,
    },
    key=(Tenant.code,),
)


class TenantRepository(BaseRepository[Tenant]):
    """Queries over tenants."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, Tenant)
