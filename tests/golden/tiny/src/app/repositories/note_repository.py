"""Queries over notes."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.note import Note
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, contains, equal

LIST_NOTES = Listing(
    filters={
        "id": equal(Note.id),
    },
    search=contains(Note.text),
    sorts={
        "id": Note.id,
        "text": Note.text,
    },
    key=(Note.id,),
)


class NoteRepository(BaseRepository[Note]):
    """Queries over notes."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, Note)
