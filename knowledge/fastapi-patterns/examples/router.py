"""What does an endpoint do itself? HTTP, and nothing else: the service below knows no statuses.

The role document's router answers 204 to the deletion of what is not there, 500 to an update of
it, and 500 to the second of two registrations that came at the same time. Here the service raises
one error for each of these, and one handler gives all of them their status and their envelope.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.responses import JSONResponse
from httpx import ASGITransport, AsyncClient
from pydantic import BaseModel, ConfigDict, Field


class AppError(Exception):
    """Root of the errors that become responses."""

    status = 500
    error = "internal_error"


class NotFoundError(AppError):
    """There is no such row."""

    status = 404
    error = "not_found"


class ConflictError(AppError):
    """Another row stands in the way."""

    status = 409
    error = "conflict"


async def handle_app_error(_: Request, error: Exception) -> JSONResponse:
    """Answer with what the error says of itself."""
    assert isinstance(error, AppError)
    body = {"success": False, "error": error.error, "detail": str(error)}
    return JSONResponse(body, status_code=error.status)


class Note(BaseModel):
    """What is kept, and what a client sees of it."""

    id: UUID
    title: str


class NoteCreate(BaseModel):
    """What a client sends: a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=40)


class PageQuery(BaseModel):
    """Which page; as one model, so that an unknown query parameter is refused as well."""

    model_config = ConfigDict(extra="forbid")

    page: int = Field(default=1, ge=1, le=1_000_000)
    limit: int = Field(default=20, ge=1, le=100)


class NotePage(BaseModel):
    """One page of notes."""

    items: list[Note]
    total: int
    page: int
    limit: int
    pages: int


class NoteService:
    """Notes in memory, with the rules that a database would hold them to."""

    def __init__(self) -> None:
        """Start empty."""
        self.notes: dict[UUID, Note] = {}

    async def page(self, query: PageQuery) -> NotePage:
        """Return one page, and how many there are in all."""
        start = (query.page - 1) * query.limit
        return NotePage(
            items=list(self.notes.values())[start : start + query.limit],
            total=len(self.notes),
            page=query.page,
            limit=query.limit,
            pages=-(-len(self.notes) // query.limit),
        )

    async def one(self, note_id: UUID) -> Note:
        """Return a note, or say that there is none."""
        if note_id not in self.notes:
            message = "Note not found."
            raise NotFoundError(message)
        return self.notes[note_id]

    async def create(self, data: NoteCreate) -> Note:
        """Keep a note; two of one title are refused by the store itself, not by a look before."""
        if any(note.title == data.title for note in self.notes.values()):
            message = "A note with this title exists already."
            raise ConflictError(message)
        note = Note(id=uuid4(), title=data.title)
        self.notes[note.id] = note
        return note

    async def delete(self, note_id: UUID) -> None:
        """Delete a note that is there."""
        del self.notes[(await self.one(note_id)).id]


router = APIRouter(prefix="/notes", tags=["notes"])


def get_note_service(request: Request) -> NoteService:
    """Give an endpoint its service."""
    service: NoteService = request.app.state.notes
    return service


NoteServiceDep = Annotated[NoteService, Depends(get_note_service)]


@router.get("")
async def list_notes(query: Annotated[PageQuery, Query()], service: NoteServiceDep) -> NotePage:
    """List notes."""
    return await service.page(query)


@router.post("", status_code=201)
async def create_note(data: NoteCreate, service: NoteServiceDep) -> Note:
    """Create a note."""
    return await service.create(data)


@router.get("/{note_id}")
async def read_note(note_id: UUID, service: NoteServiceDep) -> Note:
    """Read a note."""
    return await service.one(note_id)


@router.delete("/{note_id}", status_code=204)
async def delete_note(note_id: UUID, service: NoteServiceDep) -> None:
    """Delete a note."""
    await service.delete(note_id)


@asynccontextmanager
async def client() -> AsyncIterator[AsyncClient]:
    """Open a client to an application of its own."""
    app = FastAPI()
    app.state.notes = NoteService()
    app.add_exception_handler(AppError, handle_app_error)
    app.include_router(router, prefix="/api/v1")
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test/api/v1") as opened:
        yield opened


async def test_a_note_from_its_beginning_to_its_end() -> None:
    async with client() as api:
        created = await api.post("/notes", json={"title": "first"})
        assert created.status_code == 201
        path = f"/notes/{created.json()['id']}"
        assert (await api.get(path)).json() == created.json()
        assert (await api.delete(path)).status_code == 204
        gone = await api.get(path)
    assert gone.status_code == 404
    assert gone.json() == {"success": False, "error": "not_found", "detail": "Note not found."}


async def test_what_is_not_there_cannot_be_deleted() -> None:
    async with client() as api:
        assert (await api.delete(f"/notes/{uuid4()}")).status_code == 404


async def test_a_duplicate_is_a_conflict() -> None:
    async with client() as api:
        await api.post("/notes", json={"title": "first"})
        assert (await api.post("/notes", json={"title": "first"})).status_code == 409


async def test_a_page_beyond_the_last_is_empty_and_its_size_is_bounded() -> None:
    async with client() as api:
        await api.post("/notes", json={"title": "first"})
        page = (await api.get("/notes", params={"page": 9, "limit": 5})).json()
        assert page == {"items": [], "total": 1, "page": 9, "limit": 5, "pages": 1}
        assert (await api.get("/notes", params={"limit": 101})).status_code == 422
        assert (await api.get("/notes", params={"lmit": 5})).status_code == 422
