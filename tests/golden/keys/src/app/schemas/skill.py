"""Skill schemas."""

from typing import Literal

from pydantic import Field

from app.schemas.base import Input, Output, Page, PageQuery
from app.schemas.types import Int64Param, Text, omitted


class SkillResponse(Output):
    """What a client sees of a skill."""

    id: int
    name: str


class SkillCreate(Input):
    """What a client sends for a skill."""

    name: Text = Field(max_length=40)


class SkillUpdate(Input):
    """What a client may change of a skill; what is absent stays."""

    name: Text = Field(default_factory=omitted, max_length=40)


class ListSkillsQuery(PageQuery):
    """What a client may ask of 'list_skills'."""

    id: Int64Param | None = None
    name: Text | None = Field(default=None, max_length=500)
    q: Text | None = Field(default=None, max_length=200)
    sort_by: Literal["id", "name"] = "id"
    sort_order: Literal["asc", "desc"] = "asc"


class ListPersonSkillsQuery(PageQuery):
    """What a client may ask of 'list_person_skills'."""

    id: Int64Param | None = None
    name: Text | None = Field(default=None, max_length=500)
    q: Text | None = Field(default=None, max_length=200)
    sort_by: Literal["id", "name"] = "id"
    sort_order: Literal["asc", "desc"] = "asc"


class SkillListResponse(Page[SkillResponse]):
    """Many rows, each as SkillResponse."""
