"""Queries over visits."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.visit import Visit
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, at_least, at_most, equal

LIST_VISITS = Listing(
    filters={
        "id": equal(Visit.id),
        "at_min": at_least(Visit.at),
        "at_max": at_most(Visit.at),
        "state": equal(Visit.state),
        "fee": equal(Visit.fee),
        "fee_min": at_least(Visit.fee),
        "fee_max": at_most(Visit.fee),
        "pet_id": equal(Visit.pet_id),
        "created_at_min": at_least(Visit.created_at),
        "created_at_max": at_most(Visit.created_at),
        "updated_at_min": at_least(Visit.updated_at),
        "updated_at_max": at_most(Visit.updated_at),
    },
    sorts={
        "id": Visit.id,
        "at": Visit.at,
        "state": Visit.state,
        "fee": Visit.fee,
        "pet_id": Visit.pet_id,
        "created_at": Visit.created_at,
        "updated_at": Visit.updated_at,
    },
    key=(Visit.id,),
)


class VisitRepository(BaseRepository[Visit]):
    """Queries over visits."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, Visit)
