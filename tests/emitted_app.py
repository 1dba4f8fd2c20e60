"""A project as it is emitted, and tests of it that its own suite does not have."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from agent.checks.throwaway import throwaway_database
from tests.made import made
from tests.servers import MARIADB, POSTGRESQL, require_server

if TYPE_CHECKING:
    from pathlib import Path

SERVERS = {"postgresql": POSTGRESQL, "mysql": MARIADB}
HEAD = """
from typing import Any

import pytest
from httpx import AsyncClient

"""


def files_of(content: str, form: str = "spec") -> dict[str, str]:
    """Return the files of a project, by their paths."""
    request = {"type": "architecture", "framework": "fastapi", "description": ""}
    sources = [{"format": form, "content": content}]
    _, files, _ = made({"request": request, "context": {"sources": sources}})
    return {file.path: file.content for file in files}


def passes(files: dict[str, str], folder: Path, tests: str, database: str = "sqlite") -> None:
    """Run tests in a project, beside its fixtures and factories."""
    for path, content in (*files.items(), ("tests/integration/test_more.py", HEAD + tests)):
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content, encoding="utf-8")
    if database == "sqlite":
        _pytest(folder, {})
        return
    require_server(SERVERS[database])
    asyncio.run(_on_server(folder, SERVERS[database]))


async def _on_server(folder: Path, server: str) -> None:
    async with throwaway_database(server) as url:
        await asyncio.to_thread(_pytest, folder, {"TEST_DATABASE_URL": url})


def _pytest(folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--no-cov", "tests/integration/test_more.py"],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
