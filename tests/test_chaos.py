"""Workers that are killed: a small one of the campaigns of ``make chaos``, with real processes."""

from __future__ import annotations

import pytest

from benchmarks.chaos.__main__ import campaign
from tests.served import DATABASES, require

TASKS = 8


@pytest.fixture(params=DATABASES)
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    require(name)
    return name


@pytest.mark.asyncio
async def test_nothing_is_lost_doubled_or_paid_twice(kind: str) -> None:
    shown, faults = await campaign(kind, TASKS, seed=3)
    assert faults == []
    assert int(shown["kills"]) >= 2
