"""Who answers with the data layer? Requests for models, the database and its migrations."""

from __future__ import annotations

from agent.documents import FileType, RequestType
from agent.handlers.handler import Handler

HANDLER = Handler(
    name="models",
    claims=frozenset({RequestType.MODELS, RequestType.DATABASE_INTEGRATION, RequestType.MIGRATION}),
    patterns=("sqlalchemy-patterns", "pydantic-patterns"),
    next_agent="@database-specialist",
    types=frozenset({FileType.MODEL, FileType.SCHEMA, FileType.REPOSITORY, FileType.MIGRATION}),
)
