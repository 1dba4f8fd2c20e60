"""Queries over ding dans."""

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.models.ding_dan import DingDan
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, at_least, at_most, equal

# Relations that answers show, loaded with the rows: never one query a row.
WITH_DATA = (joinedload(DingDan.data),)

LIST_DING_DANS = Listing(
    filters={
        "id": equal(DingDan.id),
        "shu_liang": equal(DingDan.shu_liang),
        "shu_liang_min": at_least(DingDan.shu_liang),
        "shu_liang_max": at_most(DingDan.shu_liang),
        "data_id": equal(DingDan.data_id),
        "created_at_min": at_least(DingDan.created_at),
        "created_at_max": at_most(DingDan.created_at),
        "updated_at_min": at_least(DingDan.updated_at),
        "updated_at_max": at_most(DingDan.updated_at),
    },
    sorts={
        "id": DingDan.id,
        "shu_liang": DingDan.shu_liang,
        "data_id": DingDan.data_id,
        "created_at": DingDan.created_at,
        "updated_at": DingDan.updated_at,
    },
    key=(DingDan.id,),
)


class DingDanRepository(BaseRepository[DingDan]):
    """Queries over ding dans."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, DingDan)
