"""What does a job get of a database server? A database of its own, behind a door."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from agent.checks.door import open_door
from agent.checks.throwaway import throwaway_database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

OURS_ALONE = 0o600
OF_WHO_FINDS_IT = 0o666


@asynccontextmanager
async def job_database(url: str) -> AsyncIterator[str]:
    """Make an empty database on the server of ``url``; give the URL of it for a job.

    Raises:
        SandboxError: the server cannot be used.

    """
    async with throwaway_database(url) as made:
        with _folder() as folder:
            as_root = os.geteuid() == 0
            mode = OF_WHO_FINDS_IT if as_root else OURS_ALONE
            async with open_door(made, folder, mode=mode) as way:
                yield way


@contextmanager
def _folder() -> Iterator[Path]:
    """Make a folder that is ours; where jobs are somebody else, they pass if they know its name."""
    with tempfile.TemporaryDirectory(prefix="python-specialist-door-") as outer:
        folder = Path(outer, secrets.token_hex(8))
        folder.mkdir()
        if os.geteuid() == 0:
            for each in (outer, folder):
                Path(each).chmod(0o711)
        yield folder
