"""What can be done with pets, and by whom."""

from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.account import Account
from app.models.album import Album
from app.models.pet import Pet
from app.repositories.album_repository import AlbumRepository
from app.repositories.pet_repository import LIST_ALBUM_PETS, LIST_PETS, PetRepository
from app.schemas.pet import ListAlbumPetsQuery, ListPetsQuery, PetCreate, PetUpdate
from app.services.permissions import check_owner, has_role, own_rows


class PetService:
    """Business rules of pets."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.albums = AlbumRepository(session)
        self.pets = PetRepository(session)

    async def list_album_pets(
        self,
        album_id: UUID,
        query: ListAlbumPetsQuery,
        actor: Account,
    ) -> tuple[list[Pet], int]:
        """List pets."""
        album = await self.albums.one(
            Album.id == album_id,
            *own_rows(Album.account_id == actor.id, actor, "admin"),
        )
        scope: list[ColumnElement[bool]] = [Pet.albums.contains(album)]
        if not has_role(actor, "admin"):
            scope.append(Pet.account_id == actor.id)
        return await self.pets.page(LIST_ALBUM_PETS, query, *scope)

    async def list_pets(self, query: ListPetsQuery, actor: Account) -> tuple[list[Pet], int]:
        """List pets."""
        scope: list[ColumnElement[bool]] = []
        if not has_role(actor, "admin"):
            scope.append(Pet.account_id == actor.id)
        return await self.pets.page(LIST_PETS, query, *scope)

    async def create_pet(self, data: PetCreate, actor: Account) -> Pet:
        """Create a pet."""
        pet = Pet(**data.model_dump(), account_id=actor.id)
        await self.pets.add(pet)
        return pet

    async def read_pet(self, pet_id: UUID, actor: Account) -> Pet:
        """Read a pet."""
        pet = await self.pets.one(Pet.id == pet_id)
        check_owner(pet.account_id, actor, "admin")
        return pet

    async def replace_pet(self, pet_id: UUID, data: PetCreate, actor: Account) -> Pet:
        """Replace a pet."""
        pet = await self.pets.one(Pet.id == pet_id, lock=True)
        check_owner(pet.account_id, actor, "admin")
        changes = data.model_dump()
        await self.pets.change(pet, changes)
        return pet

    async def update_pet(self, pet_id: UUID, data: PetUpdate, actor: Account) -> Pet:
        """Change a pet."""
        pet = await self.pets.one(Pet.id == pet_id, lock=True)
        check_owner(pet.account_id, actor, "admin")
        changes = data.model_dump(exclude_unset=True)
        await self.pets.change(pet, changes)
        return pet

    async def delete_pet(self, pet_id: UUID, actor: Account) -> None:
        """Delete a pet."""
        pet = await self.pets.one(Pet.id == pet_id, lock=True)
        check_owner(pet.account_id, actor, "admin")
        await self.pets.remove(pet)
