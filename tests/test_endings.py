"""What a task was worked for is kept: together with others, patiently, and beside new work."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.exc import OperationalError

from agent.beside import Beside
from agent.documents import Outcome, Proof
from agent.service import rows, working
from agent.service.answers import Answers
from agent.service.messages import leave
from agent.service.queue import Queue, with_kept
from agent.service.records import Ending, Origin, Outgoing, State
from agent.service.service import Service
from agent.service.tables import JOURNAL, TASKS
from agent.service.tasks import Tasks
from agent.service.together import Together
from tests.consulted import consultation
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
from tests.test_llm_asking import Scripted
from tests.test_runner import Prover
from tests.test_service import PLAN, WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from agent.service.database import Database

pytestmark = pytest.mark.asyncio


@pytest.fixture(params=DATABASES)
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    require(name)
    return name


@pytest.fixture
def postgresql() -> None:
    require("postgresql")


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
            proof = await super().__call__(*given, **named)
            if len(self.calls) > most:  # what came of the first ones is to be kept
                at_once += 1
                if at_once == most:
                    is_full.set()
                await is_full.wait()
            return proof

    monkeypatch.setattr(Tasks, "end", end)
    async with database(kind, tmp_path) as opened:
        service = Service(opened, runner(Together()), at_once=most)
        async with at_work(service), asyncio.timeout(30):
            tasks = [(await service.submit(REQUEST, ME)).task for _ in range(9)]
            await is_full.wait()  # two are proven while another is not kept yet
            await asyncio.sleep(0.5)
            assert ends <= 2 * most
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


@pytest.mark.parametrize(("looks", "state"), [(1000, State.WORKING), (5, State.COMPLETED)])
async def test_what_was_made_gives_way_to_what_is_read_and_rendered_but_not_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, looks: int, state: State
) -> None:
    is_wanted = True
    monkeypatch.setattr(Beside, "is_wanted", property(lambda _: is_wanted))
    monkeypatch.setattr(working, "GIVES_WAY", looks)
    async with database("sqlite", tmp_path) as opened:
        service = Service(opened, runner())
        async with at_work(service):
            task = (await service.submit(REQUEST, ME)).task
            assert (await service.wait(task, 3)).state is state
            is_wanted = False
            assert (await ended(service, task)).state is State.COMPLETED


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


async def test_who_stops_is_told_of_that_and_not_of_a_database_that_was_away(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = asyncio.Event()

    async def keep(*_: object) -> None:
        failing.set()
        raise OperationalError("insert", None, OSError("it went away"))

    monkeypatch.setattr(Answers, "keep", keep)
    model = Scripted(PLAN)
    async with database(kind, tmp_path) as opened:
        service = Service(opened, runner(consult=lambda: consultation(model)))
        assert service.worker is not None
        await service.submit(WORDS, ME)
        (taken,) = await service.queue.claim("w", 1)
        work = asyncio.create_task(service.worker._working.work(taken, "w"))
        await failing.wait()  # what was answered is read now
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        await service.worker._working.aclose()


async def test_one_that_is_refused_harms_nobody_it_was_to_be_kept_with(
    kind: str, tmp_path: Path
) -> None:
    async with database(kind, tmp_path) as opened:
        answers = Answers(opened)
        tasks = [(await Tasks(opened).submit(ME, REQUEST, Origin()))[0] for _ in range(6)]
        values = ["1", "2", "\ud800", "4", "5", "6"]  # half a character: no database keeps it
        kept = [
            answers.keep(task, {"task": task.id, "digest": "a", "number": 0, "value": value})
            for task, value in zip(tasks, values, strict=True)
        ]
        done = await asyncio.gather(*kept, return_exceptions=True)
        assert [each is None for each in done] == [value != "\ud800" for value in values]
        found = await opened.read(lambda connection: with_kept(connection, tasks))
        assert [len(each.kept) for each in found] == [1, 1, 0, 1, 1, 1]


async def test_each_waits_as_long_as_it_may_for_a_database_that_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.service.together.PAUSE", 0.05)
    async with database("sqlite", tmp_path) as opened:
        is_away = True

        def write(items: Sequence[int], _connection: object) -> Sequence[int]:
            if is_away:
                raise OperationalError("write", None, OSError("it went away"))
            return [2 * each for each in items]

        together = Together[int, int](opened, write)
        patient = asyncio.create_task(together.keep(1, 30))
        await asyncio.sleep(0.1)
        impatient = [together.keep(each) for each in (2, 3)]
        first = asyncio.gather(*impatient, return_exceptions=True)
        await asyncio.sleep(0.3)
        assert not patient.done()
        is_away = False
        assert await patient == 2
        assert await first == [4, 6]
        is_away = True
        with pytest.raises(OperationalError):
            await together.keep(4)


@pytest.mark.usefixtures("postgresql")
async def test_an_end_waits_for_who_takes_its_task_and_not_for_who_lets_something_leave(
    tmp_path: Path,
) -> None:
    async with database("postgresql", tmp_path) as opened:
        assert not opened.is_sqlite
        tasks, queue = Tasks(opened), Queue(opened)
        for _ in range(2):
            await tasks.submit(ME, REQUEST, Origin())
        ours, lost = await queue.claim("w", 2)
        message = rows.outgoing(ours, Outgoing("m", "agent.task.progressed", {}))
        async with aclosing(await opened.connect()) as connection:
            await connection.run_sync(opened.number)  # as a message that leaves meanwhile
            leaving = [Outgoing("n", "agent.task.completed", {})]
            end = asyncio.create_task(tasks.end(ours, "w", Ending(State.COMPLETED, {}), leaving))
            await asyncio.sleep(0.3)
            await connection.run_sync(lambda each: leave(opened, each, [message]))
            await connection.commit()
        assert await end  # neither waited for what the other had
        async with aclosing(await opened.connect()) as connection:
            gone = update(TASKS).where(TASKS.c.id == lost.id).values(worker="other")
            await connection.execute(gone)
            late = asyncio.create_task(tasks.end(lost, "w", Ending(State.COMPLETED, {}), []))
            await asyncio.sleep(0.3)
            await connection.commit()
        assert not await late
        assert await tasks.answer_of(lost.id) is None
