"""One SQLite file and many who write to it: those who share a commit, and other processes."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, func, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from agent.errors import RefusedError
from agent.service import retention, rows
from agent.service.database import open_database
from agent.service.queue import Queue
from agent.service.records import Ending, Origin, Outgoing, State
from agent.service.retention import Retention
from agent.service.service import Service
from agent.service.tables import META, VERSION
from agent.service.tasks import Tasks
from tests.called_off import CalledOff, stepped
from tests.served import ME, REQUEST, at_work, database, ended, require, runner, where

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from agent.service.database import Database

pytestmark = pytest.mark.asyncio
SUBMIT = """
import asyncio, sys
from agent.service.database import open_database
from agent.service.service import Service
from tests.called_off import CalledOff, stepped
from tests.served import REQUEST

async def main():
    database = await open_database(sys.argv[1])
    service = Service(database)
    await asyncio.gather(*(service.submit(REQUEST, "me") for _ in range(20)))
    await database.close()

asyncio.run(main())
"""


def _look(connection: Connection) -> set[int]:
    return set(connection.execute(select(META.c.version)).scalars())


async def _versions(opened: Database) -> set[int]:
    return await opened.read(_look)


async def _insert(opened: Database, version: int) -> int:
    await opened.write(lambda each: each.execute(insert(META).values(version=version)))
    assert version in await _versions(opened)  # whoever is told that it is kept can read it
    return version


async def test_many_share_a_commit_and_one_that_is_refused_harms_nobody(tmp_path: Path) -> None:
    commits = 0
    async with database("sqlite", tmp_path) as opened:

        def count(_: Connection) -> None:
            nonlocal commits
            commits += 1

        event.listen(opened.engine, "commit", count)
        numbers = [*range(100, 120), 110]
        done = await asyncio.gather(*(_insert(opened, n) for n in numbers), return_exceptions=True)
        assert done[:-1] == numbers[:-1]
        assert isinstance(done[-1], IntegrityError)
        assert await _versions(opened) >= set(range(100, 120))
        assert 1 <= commits < 10


async def test_one_that_changes_its_mind_is_undone_alone(tmp_path: Path) -> None:
    async with database("sqlite", tmp_path) as opened:

        def refuse(connection: Connection) -> None:
            connection.execute(insert(META).values(version=300))
            raise RefusedError([])

        work = [_insert(opened, 199), _insert(opened, 200), opened.write(refuse)]
        done = await asyncio.gather(*work, _insert(opened, 201), return_exceptions=True)
        assert isinstance(done.pop(2), RefusedError)
        assert done == [199, 200, 201]
        assert await _versions(opened) == {VERSION, 199, 200, 201}


async def test_one_that_breaks_harms_nobody_with_it(tmp_path: Path) -> None:
    async with database("sqlite", tmp_path) as opened:

        def breaks(connection: Connection) -> None:
            connection.execute(insert(META).values(version=300))
            connection.execute(text("SELECT nonsense"))

        done = await asyncio.gather(
            _insert(opened, 199),  # all others wait for it
            _insert(opened, 200),
            opened.write(breaks),
            _insert(opened, 201),
            return_exceptions=True,
        )
        assert isinstance(done[2], OperationalError)
        assert [*done[:2], done[3]] == [199, 200, 201]
        assert await _versions(opened) == {VERSION, 199, 200, 201}


async def test_who_is_kept_is_told_before_others_are_written(tmp_path: Path) -> None:
    told = threading.Event()
    async with database("sqlite", tmp_path) as opened:

        async def kept() -> None:
            await _insert(opened, 200)
            told.set()

        def breaks(_: Connection) -> None:
            raise RefusedError([])

        work = [_insert(opened, 199), kept(), opened.write(breaks)]
        *_, refused, was_told = await asyncio.gather(
            *work, opened.write(lambda _: told.wait(5)), return_exceptions=True
        )
        assert isinstance(refused, RefusedError)
        assert was_told is True


@pytest.mark.parametrize("error", [StopIteration, SystemExit])
async def test_work_that_breaks_off_strangely_is_told_of_and_the_next_goes_on(
    tmp_path: Path, error: type[BaseException]
) -> None:
    async with database("sqlite", tmp_path) as opened:

        def breaks_off(connection: Connection) -> None:
            connection.execute(insert(META).values(version=300))
            raise error

        async def hear() -> str:
            try:
                await opened.write(breaks_off)
            except BaseException as heard:  # noqa: BLE001 - some would end the loop
                return type(heard).__name__
            return ""

        async with asyncio.timeout(5):
            assert await hear() in {error.__name__, "RuntimeError"}
            assert await _insert(opened, 200) == 200
        assert await _versions(opened) == {VERSION, 200}


async def test_nobody_is_told_that_it_is_kept_where_it_is_not(tmp_path: Path) -> None:
    async with database("sqlite", tmp_path) as opened:

        def fail(_: Connection) -> None:
            raise OperationalError("commit", None, OSError("the disk is full"))

        event.listen(opened.engine, "commit", fail)
        work = [_insert(opened, number) for number in range(100, 110)]
        done = await asyncio.gather(*work, return_exceptions=True)
        assert {type(each) for each in done} == {OperationalError}
        event.remove(opened.engine, "commit", fail)
        assert await _versions(opened) == {VERSION}
        assert await _insert(opened, 200) == 200


@pytest.mark.parametrize("is_over", [True, False])
@pytest.mark.parametrize("is_first", [True, False])
async def test_who_writes_is_called_off_at_any_await_and_harms_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_first: bool, is_over: bool
) -> None:
    monkeypatch.setattr("agent.service.on_sqlite.BUSY", 1)
    async with database("sqlite", tmp_path) as opened:

        async def write(number: int) -> None:
            def work(connection: Connection) -> None:
                new = insert(META).returning(META.c.version)
                connection.execute(new.values(version=number))
                connection.execute(select(META.c.version))
                time.sleep(0.005)  # whoever calls it off does so in the middle
                connection.execute(new.values(version=number + 1))

            await opened.write(work)

        at = 0
        while True:
            at += 1
            called_off = CalledOff(write(100 * at), at, is_over=is_over)
            writers = [stepped(called_off), write(100 * at + 10)]
            done = await asyncio.gather(
                *(writers if is_first else writers[::-1]), return_exceptions=True
            )
            told = {each - 100 * at for each in await _versions(opened) if each >= 100 * at}
            await write(100 * at + 20)  # the file is still written to
            if not is_first:
                done.reverse()
            assert done[1] is None  # who came with it was not refused
            kept = {each - 100 * at for each in await _versions(opened) if each >= 100 * at}
            assert kept in ({0, 1, 10, 11, 20, 21}, {10, 11, 20, 21})  # all of it, or nothing
            assert told == kept - {20, 21}  # it was over when who was called off heard of it
            if called_off.left > 0:
                break
            assert isinstance(done[0], asyncio.CancelledError)
        assert at > 1


@pytest.mark.parametrize("is_over", [True, False])
async def test_who_reads_is_called_off_at_any_await_and_leaves_no_lock(
    tmp_path: Path, *, is_over: bool
) -> None:
    async with database("sqlite", tmp_path) as opened:
        other = sqlite3.connect(tmp_path / "service.db", isolation_level=None)
        other.execute("PRAGMA busy_timeout = 1000")
        at, is_called_off = 0, True
        while is_called_off:
            at += 1

            def read(connection: Connection) -> None:
                connection.execute(select(META.c.version))
                time.sleep(0.005)
                connection.execute(select(META.c.version))

            called_off = CalledOff(opened.read(read), at, is_over=is_over)
            await asyncio.gather(stepped(called_off), return_exceptions=True)
            is_called_off = called_off.left <= 0
            await _insert(opened, 100 + at)
            # nobody reads from the log any more: it can be taken over as a whole
            busy, *_ = other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            assert not busy
        assert at > 1
        other.close()


async def test_who_still_waits_when_it_is_closed_is_written_before(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/file.db"
    opened, go_on = await open_database(url), threading.Event()

    def first(connection: Connection) -> None:
        go_on.wait(10)
        connection.execute(insert(META).values(version=200))

    def second(connection: Connection) -> None:
        connection.execute(insert(META).values(version=201))

    writing = [asyncio.create_task(opened.write(each)) for each in (first, second)]
    await asyncio.sleep(0)
    closing = asyncio.create_task(opened.close())
    await asyncio.sleep(0.1)
    go_on.set()
    await asyncio.wait_for(asyncio.gather(closing, *writing), 10)
    again = await open_database(url)
    count = select(func.count()).select_from(META)
    assert await again.read(lambda each: each.execute(count).scalar_one()) == 3
    await again.close()


async def test_processes_share_a_file_from_its_first_moment(tmp_path: Path) -> None:
    async with where("sqlite", tmp_path) as url:
        command = [sys.executable, "-c", SUBMIT, url]
        processes = [subprocess.Popen(command) for _ in range(3)]  # noqa: ASYNC220 - waited for below
        codes = [await asyncio.to_thread(each.wait) for each in processes]
        assert codes == [0, 0, 0]
    async with database("sqlite", tmp_path) as opened:
        assert await Tasks(opened).counts() == {State.SUBMITTED: 60}


async def test_a_file_that_somebody_else_writes_to_is_waited_for(tmp_path: Path) -> None:
    async with database("sqlite", tmp_path) as opened:
        service = Service(opened, runner())
        other = sqlite3.connect(tmp_path / "service.db", isolation_level=None)
        async with at_work(service):
            task = (await service.submit(REQUEST, ME)).task
            other.execute("BEGIN IMMEDIATE")
            began = time.monotonic()
            await asyncio.sleep(0.5)
            assert time.monotonic() - began < 1  # nobody else waits for it
            other.execute("COMMIT")
            assert (await ended(service, task)).state is State.COMPLETED
        other.close()


async def _ended_task(tasks: Tasks, queue: Queue) -> None:
    await tasks.submit(ME, REQUEST, Origin())
    (task,) = await queue.claim("w", 1)
    message = Outgoing("m", "agent.task.completed", {})
    assert await tasks.end(task, "w", Ending(State.COMPLETED, {}), [message])


async def test_old_tasks_go_but_not_before_their_messages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, wall = 1000.0, datetime.now(UTC) + timedelta(days=29)
    monkeypatch.setattr(retention, "time", SimpleNamespace(monotonic=lambda: clock))
    async with database("sqlite", tmp_path) as opened:
        tasks = Tasks(opened)
        await _ended_task(tasks, Queue(opened))
        monkeypatch.setattr(rows, "now", lambda: wall)

        async def look(which: Retention) -> bool:
            await which.keep(opened)
            return await tasks.counts() != {}

        def later(hours: float) -> None:
            nonlocal clock, wall
            clock += 2 * retention.EVERY
            wall += timedelta(hours=hours)

        alone, with_broker, for_ever = (
            Retention(),
            Retention(has_broker=True),
            Retention(None),
        )
        for hours in (2, 48):
            for each in (for_ever, with_broker, alone):
                assert await look(each)
            later(hours)
        for each in (for_ever, with_broker, alone):
            assert await look(each)  # two days in two hours: the clock jumped
        later(2)
        assert await look(for_ever)
        assert await look(with_broker)  # its message has not left
        assert not await look(alone)


async def test_who_begins_with_a_wrong_clock_forgets_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = 1000.0
    monkeypatch.setattr(retention, "time", SimpleNamespace(monotonic=lambda: clock))
    async with database("sqlite", tmp_path) as opened:
        tasks, kept = Tasks(opened), Retention()
        await _ended_task(tasks, Queue(opened))
        with monkeypatch.context() as wrong:
            wrong.setattr(rows, "now", lambda: datetime.now(UTC) + timedelta(days=31))
            await kept.keep(opened)
        for _ in range(3):  # it is put right
            clock += 2 * retention.EVERY
            await kept.keep(opened)
        assert await tasks.counts() == {State.COMPLETED: 1}


@pytest.fixture
def postgresql() -> None:
    require("postgresql")


@pytest.mark.usefixtures("postgresql")
async def test_on_a_server_its_clock_says_what_is_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = 1000.0
    monkeypatch.setattr(retention, "time", SimpleNamespace(monotonic=lambda: clock))
    async with database("postgresql", tmp_path) as opened:
        tasks, kept = Tasks(opened), Retention()
        wrong = datetime.now(UTC) - timedelta(days=31)
        monkeypatch.setattr(rows, "now", lambda: wrong)  # of who ends it
        await _ended_task(tasks, Queue(opened))
        wrong += timedelta(days=62)  # of who looks
        for _ in range(3):
            await kept.keep(opened)
            clock += 2 * retention.EVERY
        assert await tasks.counts() == {State.COMPLETED: 1}
