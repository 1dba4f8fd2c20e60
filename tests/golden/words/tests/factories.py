"""Rows for tests: each satisfies every rule, and a test names only what it is about."""

import datetime as dt
from itertools import count
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.base import Base
from app.models.class_record import ClassRecord
from app.models.ding_dan import DingDan
from app.models.enums import Status
from app.models.news import News
from app.models.person import Person
from app.models.query_record import QueryRecord
from app.models.session_record import SessionRecord
from app.models.settings_record import SettingsRecord

RowT = TypeVar("RowT", bound=Base)


def pick(number: int, *texts: str) -> str:
    """Return one of the texts that match a pattern."""
    return texts[number % len(texts)]


class Factory:
    """Makes rows and what they need."""

    def __init__(self, db: AsyncSession) -> None:
        self.db = db
        self.numbers = count(1)

    async def save(self, row: RowT) -> RowT:
        """Insert a row."""
        self.db.add(row)
        await self.db.flush()
        return row

    async def class_record(self, **values: Any) -> ClassRecord:
        """Make a ClassRecord."""
        number = next(self.numbers)
        made: dict[str, Any] = {
            "class_": f"class {number}",
            "import_": f"import {number}",
            "metadata_": {"number": number},
            "model_config_": str(number).zfill(1)[-10:],
            "str_": str(number).zfill(1)[-10:],
            "date": dt.date(2024, 1, 1) + dt.timedelta(days=number),
            "type": str(number).zfill(1)[-10:],
            "status": Status.DONE,
        }
        return await self.save(ClassRecord(**made | values))

    async def session_record(self, **values: Any) -> SessionRecord:
        """Make a SessionRecord."""
        number = next(self.numbers)
        made: dict[str, Any] = {
            "ubergrosse": str(number).zfill(1)[-10:],
            "ming_qian": f"ming_qian {number}",
            "registry_": 1,
            "page": 1,
            "q": str(number).zfill(1)[-10:],
            "limit": 1,
            "sort_by": str(number).zfill(1)[-10:],
        }
        return await self.save(SessionRecord(**made | values))

    async def query_record(self, **values: Any) -> QueryRecord:
        """Make a QueryRecord."""
        if not values.keys() & {"session", "session_id"}:
            values["session"] = await self.session_record()
        number = next(self.numbers)
        made: dict[str, Any] = {
            "body": f"body {number}",
        }
        return await self.save(QueryRecord(**made | values))

    async def ding_dan(self, **values: Any) -> DingDan:
        """Make a DingDan."""
        if not values.keys() & {"data", "data_id"}:
            values["data"] = await self.query_record()
        made: dict[str, Any] = {
            "shu_liang": 1,
        }
        return await self.save(DingDan(**made | values))

    async def settings_record(self, **values: Any) -> SettingsRecord:
        """Make a SettingsRecord."""
        if not values.keys() & {"query", "query_id"}:
            values["query"] = await self.query_record()
        number = next(self.numbers)
        made: dict[str, Any] = {
            "json_": str(number).zfill(1)[-10:],
            "copy_": str(number).zfill(1)[-10:],
        }
        return await self.save(SettingsRecord(**made | values))

    async def person(self, **values: Any) -> Person:
        """Make a Person."""
        number = next(self.numbers)
        made: dict[str, Any] = {
            "code": pick(
                number,
                "SH612",
                "XX64",
                "VF8152",
                "UJ74",
                "IM614",
                "RJ87",
                "WR4876",
                "BM7202",
                "IA86",
                "IP67",
                "NN4361",
            ),
            "homepage": f"https://example.com/{number}",
            "active": True,
        }
        return await self.save(Person(**made | values))

    async def news(self, **values: Any) -> News:
        """Make a News."""
        if not values.keys() & {"person", "person_id"}:
            values["person"] = await self.person()
        number = next(self.numbers)
        made: dict[str, Any] = {
            "title": f"title {number}",
        }
        return await self.save(News(**made | values))
