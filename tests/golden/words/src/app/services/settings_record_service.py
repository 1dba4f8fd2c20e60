"""What can be done with settings records, and by whom."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.settings_record import SettingsRecord
from app.repositories.settings_record_repository import (
    LIST_SETTINGS_RECORDS,
    WITH_QUERY,
    SettingsRecordRepository,
)
from app.schemas.settings_record import (
    ListSettingsRecordsQuery,
    SettingsRecordCreate,
    SettingsRecordUpdate,
)


class SettingsRecordService:
    """Business rules of settings records."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.settings_records = SettingsRecordRepository(session)

    async def list_settings_records(
        self,
        query: ListSettingsRecordsQuery,
    ) -> tuple[list[SettingsRecord], int]:
        """List settings records."""
        return await self.settings_records.page(LIST_SETTINGS_RECORDS, query, load=WITH_QUERY)

    async def create_settings_record(self, data: SettingsRecordCreate) -> SettingsRecord:
        """Create a settings record."""
        settings_record = SettingsRecord(**data.model_dump())
        await self.settings_records.add(settings_record, query_id="query_id")
        return await self.settings_records.one(
            SettingsRecord.id == settings_record.id,
            load=WITH_QUERY,
        )

    async def read_settings_record(self, settings_record_id: int) -> SettingsRecord:
        """Read a settings record."""
        return await self.settings_records.one(
            SettingsRecord.id == settings_record_id,
            load=WITH_QUERY,
        )

    async def replace_settings_record(
        self,
        settings_record_id: int,
        data: SettingsRecordCreate,
    ) -> SettingsRecord:
        """Replace a settings record."""
        settings_record = await self.settings_records.one(
            SettingsRecord.id == settings_record_id,
            lock=True,
        )
        changes = data.model_dump()
        await self.settings_records.change(settings_record, changes, query_id="query_id")
        return await self.settings_records.one(
            SettingsRecord.id == settings_record.id,
            load=WITH_QUERY,
        )

    async def update_settings_record(
        self,
        settings_record_id: int,
        data: SettingsRecordUpdate,
    ) -> SettingsRecord:
        """Change a settings record."""
        settings_record = await self.settings_records.one(
            SettingsRecord.id == settings_record_id,
            lock=True,
        )
        changes = data.model_dump(exclude_unset=True)
        await self.settings_records.change(settings_record, changes, query_id="query_id")
        return await self.settings_records.one(
            SettingsRecord.id == settings_record.id,
            load=WITH_QUERY,
        )

    async def delete_settings_record(self, settings_record_id: int) -> None:
        """Delete a settings record."""
        settings_record = await self.settings_records.one(
            SettingsRecord.id == settings_record_id,
            lock=True,
        )
        await self.settings_records.remove(settings_record)
