"""``make load``: what the service costs beside what it waits for, as ratios.

They are of two things measured here, one after the other: a machine that is slow, or busy with
something else, makes both slow.
"""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.line import Line, median_ratio, table
from benchmarks.requests import server
from benchmarks.service.working import (
    AT_ONCE,
    DOCUMENT,
    MANY,
    TASKS,
    alone,
    growing,
    serving,
    whole,
    without_making,
)
from tests.served import where

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

KINDS = ("sqlite", "postgresql")
RUNS = 3
ROUNDS = 5
CONNECTIONS, REQUESTS = 16, 480
RUN = f"{TASKS} tasks, {AT_ONCE} at a time, of what a latency of 1 s allows"
IDLE_SECONDS = 15.0
HERE = Path(__file__).parents[2]


async def _on(kind: str) -> AsyncIterator[Line]:
    """Measure everything on one kind of database."""
    with tempfile.TemporaryDirectory(prefix="load-") as name:
        folder = Path(name)
        for what, make in (("all but making", without_making), ("all", whole)):
            measured = []
            for number in range(RUNS):
                async with where(kind, folder / f"{what} {number}") as url:
                    measured.append(await serving(url, await make()))
            yield Line(f"{kind}: {what} of {RUN}", _reached(measured), ">= 0.90")
        async with where(kind, folder / "accepting") as url:
            for path in ("/submit", "/v1/tasks"):
                yield await asyncio.to_thread(_accepting, kind, url, folder, path)
        async with where(kind, folder / "resting") as url:
            yield Line(f"{kind}: idle worker", f"{await _resting(url):.1%} CPU", "< 3 %")
        async with where(kind, folder / "growing") as url:
            sizes = await growing(url)
            told = " -> ".join(f"{size / 2**20:.0f}" for size in sizes)
            grown = (sizes[-1] - sizes[0]) / sizes[0]
            what = f"{kind}: memory over {MANY} tasks (MiB)"
            yield Line(what, f"{told} ({grown:+.1%})", "flat")


def _reached(measured: Sequence[tuple[float, float]]) -> str:
    parts, seconds = zip(*measured, strict=True)
    spread = f"{min(parts):.2f} to {max(parts):.2f}"
    each = f"{median(seconds) * 1000:.1f} ms of a processor each"
    return f"{median(parts):.2f} ({spread}; {each})"


def _accepting(kind: str, url: str, folder: Path, path: str) -> Line:
    """Compare the rate of accepting tasks with that of one row behind FastAPI."""
    body = folder / "body.json"
    body.write_text(DOCUMENT, encoding="utf-8")
    environment = {**os.environ, "LOAD_DATABASE": url}
    with server("benchmarks.service.app:app", HERE, environment) as running:
        pairs = [
            (_rate(running.port, path, body), _rate(running.port, "/bare", body))
            for _ in range(ROUNDS + 1)
        ][1:]
    ours, bare = zip(*pairs, strict=True)
    ratio = f"{median_ratio(ours, bare):.2f} ({median(ours):.0f} / {median(bare):.0f} a second)"
    return Line(f"{kind}: POST {path}, of one row behind FastAPI", ratio, ">= 0.5")


def _rate(port: int, path: str, body: Path) -> float:
    command = [sys.executable, "-m", "benchmarks.load", str(port), path]
    began = time.perf_counter()
    subprocess.run([*command, str(CONNECTIONS), str(REQUESTS), str(body)], cwd=HERE, check=True)
    return REQUESTS / (time.perf_counter() - began)


async def _resting(url: str) -> float:
    """Return the part of a processor that a worker takes while there is nothing to do."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.service.resting", url
    )
    try:
        await asyncio.sleep(5)  # it starts
        before = _cpu(process.pid)
        await asyncio.sleep(IDLE_SECONDS)
        return (_cpu(process.pid) - before) / IDLE_SECONDS
    finally:
        process.kill()
        await process.wait()


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def main() -> None:
    """Measure everything, and print the table."""
    lines = [Line(f"no service: {RUN}", _reached([await alone() for _ in range(RUNS)]))]
    for kind in KINDS:
        async for line in _on(kind):
            sys.stderr.write(f"{line.what}: {line.measured}\n")
            lines.append(line)
    rows = [("what", "measured", "target"), *((x.what, x.measured, x.target) for x in lines)]
    sys.stdout.write(f"\n{table(rows)}\n")


if __name__ == "__main__":
    gc.set_threshold(100_000)  # as the service does
    asyncio.run(main())
