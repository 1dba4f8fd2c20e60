"""Who answers with the HTTP surface? Requests for endpoints, and who may call them."""

from __future__ import annotations

from agent.documents import FileType, RequestType
from agent.handlers.handler import Handler

HANDLER = Handler(
    name="endpoints",
    claims=frozenset(
        {
            RequestType.ENDPOINTS,
            RequestType.API_DESIGN,
            RequestType.MIDDLEWARE,
            RequestType.AUTHENTICATION,
        }
    ),
    patterns=("fastapi-patterns", "pydantic-patterns", "service-layer", "jwt-authentication"),
    next_agent="@container-specialist",
    types=frozenset(
        {
            FileType.ROUTER,
            FileType.DEPENDENCY,
            FileType.MIDDLEWARE,
            FileType.SCHEMA,
            FileType.SERVICE,
        }
    ),
    paths=("src/app/main.py", "src/app/core/"),
)
