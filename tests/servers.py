"""The real database servers that tests use, where they answer."""

from __future__ import annotations

import asyncio
import os
from functools import cache

import pytest

from agent.checks.throwaway import throwaway_database
from agent.errors import SandboxError

POSTGRESQL = "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres"
MARIADB = "mysql+aiomysql://root@127.0.0.1:3306/"


def require_server(url: str) -> None:
    """Skip where there is no such server, which is a failure under CI."""
    trouble = _trouble(url)
    if trouble and os.environ.get("CI"):
        pytest.fail(f"CI must have this server: {trouble}")
    if trouble:
        pytest.skip(trouble)


@cache
def _trouble(url: str) -> str:
    """Say why no database can be made there; found out once, as making one takes a while."""

    async def try_it() -> None:
        async with throwaway_database(url):
            pass

    try:
        asyncio.run(try_it())
    except SandboxError as error:
        return str(error)
    return ""
