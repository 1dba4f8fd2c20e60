"""What can be done with notes, and by whom."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.note import Note
from app.repositories.note_repository import LIST_NOTES, NoteRepository
from app.schemas.note import ListNotesQuery, NoteCreate, NoteUpdate


class NoteService:
    """Business rules of notes."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.notes = NoteRepository(session)

    async def list_notes(self, query: ListNotesQuery) -> tuple[list[Note], int]:
        """List notes."""
        return await self.notes.page(LIST_NOTES, query)

    async def create_note(self, data: NoteCreate) -> Note:
        """Create a note."""
        note = Note(**data.model_dump())
        await self.notes.add(note)
        return note

    async def read_note(self, note_id: UUID) -> Note:
        """Read a note."""
        return await self.notes.one(Note.id == note_id)

    async def replace_note(self, note_id: UUID, data: NoteCreate) -> Note:
        """Replace a note."""
        note = await self.notes.one(Note.id == note_id, lock=True)
        changes = data.model_dump()
        await self.notes.change(note, changes)
        return note

    async def update_note(self, note_id: UUID, data: NoteUpdate) -> Note:
        """Change a note."""
        note = await self.notes.one(Note.id == note_id, lock=True)
        changes = data.model_dump(exclude_unset=True)
        await self.notes.change(note, changes)
        return note

    async def delete_note(self, note_id: UUID) -> None:
        """Delete a note."""
        note = await self.notes.one(Note.id == note_id, lock=True)
        await self.notes.remove(note)
