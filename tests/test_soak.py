"""Does a prover that proved again and again hold no more than one that proved once?"""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING

from agent.documents import VerificationLevel
from agent.sandbox import Sandbox
from benchmarks.processes import below
from benchmarks.soak import Look, Soak, kinds

if TYPE_CHECKING:
    from pathlib import Path

KINDS = ("full", *("plain", "failing", "called off") * 2, "plain")
GROWTH = 16 * 2**20


def test_proofs_of_all_kinds_leave_nothing(short_folder: Path) -> None:
    gc.collect()  # what the tests before this one left open would close meanwhile
    sandbox = Sandbox()
    soaking = Soak(sandbox, VerificationLevel.FAST, folder=short_folder, database=None)

    async def all_of_them() -> list[Look]:
        looks = []
        for number, kind in enumerate(KINDS, 1):
            await soaking.one(kind)
            looks.append(await soaking.look(number))
        return looks

    looks = asyncio.run(all_of_them())
    first, last = looks[0], looks[-1]
    held = {(look.processes, look.agent_files, look.prover_files, look.entries) for look in looks}
    assert len(held) == 1
    assert last.agent - first.agent < GROWTH
    assert last.prover - first.prover < GROWTH
    prover = asyncio.run(sandbox.prover()).pid
    assert first.processes == 1 + len(below(prover))
    sandbox.close()
    assert below(prover) == []
    assert soaking.kept() == []


def test_a_soak_makes_proofs_of_every_kind() -> None:
    made = list(kinds(50))
    assert {kind: made.count(kind) for kind in made} == {
        "plain": 44,
        "failing": 2,
        "called off": 2,
        "full": 2,
    }
    assert made[9] == "failing"
    assert made[19] == "called off"
    assert made[24] == "full"
