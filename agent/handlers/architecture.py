"""Who answers with the whole project? Requests for an architecture, and for how it performs."""

from __future__ import annotations

from agent.documents import RequestType
from agent.handlers.handler import Handler

HANDLER = Handler(
    name="architecture",
    claims=frozenset(
        {RequestType.ARCHITECTURE, RequestType.PERFORMANCE, RequestType.ASYNC_PATTERNS}
    ),
    patterns=(
        "fastapi-patterns",
        "service-layer",
        "sqlalchemy-patterns",
        "pydantic-patterns",
        "jwt-authentication",
        "testing-patterns",
        "project-delivery",
    ),
    next_agent="@container-specialist",
)
