"""shared schemas."""

import datetime as dt
from uuid import UUID

from app.schemas.base import Output


class StationResponse(Output):
    """What a client sees of a station."""

    id: UUID
    code: str
    name: str
    created_at: dt.datetime
    updated_at: dt.datetime
