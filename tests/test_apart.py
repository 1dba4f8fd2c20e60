"""Does reading apart give the same, and take nothing along when it goes wrong?"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agent import apart as module
from agent.apart import SMALL, apart
from agent.documents import (
    Constraints,
    InputDocument,
    Question,
    Result,
    SourceFormat,
    VerificationLevel,
)
from agent.errors import BrokenOffError, QuestionError, SourceError, UnsupportedError
from agent.events import StageFinished, StageStarted
from agent.planner.plan import plan
from agent.runner import Runner
from agent.sandbox import Sandbox
from tests.made import library

if TYPE_CHECKING:
    from agent.events import Event

CASES = Path(__file__).parent / "cases"
pytestmark = pytest.mark.asyncio


STRANGE = """
import asyncio, sys
from agent.__main__ import main
from agent.apart import apart
from agent.planner.names import plural

if __name__ == "__main__":
    sys.argv[1:] = ["--version"]
    main()
    print(asyncio.run(apart(plural, "task")))
"""


def document(text: str) -> InputDocument:
    return InputDocument.model_validate(
        {
            "request": {"type": "architecture", "framework": "fastapi", "description": ""},
            "context": {"sources": [{"format": SourceFormat.SPEC, "content": text}]},
        }
    )


def forever(mark: Path) -> None:
    mark.write_text(str(os.getpid()), encoding="ascii")
    while True:
        pass


def greedy() -> int:
    return len(bytearray(8 * 2**30))


def asks() -> None:
    raise QuestionError([Question(id="", text="What?", about="x")])


def fails() -> None:
    raise KeyError("odd")


def ends() -> None:
    os._exit(3)


async def test_the_plan_is_the_same() -> None:
    given = document((CASES / "shop.spec").read_text(encoding="utf-8"))
    found, here = await apart(plan, given), plan(given)
    assert found == here
    assert found.given is not None
    assert here.given is not None
    assert found.given.model_fields_set == here.given.model_fields_set


async def test_a_refusal_comes_whole() -> None:
    given = document("entity A\n  x: nothing\n  y: integr\n")
    with pytest.raises(SourceError) as here:
        plan(given)
    with pytest.raises(SourceError) as refused:
        await apart(plan, given)
    assert refused.value.faults == here.value.faults
    with pytest.raises(UnsupportedError):
        await apart(plan, given.model_copy(update={"context": python("2.7")}))
    with pytest.raises(QuestionError) as asked:
        await apart(asks)
    assert [each.text for each in asked.value.questions] == ["What?"]


def python(version: str) -> object:
    return document("").context.model_copy(update={"python_version": version, "sources": ()})


async def test_it_ends_when_it_is_called_off(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    reading = asyncio.create_task(apart(forever, mark))
    beats = 0
    while not mark.exists() or not mark.read_text(encoding="ascii"):
        await asyncio.sleep(0.01)  # the loop goes on beside it
        beats += 1
    assert beats
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text(encoding="ascii")), 0)


async def test_it_has_so_much_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "PATIENCE", 1)
    began = time.monotonic()
    with pytest.raises(SourceError, match="more than 1 seconds, and was given up"):
        await apart(forever, tmp_path / "pid")
    assert time.monotonic() - began < 20


async def test_it_has_so_much_of_a_processor(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="seconds of a processor"):
        await apart(limited, tmp_path / "pid")


def limited(mark: Path) -> None:
    import resource  # noqa: PLC0415 - what the process itself is given is 30 s

    resource.setrlimit(resource.RLIMIT_CPU, (1, 2))
    forever(mark)


async def test_what_is_killed_is_begun_once_more(tmp_path: Path) -> None:
    assert await apart(killed, tmp_path / "times", 1) == 2
    with pytest.raises(BrokenOffError, match="was killed twice"):
        await apart(killed, tmp_path / "more", 5)
    assert (tmp_path / "more").read_text("ascii") == "xx"


def killed(mark: Path, times: int) -> int:
    """Kill this process so often; then return which time this is."""
    before = mark.read_text("ascii") if mark.exists() else ""
    mark.write_text(before + "x", "ascii")
    if len(before) < times:
        os.kill(os.getpid(), signal.SIGKILL)
    return len(before) + 1


async def test_it_has_so_much_memory() -> None:
    with pytest.raises(SourceError, match="1024 MiB of memory"):
        await apart(greedy)


@pytest.mark.parametrize(
    ("function", "told"), [(fails, "KeyError: 'odd'"), (ends, "broke off with 3")]
)
async def test_what_goes_wrong_is_told(function: object, told: str) -> None:
    assert callable(function)
    with pytest.raises(RuntimeError, match=told):
        await apart(function)


async def test_the_loop_goes_on_while_a_large_project_is_rendered() -> None:
    entities = "\n".join(f"entity E{number}\n  x: integer" for number in range(SMALL + 10))
    beats = 0
    beaten: dict[str, int] = {}

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.001)
            beats += 1

    def hear(event: Event) -> None:
        if isinstance(event, StageStarted | StageFinished):
            beaten[f"{type(event).__name__} {event.stage}"] = beats

    given = document(entities).model_copy(
        update={"constraints": Constraints(verification=VerificationLevel.NONE)}
    )
    beating = asyncio.create_task(beat())
    answer = await Runner(library(), Sandbox(unsafe=True)).run(given, hear)
    beating.cancel()
    assert isinstance(answer, Result)
    for stage in ("render", "hand-off"):
        assert beaten[f"StageFinished {stage}"] > beaten[f"StageStarted {stage}"]


async def test_nothing_of_the_folder_that_one_stands_in_is_imported(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(STRANGE, encoding="utf-8")
    folder = tmp_path / "folder"
    (folder / "agent").mkdir(parents=True)
    for name in ("agent/__init__.py", "signal.py"):
        (folder / name).write_text("open('imported', 'w').close()", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, program), cwd=folder, env=environment, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate()
    assert told.endswith(b"\ntasks\n")
    assert sorted(each.name for each in folder.iterdir()) == ["agent", "signal.py"]
