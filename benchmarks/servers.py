"""Which database servers are there? Those that the environment names, else the usual addresses."""

from __future__ import annotations

from agent.settings import read_settings
from agent.types import Database

USUAL = {
    Database.POSTGRESQL: "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres",
    Database.MYSQL: "mysql+aiomysql://root@127.0.0.1:3306/",
}


def servers() -> dict[Database, str]:
    """Return an SQLAlchemy URL for each kind of server; whether it answers is another question."""
    return {**USUAL, **read_settings().databases}
