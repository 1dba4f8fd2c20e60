"""Queries over session records."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.session_record import SessionRecord
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, at_least, at_most, contains, equal

LIST_SESSION_RECORDS = Listing(
    filters={
        "id": equal(SessionRecord.id),
        "ubergrosse": equal(SessionRecord.ubergrosse),
        "ming_qian": equal(SessionRecord.ming_qian),
        "registry_": equal(SessionRecord.registry_),
        "registry_min": at_least(SessionRecord.registry_),
        "registry_max": at_most(SessionRecord.registry_),
        "page_is": equal(SessionRecord.page),
        "page_min": at_least(SessionRecord.page),
        "page_max": at_most(SessionRecord.page),
        "q_is": equal(SessionRecord.q),
        "limit_is": equal(SessionRecord.limit),
        "limit_min": at_least(SessionRecord.limit),
        "limit_max": at_most(SessionRecord.limit),
        "sort_by_is": equal(SessionRecord.sort_by),
        "created_at_min": at_least(SessionRecord.created_at),
        "created_at_max": at_most(SessionRecord.created_at),
        "updated_at_min": at_least(SessionRecord.updated_at),
        "updated_at_max": at_most(SessionRecord.updated_at),
    },
    search=contains(
        SessionRecord.ubergrosse, SessionRecord.ming_qian, SessionRecord.q, SessionRecord.sort_by
    ),
    sorts={
        "id": SessionRecord.id,
        "ubergrosse": SessionRecord.ubergrosse,
        "ming_qian": SessionRecord.ming_qian,
        "registry": SessionRecord.registry_,
        "page": SessionRecord.page,
        "q": SessionRecord.q,
        "limit": SessionRecord.limit,
        "sort_by": SessionRecord.sort_by,
        "created_at": SessionRecord.created_at,
        "updated_at": SessionRecord.updated_at,
    },
    key=(SessionRecord.id,),
)


class SessionRecordRepository(BaseRepository[SessionRecord]):
    """Queries over session records."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, SessionRecord)
