"""Queries over query records."""

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.models.query_record import QueryRecord
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, at_least, at_most, contains, equal

# Relations that answers show, loaded with the rows: never one query a row.
WITH_SESSION_CLASS_ = (joinedload(QueryRecord.session), joinedload(QueryRecord.class_))

LIST_QUERY_RECORDS = Listing(
    filters={
        "id": equal(QueryRecord.id),
        "session_id": equal(QueryRecord.session_id),
        "class_id": equal(QueryRecord.class_id),
        "created_at_min": at_least(QueryRecord.created_at),
        "created_at_max": at_most(QueryRecord.created_at),
        "updated_at_min": at_least(QueryRecord.updated_at),
        "updated_at_max": at_most(QueryRecord.updated_at),
    },
    search=contains(QueryRecord.body),
    sorts={
        "id": QueryRecord.id,
        "body": QueryRecord.body,
        "session_id": QueryRecord.session_id,
        "class_id": QueryRecord.class_id,
        "created_at": QueryRecord.created_at,
        "updated_at": QueryRecord.updated_at,
    },
    key=(QueryRecord.id,),
)


class QueryRecordRepository(BaseRepository[QueryRecord]):
    """Queries over query records."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, QueryRecord)
