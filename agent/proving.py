"""With what is a project proven on this machine? The sandbox, the servers, and what was kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agent.documents import Proof, VerificationLevel
from agent.errors import RefusedError
from agent.types import Database

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from agent.checks.alone import Examine
    from agent.checks.prove import Prove
    from agent.documents import CheckName, Fault, Finding, GeneratedFile
    from agent.events import OnEvent
    from agent.sandbox import Sandbox

_WITHOUT_SERVER = frozenset({VerificationLevel.NONE, VerificationLevel.FAST})


@dataclass(frozen=True, slots=True)
class Proving:
    """What proofs need, whatever project they are of.

    ``databases`` are SQLAlchemy URLs of servers, ``unusable`` says why one that is named is of no
    use, ``cache`` is a folder for what may be kept between proofs. ``prove`` and ``examine`` stand
    in for the checks (None: the checks).
    """

    sandbox: Sandbox
    databases: Mapping[Database, str]
    unusable: Mapping[Database, Fault]
    cache: Path | None = None
    prove: Prove | None = None
    examine: Examine | None = None

    def through(self, wrap: Callable[[Prove], Prove]) -> Proving:
        """Return the same, but what proves stands behind another."""
        return replace(self, prove=wrap(self.prove or _checks()))

    async def verify(
        self,
        files: Sequence[GeneratedFile],
        level: VerificationLevel,
        database: Database,
        on_event: OnEvent,
        *,
        unimplemented: Sequence[str] = (),
        fail_fast: bool = False,
    ) -> Proof:
        """Prove a whole project, on a server of ``database``, too, where one is known.

        Raises:
            RefusedError: the level asks for a server, and the one that is named is of no use.

        """
        fault = self.unusable.get(database)
        if fault is not None and level not in _WITHOUT_SERVER:
            raise RefusedError([fault])
        return await (self.prove or _checks())(
            files,
            level,
            sandbox=self.sandbox,
            database_url=self.databases.get(database) or _own_server(level, database),
            on_event=on_event,
            unimplemented=unimplemented,
            cache=self.cache,
            fail_fast=fail_fast,
        )

    async def look_over(
        self, files: Sequence[GeneratedFile], level: VerificationLevel
    ) -> list[tuple[CheckName, Finding]]:
        """Return what those checks of a level find that only read code."""
        if level is VerificationLevel.NONE:
            return []
        examine = self.examine or _reading()
        return await examine(files, level, sandbox=self.sandbox, cache=self.cache)


def _checks() -> Prove:
    from agent.checks.prove import prove  # noqa: PLC0415 - level none needs no checks

    return prove


def _reading() -> Examine:
    from agent.checks.alone import examine  # noqa: PLC0415 - level none needs no checks

    return examine


def _own_server(level: VerificationLevel, database: Database) -> str | None:
    """At level full a project is proven on the database it is for, though no server was named."""
    if level is not VerificationLevel.FULL or database is not Database.POSTGRESQL:
        return None
    from agent.checks.own_server import OWN_SERVER  # noqa: PLC0415 - the other levels need none

    return OWN_SERVER
