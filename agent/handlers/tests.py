"""Who answers with the tests? Requests for a test suite; its configuration comes along."""

from __future__ import annotations

from agent.documents import FileType, RequestType
from agent.handlers.handler import Handler

HANDLER = Handler(
    name="tests",
    claims=frozenset({RequestType.TESTS, RequestType.TESTING}),
    patterns=("testing-patterns",),
    next_agent="@devops-specialist",
    types=frozenset({FileType.TEST}),
    paths=("pyproject.toml", ".github/workflows/"),
)
