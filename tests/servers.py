"""The real database servers that tests use, where they answer."""

from __future__ import annotations

import asyncio
import os

import pytest

from agent.checks.throwaway import throwaway_database
from agent.errors import SandboxError

POSTGRESQL = "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres"
MARIADB = "mysql+aiomysql://root@127.0.0.1:3306/"


def require_server(url: str) -> None:
    """Skip where there is no such server, which is a failure under CI."""

    async def try_it() -> None:
        async with throwaway_database(url):
            pass

    try:
        asyncio.run(try_it())
    except SandboxError as error:
        if os.environ.get("CI"):
            pytest.fail(f"CI must have this server: {error}")
        pytest.skip(str(error))
