"""What can be done with readings, and by whom."""

import datetime as dt

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.reading import Reading
from app.repositories.reading_repository import LIST_READINGS, ReadingRepository
from app.schemas.reading import ListReadingsQuery, ReadingCreate, ReadingReplace, ReadingUpdate


class ReadingService:
    """Business rules of readings."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.readings = ReadingRepository(session)

    async def list_readings(self, query: ListReadingsQuery) -> tuple[list[Reading], int]:
        """List readings."""
        return await self.readings.page(LIST_READINGS, query)

    async def create_reading(self, data: ReadingCreate) -> Reading:
        """Create a reading."""
        reading = Reading(**data.model_dump())
        await self.readings.add(reading, sensor="sensor", at="at")
        return reading

    async def read_reading(self, reading_sensor: int, reading_at: dt.datetime) -> Reading:
        """Read a reading."""
        return await self.readings.one(
            Reading.sensor == reading_sensor,
            Reading.at == reading_at,
        )

    async def replace_reading(
        self,
        reading_sensor: int,
        reading_at: dt.datetime,
        data: ReadingReplace,
    ) -> Reading:
        """Replace a reading."""
        reading = await self.readings.one(
            Reading.sensor == reading_sensor,
            Reading.at == reading_at,
            lock=True,
        )
        changes = data.model_dump()
        await self.readings.change(reading, changes)
        return reading

    async def update_reading(
        self,
        reading_sensor: int,
        reading_at: dt.datetime,
        data: ReadingUpdate,
    ) -> Reading:
        """Change a reading."""
        reading = await self.readings.one(
            Reading.sensor == reading_sensor,
            Reading.at == reading_at,
            lock=True,
        )
        changes = data.model_dump(exclude_unset=True)
        await self.readings.change(reading, changes)
        return reading

    async def delete_reading(self, reading_sensor: int, reading_at: dt.datetime) -> None:
        """Delete a reading."""
        reading = await self.readings.one(
            Reading.sensor == reading_sensor,
            Reading.at == reading_at,
            lock=True,
        )
        await self.readings.remove(reading)
