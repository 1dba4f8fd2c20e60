"""Alembic's environment: the application's own engine and metadata."""

import asyncio
from logging.config import fileConfig
from typing import Any, Literal

from alembic import context
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.types import TypeDecorator

from app.core.config import get_settings
from app.db.session import build_engine
from app.models import Base

config = context.config


def render_item(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Write the application's own column types as the plain types that they are made of."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def migrate(connection: Connection) -> None:
    """Run the migrations on an open connection."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        # Named checks are compared only where somebody asks for it.
        autogenerate_plugins=["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"],
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()


def let_tables_go(connection: DBAPIConnection, _: Any) -> None:
    """Let a table be copied, as SQLite needs it, without the rows that refer to the old one going.

    Within a transaction this cannot be changed any more.
    """
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    cursor.close()


async def migrate_online() -> None:
    """Open the application's database and migrate it."""
    engine = build_engine(get_settings().database_url)
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", let_tables_go)
    async with engine.begin() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


def migrate_offline() -> None:
    """Write the SQL instead of running it."""
    context.configure(
        url=get_settings().database_url,
        target_metadata=Base.metadata,
        literal_binds=True,
        dialect_opts={"paramstyle": "named"},
    )
    with context.begin_transaction():
        context.run_migrations()


# Tests hand over a connection of their own, and keep their own logging.
given = config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    if config.config_file_name is not None:
        fileConfig(config.config_file_name)
    if context.is_offline_mode():
        migrate_offline()
    else:
        asyncio.run(migrate_online())
