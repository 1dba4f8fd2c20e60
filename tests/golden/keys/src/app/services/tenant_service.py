"""What can be done with tenants, and by whom."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.tenant import Tenant
from app.repositories.tenant_repository import LIST_TENANTS, TenantRepository
from app.schemas.tenant import ListTenantsQuery, TenantCreate, TenantReplace, TenantUpdate


class TenantService:
    """Business rules of tenants."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.tenants = TenantRepository(session)

    async def list_tenants(self, query: ListTenantsQuery) -> tuple[list[Tenant], int]:
        """List tenants."""
        return await self.tenants.page(LIST_TENANTS, query)

    async def create_tenant(self, data: TenantCreate) -> Tenant:
        """Create a tenant."""
        tenant = Tenant(**data.model_dump())
        await self.tenants.add(tenant, code="code")
        return tenant

    async def read_tenant(self, tenant_code: str) -> Tenant:
        """Read a tenant."""
        return await self.tenants.one(Tenant.code == tenant_code)

    async def replace_tenant(self, tenant_code: str, data: TenantReplace) -> Tenant:
        """Replace a tenant."""
        tenant = await self.tenants.one(Tenant.code == tenant_code, lock=True)
        changes = data.model_dump()
        await self.tenants.change(tenant, changes)
        return tenant

    async def update_tenant(self, tenant_code: str, data: TenantUpdate) -> Tenant:
        """Change a tenant."""
        tenant = await self.tenants.one(Tenant.code == tenant_code, lock=True)
        changes = data.model_dump(exclude_unset=True)
        await self.tenants.change(tenant, changes)
        return tenant

    async def delete_tenant(self, tenant_code: str) -> None:
        """Delete a tenant."""
        tenant = await self.tenants.one(Tenant.code == tenant_code, lock=True)
        await self.tenants.remove(tenant)
