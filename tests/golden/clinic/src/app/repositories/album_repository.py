"""Queries over albums."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.album import Album
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, at_least, at_most, contains, equal

LIST_ALBUMS = Listing(
    filters={
        "id": equal(Album.id),
        "title": equal(Album.title),
        "account_id": equal(Album.account_id),
        "cover_id": equal(Album.cover_id),
        "created_at_min": at_least(Album.created_at),
        "created_at_max": at_most(Album.created_at),
        "updated_at_min": at_least(Album.updated_at),
        "updated_at_max": at_most(Album.updated_at),
    },
    search=contains(Album.title),
    sorts={
        "id": Album.id,
        "title": Album.title,
        "account_id": Album.account_id,
        "cover_id": Album.cover_id,
        "created_at": Album.created_at,
        "updated_at": Album.updated_at,
    },
    key=(Album.id,),
)

LIST_PET_ALBUMS = Listing(
    filters={
        "id": equal(Album.id),
        "title": equal(Album.title),
        "account_id": equal(Album.account_id),
        "cover_id": equal(Album.cover_id),
        "created_at_min": at_least(Album.created_at),
        "created_at_max": at_most(Album.created_at),
        "updated_at_min": at_least(Album.updated_at),
        "updated_at_max": at_most(Album.updated_at),
    },
    search=contains(Album.title),
    sorts={
        "id": Album.id,
        "title": Album.title,
        "account_id": Album.account_id,
        "cover_id": Album.cover_id,
        "created_at": Album.created_at,
        "updated_at": Album.updated_at,
    },
    key=(Album.id,),
)


class AlbumRepository(BaseRepository[Album]):
    """Queries over albums."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, Album)
