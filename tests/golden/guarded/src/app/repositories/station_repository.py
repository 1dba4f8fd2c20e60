"""Queries over stations."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.station import Station
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, at_least, at_most, contains, equal

LIST_STATIONS = Listing(
    filters={
        "id": equal(Station.id),
        "code": equal(Station.code),
        "name": equal(Station.name),
        "created_at_min": at_least(Station.created_at),
        "created_at_max": at_most(Station.created_at),
        "updated_at_min": at_least(Station.updated_at),
        "updated_at_max": at_most(Station.updated_at),
    },
    search=contains(Station.code, Station.name),
    sorts={
        "id": Station.id,
        "code": Station.code,
        "name": Station.name,
        "created_at": Station.created_at,
        "updated_at": Station.updated_at,
    },
    key=(Station.id,),
)


class StationRepository(BaseRepository[Station]):
    """Queries over stations."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, Station)
