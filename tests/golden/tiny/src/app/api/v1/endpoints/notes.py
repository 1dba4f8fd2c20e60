"""Endpoints for notes."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from app.api.deps import SessionDep
from app.api.errors import errors
from app.models.note import Note
from app.schemas.base import page_of
from app.schemas.note import ListNotesQuery, NoteCreate, NoteListResponse, NoteResponse, NoteUpdate
from app.services.note_service import NoteService

router = APIRouter(tags=["notes"])


def get_note_service(session: SessionDep) -> NoteService:
    """Give an endpoint its service."""
    return NoteService(session)


NoteServiceDep = Annotated[NoteService, Depends(get_note_service)]


@router.get("/notes", response_model=NoteListResponse, responses=errors(422))
async def list_notes(query: Annotated[ListNotesQuery, Query()], service: NoteServiceDep) -> Any:
    """List notes."""
    rows, total = await service.list_notes(query)
    return page_of(rows, total, query)


@router.post(
    "/notes",
    response_model=NoteResponse,
    status_code=201,
    responses=errors(400, 413, 422),
)
async def create_note(data: NoteCreate, service: NoteServiceDep) -> Note:
    """Create a note."""
    return await service.create_note(data)


@router.get("/notes/{note_id}", response_model=NoteResponse, responses=errors(404, 422))
async def read_note(note_id: UUID, service: NoteServiceDep) -> Note:
    """Read a note."""
    return await service.read_note(note_id)


@router.put("/notes/{note_id}", response_model=NoteResponse, responses=errors(400, 404, 413, 422))
async def replace_note(note_id: UUID, data: NoteCreate, service: NoteServiceDep) -> Note:
    """Replace a note."""
    return await service.replace_note(note_id, data)


@router.patch("/notes/{note_id}", response_model=NoteResponse, responses=errors(400, 404, 413, 422))
async def update_note(note_id: UUID, data: NoteUpdate, service: NoteServiceDep) -> Note:
    """Change a note."""
    return await service.update_note(note_id, data)


@router.delete("/notes/{note_id}", status_code=204, responses=errors(404, 422))
async def delete_note(note_id: UUID, service: NoteServiceDep) -> None:
    """Delete a note."""
    await service.delete_note(note_id)
