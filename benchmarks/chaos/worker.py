"""What is killed? A worker, started as a user would, which dies where the campaign says.

``python -m benchmarks.chaos.worker URL AT_ONCE DEATH LOG``: ``DEATH`` is ``never``, or, say,
``after:journal:2``: right after the second answer is kept; ``before:...``: when all is said, and
the transaction is not committed yet. What it kept, it notes in ``LOG``.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import time
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import event

from agent.checks.prove import prove
from agent.documents import Isolation, Proof, Verdict, VerificationLevel
from agent.knowledge import Library
from agent.llm.consultation import consult
from agent.prompts import Prompts
from agent.resources import folder
from agent.runner import Runner
from agent.sandbox import Sandbox
from agent.service.database import open_database
from agent.service.service import Service
from agent.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection
    from sqlalchemy.engine.interfaces import DBAPICursor

    from agent.checks.prove import Prove
    from agent.documents import GeneratedFile
    from agent.service.database import Database

T = TypeVar("T")

STEPS = {
    "appeared": re.compile("INSERT INTO workers"),
    "ended": re.compile("INSERT INTO results"),
    "journal": re.compile("INSERT INTO journal"),
    "events": re.compile("INSERT INTO events"),
    "taken": re.compile("UPDATE tasks .*RETURNING", re.DOTALL),
    "given back": re.compile("UPDATE tasks"),
    "forgotten": re.compile("DELETE FROM workers"),
}
"""What a transaction keeps, known by its statements: the first that fits."""
TOKENS = re.compile(r'"input": (\d+)')


class Dying:
    """Whoever writes to a database, until the process dies at one of the transactions."""

    def __init__(self, opened: Database, death: str, log: int) -> None:
        """Take an open one, which is written to by this from now on."""
        when, _, rest = death.partition(":")
        step, _, number = rest.partition(":")
        self._death = when, step, int(number or 0)
        self._log = log
        self._steps: Counter[str] = Counter()
        event.listen(opened.engine, "after_cursor_execute", _remember)
        self._write = opened.write
        opened.write = self.write  # type: ignore[method-assign]

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Write, and die before or after it is kept where that was said."""
        said: list[tuple[str, Any]] = []
        step = ""

        def noted(connection: Connection) -> T:
            nonlocal step
            connection.info["said"] = said
            done = work(connection)
            del connection.info["said"]
            step = next((s for s, e in STEPS.items() if any(e.search(t) for t, _ in said)), "")
            self._steps[step] += 1
            self._die("before", step)
            return done

        done = await self._write(noted)
        for text, parameters in said:
            if STEPS["appeared"].search(text):
                self._note("is", _values(parameters)[0])
            found = TOKENS.search(str(parameters)) if STEPS["journal"].search(text) else None
            if found is not None:
                self._note("kept", found[1])
        self._die("after", step)
        return done

    def _die(self, when: str, step: str) -> None:
        if self._death == (when, step, self._steps[step]):
            self._note("dies", f"{when} {step}")
            os.kill(os.getpid(), signal.SIGKILL)

    def _note(self, what: str, about: str) -> None:
        line = f"{time.monotonic()}\t{os.getpid()}\t{what}\t{about}\n"
        os.write(self._log, line.encode())


def _remember(
    connection: Any,  # noqa: ANN401 - likewise
    _cursor: DBAPICursor,
    statement: str,
    parameters: Any,  # noqa: ANN401 - likewise
    _context: object,
    _many: bool,  # noqa: FBT001 - likewise
) -> None:
    if "said" in connection.info:
        connection.info["said"].append((statement, parameters))


def _values(parameters: Any) -> list[str]:  # noqa: ANN401 - the driver's
    return list(map(str, parameters))


async def stubbed(
    files: Sequence[GeneratedFile],
    level: VerificationLevel,
    **options: Any,  # noqa: ANN401 - those of a prover
) -> Proof:
    """Prove at level fast in the sandbox, and else nothing."""
    if level is VerificationLevel.FAST:
        return await prove(files, level, **options)
    return await unproven(files, level)


async def unproven(
    files: Sequence[GeneratedFile],
    level: VerificationLevel,
    **options: Any,  # noqa: ANN401 - those of a prover
) -> Proof:
    """Prove nothing."""
    del files, options
    return Proof(level=level, verdict=Verdict.PROVEN, isolation=Isolation.NONE)


async def _nothing(*_: object, **__: object) -> list[Any]:
    return []


def runner(prover: Prove) -> Runner:
    """Return a runner whose model is the one that the environment names."""
    settings = read_settings()
    return Runner(
        Library(folder("knowledge")),
        Sandbox(),
        prove=prover,
        examine=_nothing,
        consult=partial(consult, settings.models, Prompts(folder("prompts"))),
        cache=settings.cache,
    )


async def main() -> None:
    """Work until somebody ends it."""
    url, at_once, death, log = sys.argv[1:]
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    database = await open_database(url)
    Dying(database, death, descriptor)
    worker = Service(database, runner(stubbed), at_once=int(at_once)).worker
    if worker is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, worker.stop)
        await worker.run()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main())
