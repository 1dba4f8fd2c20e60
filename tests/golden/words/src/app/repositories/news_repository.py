"""Queries over news."""

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.models.news import News
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, at_least, at_most, contains, equal

# Relations that answers show, loaded with the rows: never one query a row.
WITH_PERSON = (joinedload(News.person),)

LIST_NEWS = Listing(
    filters={
        "id": equal(News.id),
        "title": equal(News.title),
        "person_id": equal(News.person_id),
        "created_at_min": at_least(News.created_at),
        "created_at_max": at_most(News.created_at),
        "updated_at_min": at_least(News.updated_at),
        "updated_at_max": at_most(News.updated_at),
    },
    search=contains(News.title),
    sorts={
        "id": News.id,
        "title": News.title,
        "person_id": News.person_id,
        "created_at": News.created_at,
        "updated_at": News.updated_at,
    },
    key=(News.id,),
)


class NewsRepository(BaseRepository[News]):
    """Queries over news."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, News)
