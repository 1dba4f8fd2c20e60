"""Queries over settings records."""

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.models.settings_record import SettingsRecord
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, at_least, at_most, contains, equal

# Relations that answers show, loaded with the rows: never one query a row.
WITH_QUERY = (joinedload(SettingsRecord.query),)

LIST_SETTINGS_RECORDS = Listing(
    filters={
        "id": equal(SettingsRecord.id),
        "json_": equal(SettingsRecord.json_),
        "copy_": equal(SettingsRecord.copy_),
        "query_id": equal(SettingsRecord.query_id),
        "created_at_min": at_least(SettingsRecord.created_at),
        "created_at_max": at_most(SettingsRecord.created_at),
        "updated_at_min": at_least(SettingsRecord.updated_at),
        "updated_at_max": at_most(SettingsRecord.updated_at),
    },
    search=contains(SettingsRecord.json_, SettingsRecord.copy_),
    sorts={
        "id": SettingsRecord.id,
        "json": SettingsRecord.json_,
        "copy": SettingsRecord.copy_,
        "query_id": SettingsRecord.query_id,
        "created_at": SettingsRecord.created_at,
        "updated_at": SettingsRecord.updated_at,
    },
    key=(SettingsRecord.id,),
)


class SettingsRecordRepository(BaseRepository[SettingsRecord]):
    """Queries over settings records."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, SettingsRecord)
