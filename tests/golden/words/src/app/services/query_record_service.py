"""What can be done with query records, and by whom."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.query_record import QueryRecord
from app.repositories.query_record_repository import (
    LIST_QUERY_RECORDS,
    WITH_SESSION_CLASS_,
    QueryRecordRepository,
)
from app.schemas.query_record import ListQueryRecordsQuery, QueryRecordCreate, QueryRecordUpdate


class QueryRecordService:
    """Business rules of query records."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.query_records = QueryRecordRepository(session)

    async def list_query_records(
        self,
        query: ListQueryRecordsQuery,
    ) -> tuple[list[QueryRecord], int]:
        """List query records."""
        return await self.query_records.page(LIST_QUERY_RECORDS, query, load=WITH_SESSION_CLASS_)

    async def create_query_record(self, data: QueryRecordCreate) -> QueryRecord:
        """Create a query record."""
        query_record = QueryRecord(**data.model_dump())
        await self.query_records.add(query_record, session_id="session_id", class_id="class_id")
        return await self.query_records.one(
            QueryRecord.id == query_record.id,
            load=WITH_SESSION_CLASS_,
        )

    async def read_query_record(self, query_record_id: int) -> QueryRecord:
        """Read a query record."""
        return await self.query_records.one(
            QueryRecord.id == query_record_id,
            load=WITH_SESSION_CLASS_,
        )

    async def replace_query_record(
        self,
        query_record_id: int,
        data: QueryRecordCreate,
    ) -> QueryRecord:
        """Replace a query record."""
        query_record = await self.query_records.one(QueryRecord.id == query_record_id, lock=True)
        changes = data.model_dump()
        await self.query_records.change(
            query_record,
            changes,
            session_id="session_id",
            class_id="class_id",
        )
        return await self.query_records.one(
            QueryRecord.id == query_record.id,
            load=WITH_SESSION_CLASS_,
        )

    async def update_query_record(
        self,
        query_record_id: int,
        data: QueryRecordUpdate,
    ) -> QueryRecord:
        """Change a query record."""
        query_record = await self.query_records.one(QueryRecord.id == query_record_id, lock=True)
        changes = data.model_dump(exclude_unset=True)
        await self.query_records.change(
            query_record,
            changes,
            session_id="session_id",
            class_id="class_id",
        )
        return await self.query_records.one(
            QueryRecord.id == query_record.id,
            load=WITH_SESSION_CLASS_,
        )

    async def delete_query_record(self, query_record_id: int) -> None:
        """Delete a query record."""
        query_record = await self.query_records.one(QueryRecord.id == query_record_id, lock=True)
        await self.query_records.remove(query_record)
