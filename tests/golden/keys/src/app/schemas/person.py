"""Person schemas."""

from typing import Literal

from pydantic import Field

from app.schemas.base import Input, Output, Page, PageQuery
from app.schemas.types import Int64Param, Text, omitted


class PersonResponse(Output):
    """What a client sees of a person."""

    id: int
    name: str


class PersonCreate(Input):
    """What a client sends for a person."""

    name: Text = Field(max_length=40)


class PersonUpdate(Input):
    """What a client may change of a person; what is absent stays."""

    name: Text = Field(default_factory=omitted, max_length=40)


class ListPeopleQuery(PageQuery):
    """What a client may ask of 'list_people'."""

    id: Int64Param | None = None
    name: Text | None = Field(default=None, max_length=500)
    q: Text | None = Field(default=None, max_length=200)
    sort_by: Literal["id", "name"] = "id"
    sort_order: Literal["asc", "desc"] = "asc"


class ListSkillPeopleQuery(PageQuery):
    """What a client may ask of 'list_skill_people'."""

    id: Int64Param | None = None
    name: Text | None = Field(default=None, max_length=500)
    q: Text | None = Field(default=None, max_length=200)
    sort_by: Literal["id", "name"] = "id"
    sort_order: Literal["asc", "desc"] = "asc"


class ListPersonFriendsQuery(PageQuery):
    """What a client may ask of 'list_person_friends'."""

    id: Int64Param | None = None
    name: Text | None = Field(default=None, max_length=500)
    q: Text | None = Field(default=None, max_length=200)
    sort_by: Literal["id", "name"] = "id"
    sort_order: Literal["asc", "desc"] = "asc"


class PersonListResponse(Page[PersonResponse]):
    """Many rows, each as PersonResponse."""
