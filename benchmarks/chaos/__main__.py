"""``make chaos``: kill workers, and see that nothing is lost, doubled, paid twice or different.

``CHAOS_SEED`` says which deaths are died when (it is printed), ``CHAOS_TASKS`` how many tasks there
are on PostgreSQL; half as many are on SQLite. Three workers are killed for every ten tasks, and
PostgreSQL goes away for a moment for every fifty.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections import Counter
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from random import Random
from statistics import median
from typing import TYPE_CHECKING
from unittest.mock import patch

from agent.settings import PREFIX
from benchmarks.chaos.campaign import Campaign
from benchmarks.chaos.judging import different, doubled, left_over, lost, paid_twice, repeated
from benchmarks.chaos.requests import Model, requests
from benchmarks.chaos.worker import runner, unproven
from benchmarks.line import table
from tests.scripted_model import ScriptedModel
from tests.served import where

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.chaos.campaign import Seen
    from benchmarks.chaos.requests import Asking, Called

TASKS = 200
PROVEN = 20
"""One task of so many is proven in the sandbox."""
OUTAGE = 50
"""PostgreSQL goes away once for so many tasks."""
WORKERS = {"postgresql": 2, "sqlite": 1}
HEAD = ("", *WORKERS)


async def campaign(kind: str, count: int, seed: int) -> tuple[dict[str, str], list[str]]:
    """Run the campaign on one kind of database.

    Returns:
        What was seen, for the table, and all that speaks against what is claimed.

    """
    random = Random(f"{kind} {seed}")  # noqa: S311 - deaths need no secrets
    asked = requests(count, count // PROVEN or 1)
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(_folder())
        url = await stack.enter_async_context(where(kind, folder))
        model = Model(asked, random)
        server = await stack.enter_async_context(ScriptedModel(model))
        killing = Campaign(
            url,
            asked,
            WORKERS[kind],
            server.base_url,
            folder,
            random,
            most_kills=count * 3 // 10,
            outages=-(-count // OUTAGE) if kind == "postgresql" else 0,
        )
        seen = await killing.run()
        remains = await left_over(folder)
        faults = {
            "lost": list(lost(seen, asked)),
            "handoffs and ends that left twice, or never": list(doubled(seen)),
            "calls made again though kept": list(paid_twice(seen, model.calls)),
            "other than undisturbed": await _compared(seen, asked),
            "left over of sandboxes": remains,
        }
        shown = {**_told(seen, asked, model.calls), **{k: str(len(v)) for k, v in faults.items()}}
        return shown, [f"{kind}: {k}: {each}" for k, v in faults.items() for each in v]


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="chaos-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # whoever has no rights passes on the way to a job's own folder
        yield folder


async def _compared(seen: Seen, asked: Sequence[Asking]) -> list[str]:
    async with ScriptedModel(Model(asked)) as server:
        model = {f"{PREFIX}MODEL": "scripted", f"{PREFIX}MODEL_BASE_URL": server.base_url}
        with patch.dict(os.environ, model):  # whoever comes next in this process has another
            undisturbed = runner(unproven)
        return list(await different(seen, asked, undisturbed))


def _told(seen: Seen, asked: Sequence[Asking], calls: Sequence[Called]) -> dict[str, str]:
    how = Counter(how for _, how in seen.kills)
    kills = {f"killed {each}": str(count) for each, count in sorted(how.items())}
    return {
        "tasks": str(len(asked)),
        "of them proven in the sandbox": str(sum(each.kind == "proven" for each in asked)),
        "kills": str(len(seen.kills)),
        **kills,
        "calls of the model": str(len(calls)),
        "made again, as none was kept": str(repeated(calls)),
        "work taken over after a death (median, worst)": _seconds(seen.recoveries),
        "the same, once a worker is there": _seconds(seen.takeovers),
        "seconds": f"{seen.seconds:.0f}",
    }


def _seconds(measured: Sequence[float]) -> str:
    return f"{median(measured):.2f} s, {max(measured):.2f} s" if measured else "not measured"


async def main() -> int:
    """Run all campaigns, and print what they show."""
    seed = int(os.environ.get("CHAOS_SEED") or Random().randrange(10**6))  # noqa: S311 - as above
    count = int(os.environ.get("CHAOS_TASKS") or TASKS)
    sys.stderr.write(f"CHAOS_SEED={seed}\n")
    counts = {"postgresql": count, "sqlite": count // 2}
    shown, faults = {}, []
    for kind in WORKERS:
        shown[kind], against = await campaign(kind, counts[kind], seed)
        faults += against
    keys = dict.fromkeys(key for each in shown.values() for key in each)
    rows = [HEAD, *((key, *(shown[kind].get(key, "0") for kind in WORKERS)) for key in keys)]
    sys.stdout.write(f"{table(rows)}\n")
    sys.stdout.writelines(f"WRONG: {fault}\n" for fault in faults)
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
