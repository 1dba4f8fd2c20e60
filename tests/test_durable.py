"""What can go wrong with a kept task? Races, workers that are gone, databases that go away."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import asyncpg  # type: ignore[import-untyped]
import pytest
from sqlalchemy import delete, event, text
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.util import await_only

from agent.contract import to_wire
from agent.service.answers import Answers
from agent.service.database import UNAVAILABLE, open_database
from agent.service.journal import Journal
from agent.service.on_postgresql import ALIVE
from agent.service.presence import LostError, appear, take_lock
from agent.service.queue import ALONE, MOST_SETBACKS, Queue, with_kept
from agent.service.records import Origin, State
from agent.service.service import Service
from agent.service.tables import TASKS, WORKERS
from agent.service.tasks import Tasks
from tests.called_off import CalledOff, stepped
from tests.consulted import consultation
from tests.served import (
    DATABASES,
    ME,
    REQUEST,
    asked,
    at_work,
    database,
    ended,
    journal,
    require,
    runner,
    where,
)
from tests.servers import POSTGRESQL
from tests.test_llm_asking import Scripted
from tests.test_runner import Prover
from tests.test_service import PLAN, THIN, WORDS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from agent.documents import Proof
    from agent.llm.account import Call
    from agent.llm.model import OnText, Question
    from agent.service.database import Database
    from agent.service.records import StoredTask

pytestmark = pytest.mark.asyncio


@pytest.fixture(params=DATABASES)
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    require(name)
    return name


@pytest.fixture
def postgresql() -> None:
    require("postgresql")


async def kept(service: Service, task: StoredTask) -> Any:  # noqa: ANN401 - a test reaches into it
    found = await service.answer_of(task)
    assert found is not None
    return json.loads(found.answer)


async def test_who_is_called_off_asks_nothing_any_more(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        service = Service(opened, runner())
        assert service.worker is not None
        task = (await service.submit(THIN, ME)).task
        (taken,) = await service.queue.claim("w", 1)
        assert await service.tasks.call_off(taken)  # which its worker does not hear in time
        await service.worker._working.work(taken, "w")
        found = await service.tasks.get(task.id)
        assert found is not None
        assert found.state is State.CANCELED
        kinds = [each.kind for each in await service.messages.page(ME)]
        assert kinds == ["agent.task.canceled"]


async def test_what_was_called_off_is_not_begun_again(kind: str, tmp_path: Path) -> None:
    model = Scripted(PLAN)
    async with database(kind, tmp_path) as opened:
        service = Service(opened, runner(consult=lambda: consultation(model)))
        task = (await service.submit(WORDS, ME)).task
        gone = await appear(opened)
        (taken,) = await service.queue.claim(gone.id, 1)
        assert (await service.cancel(taken)).state is State.WORKING
        await gone.let_go()  # as if its process was gone, before it heard of it
        async with at_work(service):
            assert (await ended(service, task)).state is State.CANCELED
    assert model.asked == []


async def test_an_answer_and_a_cancellation_at_once(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        service = Service(opened, runner())
        async with at_work(service):
            task = await ended(service, (await service.submit(THIN, ME)).task)
            first, second = (e["id"] for e in (await kept(service, task))["openQuestions"])
            answers = {first: "A horse has a name.", second: "A stable has an address."}
            await asyncio.gather(
                service.answer(task, answers), service.cancel(task), return_exceptions=True
            )
            found = await ended(service, await service.tasks.get(task.id) or task)
        ends = [m.kind for m in await service.messages.page(ME) if m.kind.startswith("agent.task")]
        assert ends[0] == "agent.task.input-required"
        assert ends[1:] == [f"agent.task.{found.state}"]
        assert found.state in {State.CANCELED, State.COMPLETED}


async def test_an_end_and_a_cancellation_at_once(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        service = Service(opened, runner(), at_once=4)
        async with at_work(service):
            tasks = [(await service.submit(REQUEST, ME)).task for _ in range(12)]
            for number, task in enumerate(tasks):
                await asyncio.sleep(0.01 * (number % 4))
                await service.cancel(task)
            found = [await ended(service, task) for task in tasks]
        ends = [m for m in await service.messages.page(ME, limit=200) if not m.to]
        assert {m.task: m.kind for m in ends} == {t.id: f"agent.task.{t.state}" for t in found}
        assert len(ends) == len(tasks)


async def test_what_was_taken_by_who_is_forgotten_is_given_to_others(
    kind: str, tmp_path: Path
) -> None:
    async with database(kind, tmp_path) as opened:
        service = Service(opened, runner())
        task = (await service.submit(REQUEST, ME)).task
        cut_off = await appear(opened)
        # others thought it was gone
        await opened.write(lambda connection: connection.execute(delete(WORKERS)))
        await service.queue.claim(cut_off.id, 1)
        async with at_work(service):
            assert (await ended(service, task)).state is State.COMPLETED
        await cut_off.let_go()


async def test_many_can_be_gone_at_once(kind: str, tmp_path: Path) -> None:
    async with where(kind, tmp_path) as url:
        theirs, ours = [await open_database(url, connections=n) for n in (20, 3)]
        try:
            service = Service(ours, runner(), at_once=4)
            tasks = [(await service.submit(REQUEST, ME)).task for _ in range(12)]
            gone = [await appear(theirs) for _ in tasks]
            for each in gone:
                assert len(await service.queue.claim(each.id, 1)) == 1
            for each in gone:
                await each.let_go()
            async with at_work(service):
                states = {(await ended(service, task)).state for task in tasks}
            assert states == {State.COMPLETED}
        finally:
            await theirs.close()
            await ours.close()


async def test_two_find_who_is_gone_once(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        first, second = [await appear(opened) for _ in range(2)]
        dead = [await appear(opened) for _ in range(3)]
        for each in dead:
            await each.let_go()

        async def find(who: Any) -> list[str]:  # noqa: ANN401 - a presence
            async with who.gone() as found:
                await asyncio.sleep(0.05)
                return list(found)

        found = [*await asyncio.gather(find(first), find(second))]
        assert sorted(found[0] + found[1]) == sorted(each.id for each in dead)
        await first.vanish()
        await second.vanish()


async def test_a_lock_ends_with_who_holds_it(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        lock = await take_lock(opened, "relay", 7)
        assert lock is not None
        assert await lock.is_held()
        assert await take_lock(opened, "relay", 7) is None
        await lock.release()
        again = await take_lock(opened, "relay", 7)
        assert again is not None
        await again.release()


async def test_nobody_is_suspected_for_what_another_does(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        tasks, queue = Tasks(opened), Queue(opened)
        for _ in range(3):
            await tasks.submit(ME, REQUEST, Origin())
        for _ in range(ALONE):
            assert len(await queue.claim("w", 2)) == 2
            assert await queue.release("w", is_guilty=True) == []
        assert await queue.claim("w", 2, is_idle=False) == []  # it would be no fair trial
        assert not await queue.are_waiting(is_idle=False)
        (alone,) = await queue.claim("w", 2)
        assert alone.setbacks == ALONE
        await asked(await journal(opened, alone), "?", _say)
        found = await tasks.get(alone.id)
        assert found is not None
        assert found.setbacks == 0  # it came on


async def _say() -> str:
    return "something"


async def test_an_answer_that_came_is_kept_though_its_worker_stops(
    kind: str, tmp_path: Path
) -> None:
    async with database(kind, tmp_path) as opened:
        task, _ = await Tasks(opened).submit(ME, REQUEST, Origin())
        first = await journal(opened, task)

        async def get() -> str:
            asyncio.get_running_loop().call_soon(asking.cancel)
            return "paid"

        asking = asyncio.create_task(asked(first, "?", get))
        with pytest.raises(asyncio.CancelledError):
            await asking
        await first.settled()
        assert await asked(await journal(opened, task), "?", _say) == "paid"


async def test_answers_that_come_at_once_are_kept_together_and_none_harms_another(
    kind: str, tmp_path: Path
) -> None:
    async with database(kind, tmp_path) as opened:
        answers, tasks = Answers(opened), Tasks(opened)
        taken = [(await tasks.submit(ME, REQUEST, Origin()))[0] for _ in range(20)]
        forgotten = delete(TASKS).where(TASKS.c.id == taken[7].id)
        await opened.write(lambda connection: connection.execute(forgotten))

        async def keep(task: StoredTask) -> object:
            return await asked(Journal(answers, task), "?", _say)

        inserts: list[str] = []
        event.listen(
            opened.engine,
            "before_cursor_execute",
            lambda *given: inserts.append(given[2]) if "journal" in given[2] else None,
        )
        first, rest = taken[:7], taken[8:]
        assert set(await asyncio.gather(*map(keep, first))) == {"something"}
        assert len(inserts) <= 2
        assert set(await asyncio.gather(*map(keep, [*rest, taken[7]]))) == {"something"}
        found = await opened.read(lambda connection: with_kept(connection, taken))
        assert [len(each.kept) for each in found] == [1] * 7 + [0] + [1] * 12


async def test_whoever_waits_for_the_same_statement_hears_why_it_failed(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.service.answers.KEEPS_TRYING", 0)
    async with database(kind, tmp_path) as opened:
        answers = Answers(opened)
        taken = [(await Tasks(opened).submit(ME, REQUEST, Origin()))[0] for _ in range(5)]

        def fail(*given: Any) -> None:  # noqa: ANN401 - of an event
            if "INSERT INTO journal" in given[2]:
                raise OperationalError("insert", None, OSError("it went away"))

        event.listen(opened.engine, "before_cursor_execute", fail)
        row = {"digest": "a", "number": 0, "value": "1"}
        kept = [answers.keep(each, {"task": each.id, **row}) for each in taken]
        done = await asyncio.gather(*kept, return_exceptions=True)
        assert [type(each) for each in done] == [OperationalError] * 5
        event.remove(opened.engine, "before_cursor_execute", fail)
        await answers.keep(taken[0], {"task": taken[0].id, **row})  # the next one is kept
        with pytest.raises(IntegrityError):
            await answers.keep(taken[0], {"task": taken[0].id, **row})


async def test_a_question_asked_twice_at_once_has_two_answers(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        task, _ = await Tasks(opened).submit(ME, REQUEST, Origin())
        given = iter("abcd")

        async def get() -> str:
            await asyncio.sleep(0.01)
            return next(given)

        async def both() -> list[Any]:
            one = await journal(opened, task)
            return await asyncio.gather(*(asked(one, "?", get) for _ in range(2)))

        assert sorted(await both()) == ["a", "b"]
        assert sorted(await both()) == ["a", "b"]


async def test_an_answer_that_cannot_be_told_is_the_end_of_its_task_alone(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def refuse(answer: Any) -> Any:  # noqa: ANN401 - an answer
        if answer.status == "completed":
            raise ValueError("breaks the schema")
        return to_wire(answer)

    monkeypatch.setattr("agent.service.working.to_wire", refuse)
    async with database(kind, tmp_path) as opened:
        service = Service(opened, runner())
        async with at_work(service):
            for _ in range(2):  # the worker is still there for the second
                task = await ended(service, (await service.submit(REQUEST, ME)).task)
                assert task.state is State.FAILED
                assert (await kept(service, task))["errors"][0]["code"] == "internal"


async def test_text_that_no_database_likes_is_kept(
    kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "agent")  # a report of a test cannot carry that text

    async def prove(*_: object, **__: object) -> None:
        raise ValueError("half a character: \ud800, and none: \0")

    async with database(kind, tmp_path) as opened:
        service = Service(opened, runner(prove))
        async with at_work(service):
            task = await ended(service, (await service.submit(REQUEST, ME)).task)
        assert task.state is State.FAILED
        message = (await kept(service, task))["errors"][0]["message"]
        assert message.endswith("half a character: \ud800, and none: \0")


async def test_a_lock_file_that_is_removed_is_seen_by_its_worker(tmp_path: Path) -> None:
    async with database("sqlite", tmp_path) as opened:
        me = await appear(opened)
        await me.check()
        for each in list(tmp_path.iterdir()):
            if each.suffix == ".lock":
                each.unlink()
        with pytest.raises(LostError):
            await me.check()
        await me.let_go()


class Gated(Prover):
    """A prover that waits, the first time."""

    def __init__(self) -> None:
        super().__init__()
        self.started = asyncio.Event()

    async def __call__(self, *args: Any, **options: Any) -> Proof:  # noqa: ANN401 - those of a prover
        if not self.started.is_set():
            self.started.set()
            await asyncio.Event().wait()
        return await super().__call__(*args, **options)


class Endless(Prover):
    """A prover that is never done; ``begun`` counts how often it began."""

    begun = 0

    async def __call__(self, *_: Any, **__: Any) -> Proof:  # noqa: ANN401 - those of a prover
        self.begun += 1
        await asyncio.Event().wait()
        raise AssertionError


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - whatever it is
            await asyncio.sleep(0.02)


@pytest.mark.usefixtures("postgresql")
async def test_outages_of_the_database_are_no_setbacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("agent.service.worker.AFTER_TROUBLE", 0.1)
    endless = Endless()
    async with database("postgresql", tmp_path) as opened:
        service = Service(opened, runner(endless))
        task = (await service.submit(REQUEST, ME)).task
        async with at_work(service):
            for outage in range(1, MOST_SETBACKS + 2):
                await _until(lambda outage=outage: endless.begun == outage)  # type: ignore[misc] # mypy knows no default
                await _end_all(opened)
            await _until(lambda: endless.begun == MOST_SETBACKS + 2)
            found = await service.tasks.get(task.id)
            assert found is not None
            assert (found.state, found.setbacks) == (State.WORKING, 0)
    waited = [each.msg for each in caplog.records if "the-database-is-waited-for" in each.message]
    assert len(waited) > MOST_SETBACKS
    for line in waited:
        assert isinstance(line, dict)
        assert line["reason"]
        assert not line["exc_info"]  # one line for each outage, and no trace


async def test_who_comes_back_takes_the_suspicion_away_that_others_had(
    kind: str, tmp_path: Path
) -> None:
    async with database(kind, tmp_path) as opened:
        queue = Queue(opened)
        for _ in range(3):
            await Tasks(opened).submit(ME, REQUEST, Origin())
        had = await queue.claim("cut off", 2)
        await queue.release("cut off", had[0].id, is_guilty=True)  # the others think it is gone
        taken = {each.id: each for each in await queue.claim("gone", 2)}
        assert taken.pop(had[0].id).setbacks == 1
        (guilty,) = taken.values()
        await queue.release("gone", is_guilty=True)
        await queue.give_up("cut off", had)
        found = {each.id: each for each in await Tasks(opened).page()}
        assert [found[each.id].setbacks for each in (*had, guilty)] == [1, 0, 1]
        assert {each.state for each in found.values()} == {State.SUBMITTED}


@pytest.mark.usefixtures("postgresql")
async def test_a_look_for_who_is_gone_is_as_short_however_many_there_are(tmp_path: Path) -> None:
    async with database("postgresql", tmp_path) as opened:
        statements = 0

        def count(*_: object) -> None:
            nonlocal statements
            statements += 1

        event.listen(opened.engine, "before_cursor_execute", count)
        workers = [await appear(opened) for _ in range(2)]
        counts = []
        for _ in range(2):
            statements = 0
            async with workers[0].gone() as found:
                assert found == []
            counts.append(statements)
            workers += [await appear(opened) for _ in range(3)]
        assert counts[0] == counts[1]
        for each in workers:
            await each.vanish()


@pytest.mark.usefixtures("postgresql")
@pytest.mark.parametrize("is_over", [True, False])
async def test_who_is_called_off_at_any_await_keeps_no_connection(
    tmp_path: Path, *, is_over: bool
) -> None:
    async with database("postgresql", tmp_path) as opened:

        def both(connection: Connection) -> None:
            opened.number(connection)
            connection.execute(text("SELECT 1"))

        at = 0
        while True:
            at += 1
            if at % 2:
                await opened.close()  # also while it connects
            called_off = CalledOff(opened.write(both), at, is_over=is_over)
            await asyncio.gather(stepped(called_off), return_exceptions=True)
            await _until(lambda: opened.engine.pool.checkedout() == 0)  # type: ignore[attr-defined] # of its pool
            async with asyncio.timeout(5):
                await opened.write(both)
            if called_off.left > 0:
                break
        assert at > 3


async def test_who_looks_is_done_with_it_before_its_worker_vanishes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    async with database("sqlite", tmp_path) as opened:
        service = Service(opened, runner())
        looks, gives_up = asyncio.Event(), service.queue.give_up

        async def called_off(_: str) -> list[str]:
            try:
                looks.set()
                return await asyncio.Event().wait()  # type: ignore[return-value] # never
            finally:
                await asyncio.sleep(0.05)
                done.append("looked")

        async def give_up(worker: str, had: Sequence[StoredTask]) -> None:
            done.append("gave up")
            await gives_up(worker, had)

        monkeypatch.setattr(service.queue, "called_off", called_off)
        monkeypatch.setattr(service.queue, "give_up", give_up)
        async with at_work(service):
            await looks.wait()
    assert done == ["looked", "gave up"]


@pytest.mark.usefixtures("postgresql")
async def test_a_new_session_is_not_taken_for_the_one_with_the_lock(tmp_path: Path) -> None:
    async with database("postgresql", tmp_path) as opened:
        me = await appear(opened)
        await me.check()
        await me._locks._connection.invalidate()  # type: ignore[attr-defined] # those of PostgreSQL
        await me._locks._connection.rollback()  # type: ignore[attr-defined] # it would connect again
        with pytest.raises(LostError):
            await me.check()
        await me.let_go()


@pytest.mark.usefixtures("postgresql")
async def test_postgresql_ends_all_connections_while_somebody_works(tmp_path: Path) -> None:
    model, gated = Scripted(PLAN), Gated()
    async with database("postgresql", tmp_path) as opened:
        service = Service(opened, runner(gated, lambda: consultation(model)))
        async with at_work(service):
            task = (await service.submit(WORDS, ME)).task
            await gated.started.wait()
            await _end_all(opened)
            assert (await _until_ended(service, task)).state is State.COMPLETED
    assert len(model.asked) == 1


@pytest.mark.usefixtures("postgresql")
async def test_what_passes_is_told_from_what_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.service.on_postgresql.ANSWER", 0.3)

    async def fails(statement: str) -> BaseException:
        with pytest.raises(SQLAlchemyError) as failure:
            await opened.write(lambda connection: connection.execute(text(statement)))
        return failure.value

    async with database("postgresql", tmp_path) as opened:
        passing = ("SELECT pg_sleep(5)", "SELECT pg_terminate_backend(pg_backend_pid())")
        for each in passing:
            assert isinstance(await fails(each), UNAVAILABLE)
        for each in ("SELECT 1/0", "SELECT nonsense"):
            assert not isinstance(await fails(each), UNAVAILABLE)


@pytest.mark.usefixtures("postgresql")
async def test_who_stops_in_the_middle_of_numbering_does_not_stop_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.service.on_postgresql.FROZEN", 0.3)
    async with database("postgresql", tmp_path) as opened:

        def number(seconds: float, connection: Connection) -> None:
            opened.number(connection)
            frozen.set()
            await_only(asyncio.sleep(seconds))  # as if its process were stopped
            connection.execute(text("SELECT 1"))

        frozen = asyncio.Event()
        stopped = asyncio.create_task(opened.write(partial(number, 1)))
        await frozen.wait()
        async with asyncio.timeout(0.9):
            await opened.write(partial(number, 0))
        with pytest.raises(UNAVAILABLE):
            await stopped
        how_long = text("SHOW tcp_user_timeout")
        found = await opened.read(lambda connection: connection.execute(how_long).scalar())
        assert found == ALIVE["tcp_user_timeout"]


async def _end_all(opened: Database) -> None:
    admin = await asyncpg.connect(POSTGRESQL.replace("+asyncpg", ""))
    query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"
    await admin.execute(query, opened.engine.url.database)
    await admin.close()


async def _until_ended(service: Service, task: StoredTask) -> StoredTask:
    """Wait for an end, while the database may not answer."""
    for _ in range(300):
        try:
            found = await service.tasks.get(task.id)
        except Exception:  # noqa: BLE001 - it does not answer
            found = None
        if found is not None and found.state.is_end:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError("it does not end")


class Proxy:
    """A way to PostgreSQL that can be cut."""

    def __init__(self) -> None:
        self._writers: list[asyncio.StreamWriter] = []
        self._is_cut = False

    @asynccontextmanager
    async def to(self, url: str) -> AsyncIterator[str]:
        server = await asyncio.start_server(self._meet, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            yield url.replace("127.0.0.1:5432", f"127.0.0.1:{port}")
            self.cut()

    def cut(self) -> None:
        self._is_cut = True
        for each in self._writers:
            each.transport.abort()
        self._writers.clear()

    def mend(self) -> None:
        self._is_cut = False

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        theirs, ours = await asyncio.open_connection("127.0.0.1", 5432)
        self._writers += [writer, ours]
        await asyncio.gather(_pass(reader, ours), _pass(theirs, writer))


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
    except ConnectionError:
        pass
    writer.close()


@pytest.mark.usefixtures("postgresql")
async def test_an_answer_that_comes_while_the_database_is_away_is_not_paid_twice(
    tmp_path: Path,
) -> None:
    proxy = Proxy()

    class Cutting(Scripted):
        async def complete(
            self, question: Question, call: Call, *, seconds: float, on_text: OnText | None = None
        ) -> str:
            said = await super().complete(question, call, seconds=seconds, on_text=on_text)
            proxy.cut()
            asyncio.get_running_loop().call_later(1.5, proxy.mend)
            return said

    model = Cutting(PLAN)
    async with where("postgresql", tmp_path) as url, proxy.to(url) as through:
        opened = await open_database(through)
        service = Service(opened, runner(consult=lambda: consultation(model)))
        async with at_work(service):
            task = (await service.submit(WORDS, ME)).task
            assert (await _until_ended(service, task)).state is State.COMPLETED
        await opened.close()
    assert len(model.asked) == 1


async def test_a_full_disk_is_waited_for(tmp_path: Path) -> None:
    model = Scripted(PLAN)
    async with database("sqlite", tmp_path) as opened:
        pages = 2**30

        @event.listens_for(opened.engine, "begin", insert=True)
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

        service = Service(opened, runner(consult=lambda: consultation(model)))
        task = (await service.submit(WORDS, ME)).task
        async with at_work(service):
            await asyncio.sleep(0.3)  # it is at work, or about to be: the disk is full either way
            pages = 1  # of a file that is larger: nothing more can be taken
            await asyncio.sleep(1)
            pages = 2**30
            assert (await ended(service, task)).state is State.COMPLETED
    assert len(model.asked) == 1
