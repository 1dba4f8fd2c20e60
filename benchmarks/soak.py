"""Does anything grow when one prover proves again and again? ``make soak`` proves 200 times.

Of the proofs some fail, some are called off, and some are of level full. Between them the agent
and its prover should be what they were: as large, as fast, with nothing left open or lying about.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import AsyncExitStack, suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from agent.checks.own_server import binaries, own_server
from agent.checks.prove import prove
from agent.checks.servers import server_of
from agent.documents import FileType, GeneratedFile, Proof, Verdict, VerificationLevel
from agent.sandbox import Sandbox
from benchmarks.line import table
from benchmarks.processes import below, memory, open_files
from tests.golden_projects import document
from tests.made import made

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PROOFS = 200
LOOKS = (1, 10, 50, 100, 150, 200)
FULL, CALLED_OFF, FAILING = 25, 20, 10
"""One proof of so many is of level full, is called off, fails."""
ENDS = 20
"""So many proofs are made in the end, beside as many of a fresh prover."""
PROJECT = "tiny"
HEAD = (
    "proofs",
    "agent",
    "prover",
    "processes",
    "open files",
    "the prover's",
    "temporary files",
    "databases and roles",
)
FAILS = GeneratedFile(
    path="tests/unit/test_soak.py",
    content='"""Fails."""\n\n\ndef test_it() -> None:\n    """Fail."""\n    assert nothing\n',
    type=FileType.TEST,
)


@dataclass(frozen=True, slots=True)
class Look:
    """What there is between two proofs (bytes, or how many)."""

    after: int
    agent: int
    prover: int
    processes: int
    agent_files: int
    prover_files: int
    entries: int
    databases: int


class Soak:
    """One agent that proves again and again."""

    def __init__(
        self, sandbox: Sandbox, level: VerificationLevel, *, folder: Path, database: str | None
    ) -> None:
        """Prove at ``level``; everything temporary lies in ``folder``.

        Args:
            sandbox: With one prover for all proofs.
            level: Of those proofs that are not of level full.
            folder: The folder for temporary files, of this process alone.
            database: The URL of a server on which databases are made, if there is one.

        """
        self.sandbox, self.level, self.folder, self.database = sandbox, level, folder, database
        kind = "sqlite" if database is None else "postgresql"
        raw = document(PROJECT)
        self.files = made({**raw, "context": {**raw["context"], "database": {"type": kind}}})[1]
        self.seconds: defaultdict[str, list[float]] = defaultdict(list)
        self.cache = folder / "cache"
        self.cache.mkdir()

    async def one(self, kind: str) -> None:
        """Make one proof: ``plain``, ``failing``, ``called off`` or ``full``.

        Raises:
            SystemExit: it did not end as it should.

        """
        started = time.perf_counter()
        files = (*self.files, FAILS) if kind == "failing" else self.files
        level = VerificationLevel.FULL if kind == "full" else self.level
        proving = asyncio.create_task(self._proof(files, level))
        if kind == "called off":
            # At another moment each time.
            usual = median(self.seconds["plain"] or [1.0])
            await asyncio.sleep(usual * (len(self.seconds[kind]) % 7 + 1) / 8)
            proving.cancel()
            with suppress(asyncio.CancelledError):
                await proving
        else:
            proof = await proving
            expected = Verdict.FAILED if kind == "failing" else Verdict.PROVEN
            if proof.verdict is not expected:
                raise SystemExit(f"{kind}: {proof.verdict}: {proof.checks}")
        self.seconds[kind].append(time.perf_counter() - started)

    async def _proof(self, files: tuple[GeneratedFile, ...], level: VerificationLevel) -> Proof:
        return await prove(
            files,
            level,
            sandbox=self.sandbox,
            database_url=self.database,
            cache=self.cache,
            remember=False,
        )

    async def look(self, after: int) -> Look:
        """See what there is now."""
        prover = (await self.sandbox.prover()).pid
        processes = [prover, *below(prover)]
        return Look(
            after=after,
            agent=memory("self"),
            prover=sum(map(memory, processes)),
            processes=len(processes),
            agent_files=open_files("self"),
            prover_files=sum(map(open_files, processes)),
            entries=len(self.kept()),
            databases=await self._databases(),
        )

    def kept(self) -> list[Path]:
        """Name the temporary files that are there."""
        found = []
        # not rglob: what is being removed may be gone before it is looked into
        for root, folders, files in os.walk(self.folder):
            folders[:] = [name for name in folders if Path(root, name) != self.cache]
            found += [Path(root, name) for name in (*folders, *files)]
        return found

    async def _databases(self) -> int:
        """Count the databases and roles on the server."""
        server = server_of(self.database) if self.database is not None else None
        if self.database is None or server is None:
            return 0
        async with server.session(urlsplit(self.database)) as ask:
            count = "SELECT (SELECT count(*) FROM pg_database) + (SELECT count(*) FROM pg_roles)"
            return int((await ask(count))[0][0])


def kinds(count: int) -> Iterator[str]:
    """Say of which kind each proof is; the first ones are plain."""
    for number in range(1, count + 1):
        every = {"full": FULL, "called off": CALLED_OFF, "failing": FAILING}
        yield next((kind for kind, rate in every.items() if number % rate == 0), "plain")


async def soak(count: int) -> None:
    """Prove so many times, and print what was seen."""
    async with AsyncExitStack() as stack:
        soaking = await _begin(stack)
        looks = []
        for number, kind in enumerate(kinds(count), 1):
            await soaking.one(kind)
            if sys.stderr.isatty() or number % 20 == 0:
                sys.stderr.write(f"\r{number} of {count} proofs")
            if number in LOOKS:
                looks.append(await soaking.look(number))
        sys.stderr.write("\n")
        seconds = {kind: list(each) for kind, each in soaking.seconds.items()}
        ratio = await _beside_fresh(soaking)
        soaking.sandbox.close()
        _report(looks, seconds, ratio, soaking.kept())


async def _begin(stack: AsyncExitStack) -> Soak:
    """Return one agent with a prover and a server of its own."""
    tempfile.tempdir = None  # a server's user may not enter the folder of another soak
    url = None
    if binaries() is not None:
        url = await stack.enter_async_context(own_server(None))
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="soak-")))
    tempfile.tempdir = str(folder)  # whatever anybody leaves lies here
    return Soak(Sandbox(), VerificationLevel.STANDARD, folder=folder, database=url)


async def _beside_fresh(old: Soak) -> float:
    """Return how long a proof now takes, over one of a fresh prover and server beside it.

    In turns, so that a machine whose speed changes does so for both.
    """
    async with AsyncExitStack() as stack:
        fresh = await _begin(stack)
        await fresh.one("plain")  # warms it
        both = (old, fresh)
        for each in both:
            each.seconds.clear()
        for number in range(ENDS):
            for each in both if number % 2 else reversed(both):
                await each.one("plain")
        fresh.sandbox.close()
        tempfile.tempdir = str(old.folder)
    return median(old.seconds["plain"]) / median(fresh.seconds["plain"])


def _report(
    looks: list[Look], seconds: Mapping[str, list[float]], ratio: float, left: list[Path]
) -> None:
    rows = [HEAD, *(_row(each) for each in looks)]
    sys.stdout.write(f"\n{table(rows)}\n\n")
    for kind, each in seconds.items():
        sys.stdout.write(f"{len(each)} {kind}: median {median(each):.2f} s\n")
    sys.stdout.write(
        f"a proof now takes {ratio:.2f} of one of a fresh prover, {ENDS} of each in turns\n"
    )
    sys.stdout.write(f"left when all is closed: {', '.join(map(str, left)) or 'nothing'}\n")


def _row(look: Look) -> tuple[str, ...]:
    after, agent, prover, *counts = astuple(look)
    sizes = (f"{each / 2**20:.1f} MiB" for each in (agent, prover))
    return (str(after), *sizes, *map(str, counts))


if __name__ == "__main__":
    asyncio.run(soak(int(sys.argv[1]) if len(sys.argv) > 1 else PROOFS))
