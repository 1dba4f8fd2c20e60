"""Tests of the column types, for databases that the other tests do not run on."""

import datetime as dt
from types import SimpleNamespace
from typing import cast

import pytest
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.engine import Dialect, ExecutionContext

from app.db.types import UTCDateTime, row_moment, utc_now

NOON = dt.datetime(2024, 1, 1, 12, tzinfo=dt.UTC)
DIALECTS = [postgresql.dialect(), mysql.dialect(), sqlite.dialect()]  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("timezone", [True, False])
def test_instants_go_round(dialect: Dialect, *, timezone: bool) -> None:
    column = UTCDateTime(timezone=timezone)
    local = NOON.astimezone(dt.timezone(dt.timedelta(hours=2)))
    for value in (NOON, local, NOON.replace(tzinfo=None)):
        kept = column.process_bind_param(value, dialect)
        assert column.process_result_value(kept, dialect) == NOON
    assert column.process_bind_param(None, dialect) is None
    assert column.process_result_value(None, dialect) is None
    assert column.load_dialect_impl(dialect) is not None


def test_now_is_aware() -> None:
    assert utc_now().tzinfo is dt.UTC


def test_the_columns_of_a_row_agree_about_now() -> None:
    context = cast("ExecutionContext", SimpleNamespace())
    moment = row_moment(context)
    assert row_moment(context) == moment
