"""What can be done with session records, and by whom."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.session_record import SessionRecord
from app.repositories.session_record_repository import LIST_SESSION_RECORDS, SessionRecordRepository
from app.schemas.session_record import (
    ListSessionRecordsQuery,
    SessionRecordCreate,
    SessionRecordUpdate,
)


class SessionRecordService:
    """Business rules of session records."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.session_records = SessionRecordRepository(session)

    async def list_session_records(
        self,
        query: ListSessionRecordsQuery,
    ) -> tuple[list[SessionRecord], int]:
        """List session records."""
        return await self.session_records.page(LIST_SESSION_RECORDS, query)

    async def create_session_record(self, data: SessionRecordCreate) -> SessionRecord:
        """Create a session record."""
        session_record = SessionRecord(**data.model_dump())
        await self.session_records.add(session_record)
        return session_record

    async def read_session_record(self, session_record_id: int) -> SessionRecord:
        """Read a session record."""
        return await self.session_records.one(SessionRecord.id == session_record_id)

    async def replace_session_record(
        self,
        session_record_id: int,
        data: SessionRecordCreate,
    ) -> SessionRecord:
        """Replace a session record."""
        session_record = await self.session_records.one(
            SessionRecord.id == session_record_id,
            lock=True,
        )
        changes = data.model_dump()
        await self.session_records.change(session_record, changes)
        return session_record

    async def update_session_record(
        self,
        session_record_id: int,
        data: SessionRecordUpdate,
    ) -> SessionRecord:
        """Change a session record."""
        session_record = await self.session_records.one(
            SessionRecord.id == session_record_id,
            lock=True,
        )
        changes = data.model_dump(exclude_unset=True)
        await self.session_records.change(session_record, changes)
        return session_record

    async def delete_session_record(self, session_record_id: int) -> None:
        """Delete a session record."""
        session_record = await self.session_records.one(
            SessionRecord.id == session_record_id,
            lock=True,
        )
        await self.session_records.remove(session_record)
