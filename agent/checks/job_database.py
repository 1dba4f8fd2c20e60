"""What does a job get of a database server? A database of its own, behind a door."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from agent.checks.door import open_door
from agent.checks.throwaway import throwaway_database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from agent.checks.door import Way


@asynccontextmanager
async def job_database(url: str, folder: Path) -> AsyncIterator[Way]:
    """Make an empty database on the server of ``url``; give the way to it for a job.

    Args:
        url: An SQLAlchemy URL of somebody who may create databases and roles.
        folder: Where the socket lies: a folder that nobody else can look into.

    Raises:
        SandboxError: the server cannot be used.

    """
    async with throwaway_database(url) as made, open_door(made, folder) as way:
        yield way
