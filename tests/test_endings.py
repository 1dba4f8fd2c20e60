"""What a task was worked for is kept: together with others, patiently, and beside new work."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from agent.documents import Outcome, Proof
from agent.service.queue import Queue
from agent.service.records import Ending, Origin, Outgoing, State
from agent.service.service import Service
from agent.service.tables import JOURNAL
from agent.service.tasks import Tasks
from tests.served import (
    DATABASES,
    ME,
    REQUEST,
    at_work,
    database,
    ended,
    journal,
    require,
    runner,
)
from tests.test_runner import Prover

if TYPE_CHECKING:
    from pathlib import Path

    from agent.service.database import Database

pytestmark = pytest.mark.asyncio


@pytest.fixture(params=DATABASES)
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    require(name)
    return name


async def test_ends_that_come_at_once_are_kept_together_and_each_counts_for_itself(
    kind: str, tmp_path: Path
) -> None:
    async with database(kind, tmp_path) as opened:
        tasks, queue = Tasks(opened), Queue(opened)
        for _ in range(12):
            await tasks.submit(ME, REQUEST, Origin())
        taken = await queue.claim("w", 12)
        lost, asking = taken[3], taken[5]
        await queue.release("w", lost.id, is_guilty=False)
        await queue.claim("other", 1)
        await tasks.call_off(asking)
        inserts: list[str] = []
        event.listen(
            opened.engine,
            "before_cursor_execute",
            lambda *given: inserts.append(given[2]) if "INTO results" in given[2] else None,
        )

        async def end(number: int, state: State = State.COMPLETED) -> bool:
            task = taken[number]
            ending = Ending(state, {"number": number}, {"a.py": str(number)})
            message = Outgoing(f"m-{number}", f"agent.task.{state}", ending.answer)
            return await tasks.end(task, "w", ending, [message])

        twice = [end(0), end(0)]
        rest = [end(n) for n in range(1, 12) if n != 5]
        counts = await asyncio.gather(*twice, end(5, State.INPUT_REQUIRED), *rest)
        assert sorted(counts[:2]) == [False, True]
        assert not counts[2]  # it was called off, and asks nothing any more
        assert counts[3:] == [each is not lost for each in taken[1:5] + taken[6:]]
        assert len(inserts) <= 3
        for number, task in enumerate(taken):
            kept = await tasks.answer_of(task.id)
            if task in (lost, asking):
                assert kept is None
                continue
            assert kept is not None
            assert json.loads(kept.answer) == {"number": number}
            assert kept.files == {"a.py": str(number)}


def _away(opened: Database, times: int, of: str) -> list[str]:
    """Let the database not answer so often what says these words; return what was asked so."""
    asked: list[str] = []

    def fail(*given: Any) -> None:  # noqa: ANN401 - of an event
        if of in given[2]:
            asked.append(given[2])
            if len(asked) <= times:
                raise OperationalError(of, None, OSError("it went away"))

    event.listen(opened.engine, "before_cursor_execute", fail)
    return asked


async def test_a_database_that_was_restarted_is_waited_for_and_nothing_proven_again(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.service.together.PAUSE", 0.01)
    proofs = Prover()
    async with database(kind, tmp_path) as opened:
        service = Service(opened, runner(proofs))
        asked = _away(opened, 3, "INTO results")
        async with at_work(service):
            task = await ended(service, (await service.submit(REQUEST, ME)).task)
        assert task.state is State.COMPLETED
        assert (len(asked), len(proofs.calls)) == (4, 1)
        assert task.attempt == 1


@pytest.mark.parametrize(("outcome", "rows"), [(Outcome.PASSED, 0), (Outcome.FAILED, 1)])
async def test_a_proof_is_kept_before_the_end_where_the_work_may_go_on(
    kind: str, tmp_path: Path, outcome: Outcome, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[int] = []
    whole = Tasks.end

    async def end(self: Tasks, *given: Any, **named: Any) -> bool:  # noqa: ANN401 - as it is called
        query = select(JOURNAL.c.task)
        found.append(len(await opened.read(lambda each: each.execute(query).all())))
        return await whole(self, *given, **named)

    monkeypatch.setattr(Tasks, "end", end)
    async with database(kind, tmp_path) as opened:
        service = Service(opened, runner(Prover(outcome)))
        async with at_work(service):
            await ended(service, (await service.submit(REQUEST, ME)).task)
    assert found == [rows]


async def test_others_are_worked_on_while_what_came_of_one_is_kept_but_not_without_end(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    most, at_once, is_full, ends, may_end = 2, 0, asyncio.Event(), 0, asyncio.Event()
    whole = Tasks.end

    async def end(self: Tasks, *given: Any, **named: Any) -> bool:  # noqa: ANN401 - as it is called
        nonlocal ends
        ends += 1
        await may_end.wait()
        return await whole(self, *given, **named)

    class Together(Prover):
        async def __call__(self, *given: Any, **named: Any) -> Proof:  # noqa: ANN401 - likewise
            nonlocal at_once
            at_once += 1
            if ends and at_once == most:
                is_full.set()
            await (is_full.wait() if ends else asyncio.sleep(0))
            at_once -= 1
            return await super().__call__(*given, **named)

    monkeypatch.setattr(Tasks, "end", end)
    async with database(kind, tmp_path) as opened:
        service = Service(opened, runner(Together()), at_once=most)
        async with at_work(service), asyncio.timeout(30):
            tasks = [(await service.submit(REQUEST, ME)).task for _ in range(9)]
            await is_full.wait()  # two are proven while another is not kept yet
            await asyncio.sleep(0.5)
            assert ends < 2 * most
            may_end.set()
            for task in tasks:
                assert (await ended(service, task)).state is State.COMPLETED


async def test_what_was_made_is_kept_though_its_worker_stops(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proofs = Prover()
    began, may_end = asyncio.Event(), asyncio.Event()
    whole = Tasks.end

    async def end(self: Tasks, *given: Any, **named: Any) -> bool:  # noqa: ANN401 - as it is called
        began.set()
        await may_end.wait()
        return await whole(self, *given, **named)

    monkeypatch.setattr(Tasks, "end", end)
    async with database(kind, tmp_path) as opened:
        service = Service(opened, runner(proofs))
        assert service.worker is not None
        work = asyncio.create_task(service.worker.run())
        task = (await service.submit(REQUEST, ME)).task
        await began.wait()
        service.worker.stop()
        await asyncio.sleep(0.1)
        may_end.set()
        await work
        found = await service.tasks.get(task.id)
        assert found is not None
        assert (found.state, len(proofs.calls)) == (State.COMPLETED, 1)


async def test_nothing_is_got_before_what_was_got_is_kept(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        task, _ = await Tasks(opened).submit(ME, REQUEST, Origin())
        first = await journal(opened, task)
        query = select(JOURNAL.c.value)
        kept: list[list[str]] = []

        async def get() -> str:
            kept.append(list(await opened.read(lambda each: each.execute(query).scalars().all())))
            return f"answer {len(kept)}"

        for _ in range(3):
            await first.kept("model", "?", get)
        await first.settled()
        assert [len(each) for each in kept] == [0, 1, 2]
