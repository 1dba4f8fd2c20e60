"""Workers that are killed: a small one of the campaigns of ``make chaos``, with real processes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

import pytest

from agent.service.records import Message, Origin, State, StoredTask
from benchmarks.chaos.__main__ import campaign
from benchmarks.chaos.campaign import Seen
from benchmarks.chaos.judging import doubled, paid_twice
from benchmarks.chaos.requests import Called
from tests.served import DATABASES, require

if TYPE_CHECKING:
    from collections.abc import Sequence

TASKS = 8
OTHER = "11111111-1111-4111-8111-111111111111"


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
    if kind == "postgresql":
        assert shown["killed the database goes away"] == "1"


def _seen(*sent: tuple[str, str, str], outbox: Sequence[str] | None = None) -> Seen:
    """Return what was seen of one task, which ended with a handoff: messages (id, kind, to)."""
    now = datetime.now(UTC)
    task = StoredTask(id=OTHER, caller="c", state=State.COMPLETED, created=now, changed=now)
    messages = [
        Message(n, each, OTHER, "c", kind, to, {}, Origin(), now)
        for n, (each, kind, to) in enumerate(sent)
    ]
    answer = json.dumps({"handoffs": [{"to": "@a"}]})
    read = [each for each, _, _ in sent] if outbox is None else list(outbox)
    return Seen(tasks={0: task}, answers={0: answer}, messages=messages, outbox=read)


END = ("1", "agent.task.completed", "")
HANDOFF = (str(uuid5(UUID(OTHER), "@a")), "agent.handoff.requested", "@a")


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (_seen(END, HANDOFF), []),
        (_seen(END, ("2", *END[1:]), HANDOFF), ["completed", "left 2 times"]),
        (_seen(END, HANDOFF, ("3", *HANDOFF[1:])), ["requested", "left 2 times", "no answer"]),
        (_seen(HANDOFF), ["was not told"]),
        (_seen(END), ["did not leave"]),
        (_seen(END, HANDOFF, outbox=["1", HANDOFF[0], "late"]), ["passed over {'late'}"]),
    ],
)
def test_what_left_twice_or_never_is_found(seen: Seen, expected: list[str]) -> None:
    found = "\n".join(doubled(seen))
    assert bool(found) is bool(expected)
    assert all(each in found for each in expected)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (Seen(), "nobody was killed"),
        (Seen(kills=[(1.5, "at random")]), ""),
        (Seen(kills=[(0.5, "before the first"), (2.5, "after both")]), "nobody was killed"),
        (Seen(returns=[1.5]), ""),
        (Seen(kills=[(1.5, "at random")], kept={7: 1.4}), "was kept"),
    ],
)
def test_what_is_paid_twice_without_a_reason_is_found(seen: Seen, expected: str) -> None:
    calls = [Called(7, 1.0, 0, "what?"), Called(8, 2.0, 0, "what?")]
    found = "\n".join(paid_twice(seen, calls))
    assert bool(found) is bool(expected)
    assert expected in found
