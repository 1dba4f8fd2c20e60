"""What can be done with ding dans, and by whom."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.ding_dan import DingDan
from app.repositories.ding_dan_repository import LIST_DING_DANS, WITH_DATA, DingDanRepository
from app.schemas.ding_dan import DingDanCreate, DingDanUpdate, ListDingDansQuery


class DingDanService:
    """Business rules of ding dans."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.ding_dans = DingDanRepository(session)

    async def list_ding_dans(self, query: ListDingDansQuery) -> tuple[list[DingDan], int]:
        """List ding dans."""
        return await self.ding_dans.page(LIST_DING_DANS, query, load=WITH_DATA)

    async def create_ding_dan(self, data: DingDanCreate) -> DingDan:
        """Create a ding dan."""
        ding_dan = DingDan(**data.model_dump())
        await self.ding_dans.add(ding_dan, data_id="data_id")
        return await self.ding_dans.one(DingDan.id == ding_dan.id, load=WITH_DATA)

    async def read_ding_dan(self, ding_dan_id: int) -> DingDan:
        """Read a ding dan."""
        return await self.ding_dans.one(DingDan.id == ding_dan_id, load=WITH_DATA)

    async def replace_ding_dan(self, ding_dan_id: int, data: DingDanCreate) -> DingDan:
        """Replace a ding dan."""
        ding_dan = await self.ding_dans.one(DingDan.id == ding_dan_id, lock=True)
        changes = data.model_dump()
        await self.ding_dans.change(ding_dan, changes, data_id="data_id")
        return await self.ding_dans.one(DingDan.id == ding_dan.id, load=WITH_DATA)

    async def update_ding_dan(self, ding_dan_id: int, data: DingDanUpdate) -> DingDan:
        """Change a ding dan."""
        ding_dan = await self.ding_dans.one(DingDan.id == ding_dan_id, lock=True)
        changes = data.model_dump(exclude_unset=True)
        await self.ding_dans.change(ding_dan, changes, data_id="data_id")
        return await self.ding_dans.one(DingDan.id == ding_dan.id, load=WITH_DATA)

    async def delete_ding_dan(self, ding_dan_id: int) -> None:
        """Delete a ding dan."""
        ding_dan = await self.ding_dans.one(DingDan.id == ding_dan_id, lock=True)
        await self.ding_dans.remove(ding_dan)
