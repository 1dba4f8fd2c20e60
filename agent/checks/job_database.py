"""What does a job get of a database server? A database of its own, behind a door."""

from __future__ import annotations

import tempfile
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from agent.checks.door import open_door
from agent.checks.throwaway import throwaway_database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from agent.checks.door import Way


@asynccontextmanager
async def job_database(url: str) -> AsyncIterator[Way]:
    """Make an empty database on the server of ``url``; give the way to it for a job.

    Raises:
        SandboxError: the server cannot be used.

    """
    async with throwaway_database(url) as made:
        with tempfile.TemporaryDirectory(prefix="python-specialist-door-") as folder:
            async with open_door(made, Path(folder)) as way:
                yield way
