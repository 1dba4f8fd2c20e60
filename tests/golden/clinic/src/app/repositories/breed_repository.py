"""Queries over breeds."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.breed import Breed
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, at_least, at_most, contains, equal

LIST_BREEDS = Listing(
    filters={
        "id": equal(Breed.id),
        "name": equal(Breed.name),
        "created_at_min": at_least(Breed.created_at),
        "created_at_max": at_most(Breed.created_at),
        "updated_at_min": at_least(Breed.updated_at),
        "updated_at_max": at_most(Breed.updated_at),
    },
    search=contains(Breed.name),
    sorts={
        "id": Breed.id,
        "name": Breed.name,
        "created_at": Breed.created_at,
        "updated_at": Breed.updated_at,
    },
    key=(Breed.id,),
)


class BreedRepository(BaseRepository[Breed]):
    """Queries over breeds."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, Breed)
