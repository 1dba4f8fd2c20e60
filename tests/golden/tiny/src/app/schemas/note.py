"""Note schemas."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from app.schemas.base import Input, Output, Page, PageQuery
from app.schemas.types import Text, omitted


class NoteResponse(Output):
    """What a client sees of a note."""

    id: UUID
    text: str


class NoteCreate(Input):
    """What a client sends for a note."""

    text: Text


class NoteUpdate(Input):
    """What a client may change of a note; what is absent stays."""

    text: Text = Field(default_factory=omitted)


class ListNotesQuery(PageQuery):
    """What a client may ask of 'list_notes'."""

    id: UUID | None = None
    q: Text | None = Field(default=None, max_length=200)
    sort_by: Literal["id", "text"] = "id"
    sort_order: Literal["asc", "desc"] = "asc"


class NoteListResponse(Page[NoteResponse]):
    """Many rows, each as NoteResponse."""
