"""Which tables belong to nobody's model? Those in which tools count what they did to a schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.planner.readers.sql_schema import Schema

_TOOLS = {
    "alembic_version": "Alembic",
    "ar_internal_metadata": "Rails",
    "schema_migrations": "Rails",
    "databasechangelog": "Liquibase",
    "databasechangeloglock": "Liquibase",
    "django_migrations": "Django",
    "doctrine_migration_versions": "Doctrine",
    "__efmigrationshistory": "Entity Framework",
    "flyway_schema_history": "Flyway",
    "goose_db_version": "goose",
    "knex_migrations": "Knex",
    "knex_migrations_lock": "Knex",
    "phinxlog": "Phinx",
    "_prisma_migrations": "Prisma",
    "sequelizemeta": "Sequelize",
    "_sqlx_migrations": "sqlx",
}


def leave_out(schema: Schema) -> None:
    """Leave such tables out of what was read, each told with its line.

    The project has a count of its own: Alembic would find its table there already.
    """
    for key, table in list(schema.tables.items()):
        if tool := _TOOLS.get(table.name.lower()):
            del schema.tables[key]
            schema.left_out(f"{table.name}, in which {tool} keeps its own count,", table.offset)
