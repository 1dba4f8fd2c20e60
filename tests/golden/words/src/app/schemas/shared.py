"""shared schemas."""

import datetime as dt
from typing import Any

from pydantic import Field

from app.models.enums import Status
from app.schemas.base import Output


class ClassRecordResponse(Output):
    """What a client sees of a class record."""

    id: int
    class_: str = Field(serialization_alias="class")
    import_: str | None = Field(serialization_alias="import")
    metadata_: Any | None = Field(serialization_alias="metadata")
    model_config_: str | None = Field(serialization_alias="model_config")
    str_: str | None = Field(serialization_alias="str")
    date: dt.date | None
    type: str | None
    status: Status
    created_at: dt.datetime
    updated_at: dt.datetime


class SessionRecordResponse(Output):
    """What a client sees of a session record."""

    id: int
    ubergrosse: str | None
    ming_qian: str | None
    registry_: int | None = Field(serialization_alias="registry")
    page: int | None
    q: str | None
    limit: int | None
    sort_by: str | None
    created_at: dt.datetime
    updated_at: dt.datetime


class QueryRecordSummary(Output):
    """What a client sees of a query record."""

    id: int
    body: str | None
    session_id: int
    class_id: int | None
    created_at: dt.datetime
    updated_at: dt.datetime


class PersonResponse(Output):
    """What a client sees of a person."""

    id: int
    code: str
    homepage: str | None
    active: bool
    created_at: dt.datetime
    updated_at: dt.datetime
