"""What can be done with breeds, and by whom."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.breed import Breed
from app.repositories.breed_repository import LIST_BREEDS, BreedRepository
from app.schemas.breed import BreedCreate, BreedUpdate, ListBreedsQuery


class BreedService:
    """Business rules of breeds."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.breeds = BreedRepository(session)

    async def list_breeds(self, query: ListBreedsQuery) -> tuple[list[Breed], int]:
        """List breeds."""
        return await self.breeds.page(LIST_BREEDS, query)

    async def create_breed(self, data: BreedCreate) -> Breed:
        """Create a breed."""
        breed = Breed(**data.model_dump())
        await self.breeds.add(breed, name="name")
        return breed

    async def read_breed(self, breed_id: UUID) -> Breed:
        """Read a breed."""
        return await self.breeds.one(Breed.id == breed_id)

    async def replace_breed(self, breed_id: UUID, data: BreedCreate) -> Breed:
        """Replace a breed."""
        breed = await self.breeds.one(Breed.id == breed_id, lock=True)
        changes = data.model_dump()
        await self.breeds.change(breed, changes, name="name")
        return breed

    async def update_breed(self, breed_id: UUID, data: BreedUpdate) -> Breed:
        """Change a breed."""
        breed = await self.breeds.one(Breed.id == breed_id, lock=True)
        changes = data.model_dump(exclude_unset=True)
        await self.breeds.change(breed, changes, name="name")
        return breed

    async def delete_breed(self, breed_id: UUID) -> None:
        """Delete a breed."""
        breed = await self.breeds.one(Breed.id == breed_id, lock=True)
        await self.breeds.remove(breed)
