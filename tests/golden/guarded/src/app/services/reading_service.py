"""What can be done with readings, and by whom."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.reading import Reading
from app.repositories.reading_repository import LIST_READINGS, WITH_STATION, ReadingRepository
from app.schemas.reading import ListReadingsQuery, ReadingCreate, ReadingUpdate


class ReadingService:
    """Business rules of readings."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.readings = ReadingRepository(session)

    async def list_readings(self, query: ListReadingsQuery) -> tuple[list[Reading], int]:
        """List readings."""
        return await self.readings.page(LIST_READINGS, query, load=WITH_STATION)

    async def create_reading(self, data: ReadingCreate) -> Reading:
        """Create a reading."""
        reading = Reading(**data.model_dump())
        await self.readings.add(reading, celsius="celsius", station_id="station_id")
        return await self.readings.one(Reading.id == reading.id, load=WITH_STATION)

    async def read_reading(self, reading_id: UUID) -> Reading:
        """Read a reading."""
        return await self.readings.one(Reading.id == reading_id, load=WITH_STATION)

    async def replace_reading(self, reading_id: UUID, data: ReadingCreate) -> Reading:
        """Replace a reading."""
        reading = await self.readings.one(Reading.id == reading_id, lock=True)
        changes = data.model_dump()
        await self.readings.change(reading, changes, celsius="celsius", station_id="station_id")
        return await self.readings.one(Reading.id == reading.id, load=WITH_STATION)

    async def update_reading(self, reading_id: UUID, data: ReadingUpdate) -> Reading:
        """Change a reading."""
        reading = await self.readings.one(Reading.id == reading_id, lock=True)
        changes = data.model_dump(exclude_unset=True)
        await self.readings.change(reading, changes, celsius="celsius", station_id="station_id")
        return await self.readings.one(Reading.id == reading.id, load=WITH_STATION)

    async def delete_reading(self, reading_id: UUID) -> None:
        """Delete a reading."""
        reading = await self.readings.one(Reading.id == reading_id, lock=True)
        await self.readings.remove(reading)
