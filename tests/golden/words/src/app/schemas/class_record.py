"""Class record schemas."""

from typing import Literal

from pydantic import Field

from app.models.enums import Status
from app.schemas.base import Input, Page, PageQuery
from app.schemas.shared import ClassRecordResponse
from app.schemas.types import Day, Instant, Int64Param, Json, Text, omitted


class ClassRecordCreate(Input):
    """What a client sends for a class record."""

    class_: Text = Field(alias="class", max_length=20)
    import_: Text | None = Field(default=None, alias="import", max_length=20)
    metadata_: Json | None = Field(default=None, alias="metadata")
    model_config_: Text | None = Field(default=None, alias="model_config", max_length=10)
    str_: Text | None = Field(default=None, alias="str", max_length=10)
    date: Day | None = None
    type: Text | None = Field(default=None, max_length=10)
    status: Status = Status.DONE


class ClassRecordUpdate(Input):
    """What a client may change of a class record; what is absent stays."""

    class_: Text = Field(default_factory=omitted, alias="class", max_length=20)
    import_: Text | None = Field(default=None, alias="import", max_length=20)
    metadata_: Json | None = Field(default=None, alias="metadata")
    model_config_: Text | None = Field(default=None, alias="model_config", max_length=10)
    str_: Text | None = Field(default=None, alias="str", max_length=10)
    date: Day | None = None
    type: Text | None = Field(default=None, max_length=10)
    status: Status = Field(default_factory=omitted)


class ListClassRecordsQuery(PageQuery):
    """What a client may ask of 'list_class_records'."""

    id: Int64Param | None = None
    class_: Text | None = Field(default=None, alias="class", max_length=500)
    import_: Text | None = Field(default=None, alias="import", max_length=500)
    model_config_: Text | None = Field(default=None, alias="model_config", max_length=500)
    str_: Text | None = Field(default=None, alias="str", max_length=500)
    date: Day | None = None
    date_min: Day | None = None
    date_max: Day | None = None
    type: Text | None = Field(default=None, max_length=500)
    status: Status | None = None
    created_at_min: Instant | None = None
    created_at_max: Instant | None = None
    updated_at_min: Instant | None = None
    updated_at_max: Instant | None = None
    q: Text | None = Field(default=None, max_length=200)
    sort_by: Literal[
        "id",
        "class",
        "import",
        "model_config",
        "str",
        "date",
        "type",
        "status",
        "created_at",
        "updated_at",
    ] = "created_at"
    sort_order: Literal["asc", "desc"] = "desc"


class ClassRecordListResponse(Page[ClassRecordResponse]):
    """Many rows, each as ClassRecordResponse."""
