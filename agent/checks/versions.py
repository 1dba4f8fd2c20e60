"""With which versions was something proven? Those of our own environment."""

from __future__ import annotations

import platform
from importlib import metadata

PACKAGES = (
    "python-specialist",
    "aiomysql",
    "aiosqlite",
    "alembic",
    "asyncpg",
    "slipcover",
    "fastapi",
    "httpx",
    "mypy",
    "pydantic",
    "pydantic-settings",
    "pytest",
    "pytest-asyncio",
    "pytest-cov",
    "ruff",
    "sqlalchemy",
    "starlette",
    "uvicorn",
)


def python_version() -> str:
    """Give the version of the Python that runs the checks."""
    return platform.python_version()


def versions() -> dict[str, str]:
    """Give the version of each package that takes part in a proof, where it is installed."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
