"""Queries over readings."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.reading import Reading
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, at_least, at_most, equal

LIST_READINGS = Listing(
    filters={
        "sensor": equal(Reading.sensor),
        "value_min": at_least(Reading.value),
        "value_max": at_most(Reading.value),
    },
    sorts={
        "sensor": Reading.sensor,
        "at": Reading.at,
        "value": Reading.value,
    },
    key=(Reading.sensor, Reading.at),
)


class ReadingRepository(BaseRepository[Reading]):
    """Queries over readings."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, Reading)
