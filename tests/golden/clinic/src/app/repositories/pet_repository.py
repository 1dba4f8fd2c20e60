"""Queries over pets."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.pet import Pet
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, at_least, at_most, contains, equal

LIST_ALBUM_PETS = Listing(
    filters={
        "id": equal(Pet.id),
        "name": equal(Pet.name),
        "born": equal(Pet.born),
        "born_min": at_least(Pet.born),
        "born_max": at_most(Pet.born),
        "account_id": equal(Pet.account_id),
        "created_at_min": at_least(Pet.created_at),
        "created_at_max": at_most(Pet.created_at),
        "updated_at_min": at_least(Pet.updated_at),
        "updated_at_max": at_most(Pet.updated_at),
    },
    search=contains(Pet.name),
    sorts={
        "id": Pet.id,
        "name": Pet.name,
        "born": Pet.born,
        "account_id": Pet.account_id,
        "created_at": Pet.created_at,
        "updated_at": Pet.updated_at,
    },
    key=(Pet.id,),
)

LIST_PETS = Listing(
    filters={
        "id": equal(Pet.id),
        "name": equal(Pet.name),
        "born": equal(Pet.born),
        "born_min": at_least(Pet.born),
        "born_max": at_most(Pet.born),
        "account_id": equal(Pet.account_id),
        "created_at_min": at_least(Pet.created_at),
        "created_at_max": at_most(Pet.created_at),
        "updated_at_min": at_least(Pet.updated_at),
        "updated_at_max": at_most(Pet.updated_at),
    },
    search=contains(Pet.name),
    sorts={
        "id": Pet.id,
        "name": Pet.name,
        "born": Pet.born,
        "account_id": Pet.account_id,
        "created_at": Pet.created_at,
        "updated_at": Pet.updated_at,
    },
    key=(Pet.id,),
)


class PetRepository(BaseRepository[Pet]):
    """Queries over pets."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, Pet)
