"""Which versions may an emitted project install? Those that it was proven with, and their patches.

The table is data of the release, and a test holds it equal to what is installed and to our own
``pyproject.toml``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.types import Database

if TYPE_CHECKING:
    from agent.emitter.facts import Facts

# package (with extra) -> (lowest version, first version that is not allowed)
TESTED = {
    "aiomysql": ("0.3.2", "0.4"),
    "aiosqlite": ("0.22.1", "0.23"),
    "alembic": ("1.20.1", "1.21"),
    "asyncpg": ("0.32.0", "0.33"),
    "fastapi": ("0.165.0", "0.166"),
    "httpx": ("0.28.1", "0.29"),
    "mypy": ("2.4.1", "2.5"),
    "pwdlib[argon2]": ("0.3.1", "0.4"),
    "pydantic": ("2.14.3", "2.15"),
    "pydantic-settings": ("2.16.3", "2.17"),
    "pymysql": ("1.1.2", "1.2"),  # aiomysql 0.3.2 uses what 1.2 took away
    "pyjwt": ("2.15.1", "3"),
    "pytest": ("9.2.0", "10"),
    "pytest-asyncio": ("1.5.0", "2"),
    "pytest-cov": ("7.1.0", "8"),
    "python-multipart": ("0.0.34", "0.1"),
    "ruff": ("0.17.6", "0.18"),
    "sqlalchemy[asyncio]": ("2.1.9", "2.2"),
    "structlog": ("26.1.0", "27"),
    "uvicorn": ("0.54.0", "0.55"),
}

BOUNDS = {name: f"{name}>={low},<{high}" for name, (low, high) in TESTED.items()}
"""The requirement string of each package."""
DEVELOPMENT = ("httpx", "mypy", "pytest", "pytest-asyncio", "pytest-cov", "ruff")


def production(facts: Facts) -> tuple[str, ...]:
    """Return the packages that the project runs on; development and tests use SQLite."""
    drivers = {Database.POSTGRESQL: ["asyncpg"], Database.MYSQL: ["aiomysql", "pymysql"]}
    needed = [
        "aiosqlite",
        "alembic",
        *drivers.get(facts.spec.database, []),
        "fastapi",
        *(["pwdlib[argon2]"] if facts.has_passwords else []),
        *(["pyjwt"] if facts.secured else []),
        "pydantic",
        "pydantic-settings",
        *(["python-multipart"] if facts.takes_forms else []),
        "sqlalchemy[asyncio]",
        "structlog",
        "uvicorn",
    ]
    return tuple(sorted(needed))
