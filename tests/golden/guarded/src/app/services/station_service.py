"""What can be done with stations, and by whom."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.station import Station
from app.repositories.station_repository import LIST_STATIONS, StationRepository
from app.schemas.station import ListStationsQuery, StationCreate, StationUpdate


class StationService:
    """Business rules of stations."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.stations = StationRepository(session)

    async def list_stations(self, query: ListStationsQuery) -> tuple[list[Station], int]:
        """List stations."""
        return await self.stations.page(LIST_STATIONS, query)

    async def create_station(self, data: StationCreate) -> Station:
        """Create a station."""
        station = Station(**data.model_dump())
        await self.stations.add(station, code="code")
        return station

    async def read_station(self, station_id: UUID) -> Station:
        """Read a station."""
        return await self.stations.one(Station.id == station_id)

    async def replace_station(self, station_id: UUID, data: StationCreate) -> Station:
        """Replace a station."""
        station = await self.stations.one(Station.id == station_id, lock=True)
        changes = data.model_dump()
        await self.stations.change(station, changes, code="code")
        return station

    async def update_station(self, station_id: UUID, data: StationUpdate) -> Station:
        """Change a station."""
        station = await self.stations.one(Station.id == station_id, lock=True)
        changes = data.model_dump(exclude_unset=True)
        await self.stations.change(station, changes, code="code")
        return station

    async def delete_station(self, station_id: UUID) -> None:
        """Delete a station."""
        station = await self.stations.one(Station.id == station_id, lock=True)
        await self.stations.remove(station)
