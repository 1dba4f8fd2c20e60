"""Does a process beside this one give what is computed here, whatever happens to it?"""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import subprocess
import sys
import time
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from agent import beside as module
from agent.beside import Beside
from agent.emitter.project import Renderer, Rendering, render
from agent.errors import BrokenOffError, EmitError
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from tests import bikes
from tests.made import library

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

BIKES = resolve(parse((Path(__file__).parent / "cases" / "bikes.spec").read_text("utf-8"))).spec
KILLED = """
import asyncio, os, signal
from agent.beside import Beside
from agent.emitter.project import Renderer
from tests.made import library
from tests.test_beside import BIKES, pid

async def main():
    process = Beside()
    await process(Renderer(BIKES, library()).render)
    print(pid(process), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    asyncio.run(main())
"""


@asynccontextmanager
async def running() -> AsyncIterator[Beside]:
    """Give a process that has rendered already."""
    process = Beside()
    try:
        await process(Renderer(BIKES, library()).render)
        yield process
    finally:
        await process.aclose()


def pid(process: Beside) -> int:
    assert process._process is not None
    found = process._process._process.pid
    assert found is not None
    return found


def is_there(number: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(number, 0)
        return True
    return False


async def ask(process: Beside) -> list[asyncio.Task[Rendering]]:
    """Let three projects wait for a process that does nothing."""
    os.kill(pid(process), signal.SIGSTOP)
    found = [asyncio.create_task(process(Renderer(BIKES, library()).render)) for _ in range(3)]
    await asyncio.sleep(0.05)
    return found


def test_files_go_to_another_process_as_plain_data() -> None:
    made = render(BIKES, library())
    pickled = pickle.dumps(made)
    again = pickle.loads(pickled)  # noqa: S301 - of our own
    assert again == made
    assert [each.model_fields_set for each in again.files] == [
        each.model_fields_set for each in made.files
    ]
    assert b"pydantic_fields_set" not in pickled


@pytest.mark.asyncio
async def test_it_gives_the_same() -> None:
    async with running() as process:
        for written in ({}, bikes.ALL):
            found = await process(Renderer(BIKES, library()).render, written)
            assert found == render(BIKES, library(), written)


@pytest.mark.asyncio
async def test_what_is_raised_comes_as_it_is_and_harms_no_other() -> None:
    async with running() as process:
        renderer, written = Renderer(BIKES, library()), {"nobody": bikes.HIRE}
        with pytest.raises(EmitError) as here:
            renderer.render(written)
        with pytest.raises(EmitError) as apart:
            await process(renderer.render, written)
        assert str(apart.value) == str(here.value)
        with pytest.raises(RuntimeError, match="AttributeError: 'int' object has no attribute"):
            await process(renderer.render, cast("Any", {"hire_bike": 1}))
        assert await process(renderer.render) == renderer.render()


@pytest.mark.asyncio
async def test_a_process_that_is_killed_is_replaced() -> None:
    async with running() as process:
        first = pid(process)
        asked = await ask(process)
        os.kill(first, signal.SIGKILL)
        assert await asyncio.gather(*asked) == [render(BIKES, library())] * 3
        assert pid(process) != first


@pytest.mark.asyncio
async def test_what_takes_the_process_along_ends_and_nothing_behind_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_TRIES", 1)
    async with running() as process:
        asked = await ask(process)
        os.kill(pid(process), signal.SIGKILL)
        guilty, *others = await asyncio.gather(*asked, return_exceptions=True)
        assert isinstance(guilty, BrokenOffError)
        assert "send the request again" in str(guilty)
        assert others == [render(BIKES, library())] * 2


def _lose_itself() -> None:
    while True:
        pass


@pytest.mark.asyncio
async def test_what_never_ends_is_given_up_and_what_waited_goes_on() -> None:
    process = Beside(seconds=0.05)
    lost = asyncio.create_task(process(_lose_itself))
    await asyncio.sleep(0)
    assert await process(len, "abc") == 3
    with pytest.raises(BrokenOffError, match="does it take too long"):
        await lost
    await process.aclose()


@pytest.mark.asyncio
async def test_nothing_is_started_any_more_when_it_was_closed() -> None:
    async with running() as process:
        asked = await ask(process)
        await process.aclose()
        for each in await asyncio.gather(*asked, return_exceptions=True):
            assert isinstance(each, BrokenOffError)
        assert process._process is None


class _Strange(Exception):  # noqa: N818 - a copy of it cannot be made
    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


def _strange() -> _Strange:
    return _Strange("a", "b")


@pytest.mark.asyncio
async def test_what_cannot_be_read_back_is_told_and_harms_no_other() -> None:
    async with running() as process:
        with pytest.raises(RuntimeError, match=r"TypeError: .* missing 1 required"):
            await process(_strange)
        assert await process(len, "abc") == 3


def _take_much() -> bytes:
    return bytes(3 * 2**30)


@pytest.mark.asyncio
async def test_what_takes_too_much_memory_is_refused_and_the_process_stays() -> None:
    async with running() as process:
        before = pid(process)
        with pytest.raises(BrokenOffError, match="2048 MiB of memory"):
            await process(_take_much)
        assert await process(len, "abc") == 3
        assert pid(process) == before


@pytest.mark.asyncio
async def test_it_is_wanted_as_long_as_somebody_waits() -> None:
    async with running() as process:
        assert not process.is_wanted
        asked = await ask(process)
        assert process.is_wanted
        os.kill(pid(process), signal.SIGCONT)
        await asyncio.gather(*asked)
        assert not process.is_wanted
        asked = await ask(process)
    await asyncio.gather(*asked, return_exceptions=True)
    assert not process.is_wanted


@pytest.mark.asyncio
async def test_who_is_called_off_gets_nothing_and_the_others_do() -> None:
    async with running() as process:
        asked = await ask(process)
        asked[1].cancel()
        os.kill(pid(process), signal.SIGCONT)
        first, second, third = await asyncio.gather(*asked, return_exceptions=True)
        assert isinstance(second, asyncio.CancelledError)
        assert first == third == render(BIKES, library())


@pytest.mark.asyncio
async def test_who_is_called_off_at_the_start_leaves_no_process() -> None:
    process = Beside()
    asked = asyncio.create_task(process(Renderer(BIKES, library()).render))
    await asyncio.sleep(0)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    found = pid(process)
    await process.aclose()
    assert not is_there(found)


def test_it_ends_when_its_service_is_killed() -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED], capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    until = time.monotonic() + 10
    while is_there(int(done.stdout)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_there(int(done.stdout))
