"""How long does a proof take, beside the same tools one after the other?

The project is the 10-entity one that rendering is measured on, for SQLite. The tools start cold, as
in a shell; the proof is of level standard, sandboxed, in a prover that is warm, and remembers
nothing but in the last line.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from agent.checks.prove import prove
from agent.documents import Proof, Verdict, VerificationLevel
from agent.emitter.project import emit
from agent.knowledge import Library
from agent.planner.resolve import resolve
from agent.resources import folder
from agent.sandbox import Sandbox
from agent.types import Database
from benchmarks.line import Line
from benchmarks.rendering import FEW, entities

if TYPE_CHECKING:
    from agent.documents import GeneratedFile

TOOLS = (
    "-m ruff format --check --no-cache .",
    "-m ruff check --no-cache .",
    "-c import\tapp.main",
    "-m mypy --strict --cache-dir=/dev/null src tests",
    "-m alembic upgrade head",
    "-m alembic check",
    "-m alembic downgrade base",
    "-m pytest -q --cov=app -p no:cacheprovider",
)
ROUNDS = 3
CHANGED = "tests/integration/test_users.py"


def measure() -> list[Line]:
    """Return the lines for a whole proof, its shares, and a proof after a change."""
    spec = entities(FEW, "Thing").model_copy(update={"database": Database.SQLITE})
    files = emit(resolve(spec).spec, Library(folder("knowledge")))
    cold = _cold(files)
    return asyncio.run(_warm(files, cold))


def _cold(files: tuple[GeneratedFile, ...]) -> float:
    """Run the tools as a person would, and give the seconds of all together."""
    with tempfile.TemporaryDirectory() as name:
        for file in files:
            path = Path(name, file.path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.content, encoding="utf-8")
        environment = os.environ | {"PYTHONPATH": "src"}
        started = time.perf_counter()
        for tool in TOOLS:
            argv = [sys.executable, *(word.replace("\t", " ") for word in tool.split(" "))]
            subprocess.run(argv, cwd=name, env=environment, check=True, capture_output=True)
        return time.perf_counter() - started


async def _warm(files: tuple[GeneratedFile, ...], cold: float) -> list[Line]:
    sandbox = Sandbox()
    with tempfile.TemporaryDirectory() as name:
        again = partial(prove, sandbox=sandbox, cache=Path(name))
        level = VerificationLevel.STANDARD
        await again(files, level, remember=False)
        rounds = [await _timed(again(files, level, remember=False)) for _ in range(ROUNDS)]
        seconds, proof = min(rounds, key=lambda each: each[0])
        await again(files, level)
        changed = tuple(
            file.model_copy(update={"content": f"{file.content}\n\n# changed\n"})
            if file.path == CHANGED
            else file
            for file in files
        )
        after, _ = await _timed(again(changed, level))
    sandbox.close()
    shares = ", ".join(
        f"{report.name.value} {report.seconds:.1f}" for report in proof.checks if report.seconds
    )
    return [
        Line(f"the tools one after the other, cold, {FEW} entities", f"{cold:.1f} s", ""),
        Line(
            "a proof of level standard, warm, sandboxed",
            f"{seconds:.1f} s, {seconds / cold:.2f} of the tools",
            "<= 0.12, aim 0.08",
        ),
        Line("its checks (s), two at a time", shares, ""),
        Line("the same after one test file changed", f"{after / seconds:.2f} of it", "<= 0.5"),
        Line("what the sandbox adds to a job", f"{await _cost():.1f} ms", "<= 5 ms"),
    ]


async def _timed(work: object) -> tuple[float, Proof]:
    started = time.perf_counter()
    proof: Proof = await work  # type: ignore[misc]
    if proof.verdict is not Verdict.PROVEN:
        raise SystemExit(f"the project is not proven: {proof.checks}")
    return time.perf_counter() - started, proof


async def _cost() -> float:
    """Give the milliseconds between an empty job with and without the sandbox's layers."""
    medians = []
    for unsafe in (False, True):
        sandbox = Sandbox(unsafe=unsafe)
        times = []
        for _ in range(50):
            async with sandbox.workspace(()) as workspace:
                started = time.perf_counter()
                await workspace.run([sys.executable, "-c", "pass"])
                times.append(time.perf_counter() - started)
        sandbox.close()
        medians.append(sorted(times)[len(times) // 2])
    return (medians[0] - medians[1]) * 1000


if __name__ == "__main__":
    for line in measure():
        sys.stdout.write(f"{line.what}: {line.measured} ({line.target})\n")
