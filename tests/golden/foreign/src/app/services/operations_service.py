"""What can be done that belongs to no single resource, and by whom."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.db.errors import telling_refusals
from app.services.operations.reprice_shop import reprice_shop


class OperationsService:
    """Operations that belong to no single resource."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session

    async def reprice_shop(self, shop: str) -> None:
        """Reprice shop."""
        with telling_refusals():
            await reprice_shop(self.session, shop)
            await self.session.commit()
