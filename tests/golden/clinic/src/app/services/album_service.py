"""What can be done with albums, and by whom."""

from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.account import Account
from app.models.album import Album, album_pets_table
from app.models.pet import Pet
from app.repositories.album_repository import LIST_ALBUMS, LIST_PET_ALBUMS, AlbumRepository
from app.repositories.pet_repository import PetRepository
from app.schemas.album import AlbumCreate, AlbumUpdate, ListAlbumsQuery, ListPetAlbumsQuery
from app.services.permissions import check_owner, has_role, own_rows


class AlbumService:
    """Business rules of albums."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.albums = AlbumRepository(session)
        self.pets = PetRepository(session)

    async def list_albums(self, query: ListAlbumsQuery, actor: Account) -> tuple[list[Album], int]:
        """List albums."""
        scope: list[ColumnElement[bool]] = []
        if not has_role(actor, "admin"):
            scope.append(Album.account_id == actor.id)
        return await self.albums.page(LIST_ALBUMS, query, *scope)

    async def create_album(self, data: AlbumCreate, actor: Account) -> Album:
        """Create an album."""
        if data.cover_id is not None:
            await self._check_cover(data.cover_id, actor=actor, roles=("admin",))
        album = Album(**data.model_dump(), account_id=actor.id)
        await self.albums.add(album, cover_id="cover_id")
        return album

    async def read_album(self, album_id: UUID, actor: Account) -> Album:
        """Read an album."""
        album = await self.albums.one(Album.id == album_id)
        check_owner(album.account_id, actor, "admin")
        return album

    async def replace_album(self, album_id: UUID, data: AlbumCreate, actor: Account) -> Album:
        """Replace an album."""
        album = await self.albums.one(Album.id == album_id, lock=True)
        check_owner(album.account_id, actor, "admin")
        changes = data.model_dump()
        if data.cover_id is not None:
            await self._check_cover(data.cover_id, actor=actor, roles=("admin",))
        await self.albums.change(album, changes, cover_id="cover_id")
        return album

    async def update_album(self, album_id: UUID, data: AlbumUpdate, actor: Account) -> Album:
        """Change an album."""
        album = await self.albums.one(Album.id == album_id, lock=True)
        check_owner(album.account_id, actor, "admin")
        changes = data.model_dump(exclude_unset=True)
        if "cover_id" in changes and data.cover_id is not None:
            await self._check_cover(data.cover_id, actor=actor, roles=("admin",))
        await self.albums.change(album, changes, cover_id="cover_id")
        return album

    async def delete_album(self, album_id: UUID, actor: Account) -> None:
        """Delete an album."""
        album = await self.albums.one(Album.id == album_id, lock=True)
        check_owner(album.account_id, actor, "admin")
        await self.albums.remove(album)

    async def add_album_pet(self, album_id: UUID, pet_id: UUID, actor: Account) -> None:
        """Add album pet."""
        album = await self.albums.one(Album.id == album_id, lock=True)
        check_owner(album.account_id, actor, "admin")
        pet = await self.pets.one(Pet.id == pet_id)
        await self._check_pets(pet.id, actor=actor, roles=("admin",))
        pair = {"album_id": album.id, "pet_id": pet.id}
        await self.albums.link(album_pets_table, pair)

    async def remove_album_pet(self, album_id: UUID, pet_id: UUID, actor: Account) -> None:
        """Remove album pet."""
        album = await self.albums.one(Album.id == album_id, lock=True)
        check_owner(album.account_id, actor, "admin")
        pet = await self.pets.one(Pet.id == pet_id)
        await self._check_pets(pet.id, actor=actor, roles=("admin",))
        pair = {"album_id": album.id, "pet_id": pet.id}
        await self.albums.unlink(album_pets_table, pair)

    async def list_pet_albums(
        self,
        pet_id: UUID,
        query: ListPetAlbumsQuery,
        actor: Account,
    ) -> tuple[list[Album], int]:
        """List albums."""
        pet = await self.pets.one(
            Pet.id == pet_id,
            *own_rows(Pet.account_id == actor.id, actor, "admin"),
        )
        scope: list[ColumnElement[bool]] = [Album.pets.contains(pet)]
        if not has_role(actor, "admin"):
            scope.append(Album.account_id == actor.id)
        return await self.albums.page(LIST_PET_ALBUMS, query, *scope)

    async def _check_cover(
        self,
        pet_id: UUID | None,
        *,
        actor: Account,
        roles: tuple[str, ...],
    ) -> None:
        """Refuse a pet that belongs to somebody else."""
        if pet_id is None:
            check_owner(None, actor, *roles)
            return
        statement = select(Pet.account_id).where(Pet.id == pet_id)
        found = (await self.session.execute(statement)).one_or_none()
        if found is not None:
            check_owner(found[0], actor, *roles)

    async def _check_pets(self, pet_id: UUID, *, actor: Account, roles: tuple[str, ...]) -> None:
        """Refuse a pet that belongs to somebody else."""
        statement = select(Pet.account_id).where(Pet.id == pet_id)
        found = (await self.session.execute(statement)).one_or_none()
        if found is not None:
            check_owner(found[0], actor, *roles)
