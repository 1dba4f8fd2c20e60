"""One SQLite file and many who write to it: those who share a commit, and other processes."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from agent.service import retention, rows
from agent.service.queue import Queue
from agent.service.records import Ending, Origin, Outgoing, State
from agent.service.retention import Retention
from agent.service.service import Service
from agent.service.tables import META
from agent.service.tasks import Tasks
from tests.served import ME, REQUEST, at_work, database, ended, runner, where

if TYPE_CHECKING:
    from pathlib import Path

    from agent.service.database import Database

pytestmark = pytest.mark.asyncio
SUBMIT = """
import asyncio, sys
from agent.service.database import open_database
from agent.service.service import Service
from tests.served import REQUEST

async def main():
    database = await open_database(sys.argv[1])
    service = Service(database)
    await asyncio.gather(*(service.submit(REQUEST, "me") for _ in range(20)))
    await database.close()

asyncio.run(main())
"""


async def _versions(opened: Database) -> set[int]:
    async with opened.read() as connection:
        return set((await connection.execute(select(META.c.version))).scalars())


async def _insert(opened: Database, version: int) -> int:
    async with opened.write() as connection:
        await connection.execute(insert(META).values(version=version))
    assert version in await _versions(opened)  # whoever is told that it is kept can read it
    return version


async def test_many_share_a_commit_and_one_that_is_refused_harms_nobody(tmp_path: Path) -> None:
    commits = 0
    async with database("sqlite", tmp_path) as opened:

        def trace(statement: str) -> None:
            nonlocal commits
            commits += statement == "COMMIT"

        async with opened.write() as connection:  # the one that all go on with
            raw = await connection.get_raw_connection()
            await raw.driver_connection.set_trace_callback(trace)  # type: ignore[union-attr] # aiosqlite's
        numbers = [*range(100, 120), 110]
        done = await asyncio.gather(*(_insert(opened, n) for n in numbers), return_exceptions=True)
        assert done[:-1] == numbers[:-1]
        assert isinstance(done[-1], IntegrityError)
        assert await _versions(opened) >= set(range(100, 120))
        assert 1 <= commits < 10


async def test_one_that_breaks_is_told_to_all_with_it_and_the_next_goes_on(
    tmp_path: Path,
) -> None:
    async with database("sqlite", tmp_path) as opened:

        async def breaks() -> None:
            async with opened.write() as connection:
                await connection.execute(insert(META).values(version=300))
                await connection.execute(text("SELECT nonsense"))

        async def is_called_off() -> None:
            async with opened.write() as connection:
                await connection.execute(insert(META).values(version=400))
                raise asyncio.CancelledError

        for failing in (breaks, is_called_off):
            done = await asyncio.gather(
                _insert(opened, 200), failing(), _insert(opened, 201), return_exceptions=True
            )
            kept = {each for each in done if isinstance(each, int)}
            assert isinstance(done[0], OperationalError)
            assert isinstance(done[1], OperationalError | asyncio.CancelledError)
            assert kept == {201}
            assert await _versions(opened) == {1, 201}
            async with opened.write() as connection:
                await connection.execute(META.delete().where(META.c.version > 1))


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
            await asyncio.sleep(0.5)
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
    monkeypatch.setattr("agent.service.retention.time.monotonic", lambda: clock)
    async with database("sqlite", tmp_path) as opened:
        tasks = Tasks(opened)
        await _ended_task(tasks, Queue(opened))
        monkeypatch.setattr(rows, "now", lambda: wall)

        async def look(which: Retention) -> bool:
            await which.keep(tasks)
            return await tasks.counts() != {}

        alone, with_broker, for_ever = (
            Retention(),
            Retention(has_broker=True),
            Retention(None),
        )
        for each in (for_ever, with_broker, alone):
            assert await look(each)
        wall += timedelta(days=2)
        clock += 2 * retention.EVERY
        for each in (for_ever, with_broker, alone):
            assert await look(each)  # two days in two hours: the clock jumped
        clock += 2 * retention.EVERY
        wall += timedelta(hours=2)
        assert await look(for_ever)
        assert await look(with_broker)  # its message has not left
        assert not await look(alone)
