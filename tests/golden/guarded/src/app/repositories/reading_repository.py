"""Queries over readings."""

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.models.reading import Reading
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, at_least, at_most, contains, equal

# Relations that answers show, loaded with the rows: never one query a row.
WITH_STATION = (joinedload(Reading.station),)

LIST_READINGS = Listing(
    filters={
        "id": equal(Reading.id),
        "taken_at_min": at_least(Reading.taken_at),
        "taken_at_max": at_most(Reading.taken_at),
        "celsius": equal(Reading.celsius),
        "celsius_min": at_least(Reading.celsius),
        "celsius_max": at_most(Reading.celsius),
        "station_id": equal(Reading.station_id),
        "created_at_min": at_least(Reading.created_at),
        "created_at_max": at_most(Reading.created_at),
        "updated_at_min": at_least(Reading.updated_at),
        "updated_at_max": at_most(Reading.updated_at),
    },
    search=contains(Reading.remark),
    sorts={
        "id": Reading.id,
        "taken_at": Reading.taken_at,
        "celsius": Reading.celsius,
        "remark": Reading.remark,
        "station_id": Reading.station_id,
        "created_at": Reading.created_at,
        "updated_at": Reading.updated_at,
    },
    key=(Reading.id,),
)


class ReadingRepository(BaseRepository[Reading]):
    """Queries over readings."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, Reading)
