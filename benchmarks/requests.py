"""What does a request cost in a generated application, beside the least that it could cost?

A GET by id on PostgreSQL, answered by the generated shop and by one raw handler on Starlette and
asyncpg with the same query and the same JSON. The cost is CPU time (user and system) of the server
process, divided by requests; the two take turns, and the median of the ratios counts.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING
from uuid import UUID

from agent.applying import write
from agent.checks.throwaway import throwaway_database
from agent.emitter.project import emit
from agent.errors import SandboxError
from agent.knowledge import Library
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from agent.resources import folder
from agent.types import Database
from benchmarks.line import Line, median_ratio, not_measured
from benchmarks.servers import servers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HERE = Path(__file__).parent
SHOP = HERE.parent / "tests" / "cases" / "shop.spec"
WHAT = "GET by id on PostgreSQL, CPU: raw handler / generated app"
PRODUCT = UUID(int=7, version=4)
PATH = f"/api/v1/products/{PRODUCT}"
ROUNDS = 7
REQUESTS = 3000
CONNECTIONS = 8
SECONDS_TO_START = 30
INSERT = """INSERT INTO products (id, sku, name, price, stock, created_at, updated_at)
            VALUES ($1, 'A-1', 'A thing', 12.5, 3, now(), now())"""


def measure() -> list[Line]:
    """Return one line, with a number or the reason why there is none."""
    if not Path("/proc/self/stat").exists():
        return [not_measured(WHAT, "CPU times are read from /proc")]
    try:
        return [asyncio.run(_on_a_database(servers()[Database.POSTGRESQL]))]
    except SandboxError as error:
        return [not_measured(WHAT, str(error))]


async def _on_a_database(url: str) -> Line:
    import asyncpg  # type: ignore[import-untyped] # noqa: PLC0415 - the agent itself is without it

    async with throwaway_database(url) as database:
        with tempfile.TemporaryDirectory() as project:
            spec = resolve(parse(SHOP.read_text(encoding="utf-8"))).spec
            write(emit(spec, Library(folder("knowledge"))), spec, Path(project))
            plain = database.replace("+asyncpg", "")
            environment = {
                **os.environ,
                "DATABASE_URL": plain,
                "ENVIRONMENT": "production",
                "JWT_SECRET_KEY": "x" * 32,
            }
            await asyncio.to_thread(_migrate, project, environment)
            connection = await asyncpg.connect(plain)
            await connection.execute(INSERT, PRODUCT)
            await connection.close()
            return await asyncio.to_thread(_compare, Path(project), environment)


def _migrate(project: str, environment: Mapping[str, str]) -> None:
    argv = [sys.executable, "-m", "alembic", "upgrade", "head"]
    environment = {**environment, "PYTHONPATH": "src"}
    subprocess.run(argv, cwd=project, env=environment, capture_output=True, check=True)


def _compare(project: Path, environment: Mapping[str, str]) -> Line:
    with ExitStack() as stack:
        ours = stack.enter_context(server("app.main:app", project / "src", environment))
        raw = stack.enter_context(server("raw_app:app", HERE, environment))
        _same_answer(ours.port, raw.port)
        for each in (ours, raw):
            each.cost()  # warm up
        pairs = [(raw.cost(), ours.cost()) for _ in range(ROUNDS)]
    least, cost = zip(*pairs, strict=True)
    ratio = median_ratio(least, cost)
    micro = f"{median(least) * 1e6:.0f} / {median(cost) * 1e6:.0f} µs"
    return Line(WHAT, f"{ratio:.2f} ({micro})", ">= 0.15, aim 0.20")


class Server:
    """One running server, and what a request costs it."""

    def __init__(self, pid: int, port: int) -> None:
        """Remember where it is."""
        self.pid = pid
        self.port = port

    def cost(self) -> float:
        """Return the CPU seconds of one request, averaged over many."""
        asked = [str(self.port), PATH, str(CONNECTIONS), str(REQUESTS)]
        before = self._cpu_seconds()
        subprocess.run(
            [sys.executable, "-m", "benchmarks.load", *asked], cwd=HERE.parent, check=True
        )
        return (self._cpu_seconds() - before) / REQUESTS

    def _cpu_seconds(self) -> float:
        # after the name in brackets, which may hold anything: user time is the 12th field, system
        # time the 13th (proc(5) counts pid and name, too)
        fields = (
            Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        )
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def server(app: str, source: Path, environment: Mapping[str, str]) -> Iterator[Server]:
    """Run an application of a folder for as long as it is asked."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    argv = [sys.executable, "-m", "uvicorn", app, "--app-dir", str(source), "--port", str(port)]
    process = subprocess.Popen(
        [*argv, "--no-access-log", "--log-level", "warning"],
        cwd=source.parent,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield Server(process.pid, port)
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise SandboxError("a server did not start")


def _same_answer(*ports: int) -> None:
    """Compare only what does the same.

    Raises:
        SandboxError: the answers differ.

    """
    answers = []
    for port in ports:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{PATH}", timeout=10) as answer:
            answers.append(json.load(answer))
    if any(answer != answers[0] for answer in answers):
        raise SandboxError(f"the two do not answer the same: {answers}")
