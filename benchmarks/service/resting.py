"""A worker that has nothing to do: ``python -m benchmarks.service.resting URL``."""

from __future__ import annotations

import asyncio
import sys

from agent.service.database import open_database
from agent.service.service import Service
from benchmarks.service.working import AT_ONCE, runner


async def main() -> None:
    """Look for tasks, of which there are none, until somebody ends it."""
    database = await open_database(sys.argv[1])
    worker = Service(database, runner(0), at_once=AT_ONCE).worker
    if worker is not None:
        await worker.run()


if __name__ == "__main__":
    asyncio.run(main())
