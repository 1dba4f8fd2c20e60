"""Which handler answers a request? Each request type is claimed exactly once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.handlers import architecture, endpoints, models, tests

if TYPE_CHECKING:
    from agent.documents import RequestType
    from agent.handlers.handler import Handler

HANDLERS = (architecture.HANDLER, endpoints.HANDLER, models.HANDLER, tests.HANDLER)


def handler_for(request_type: RequestType) -> Handler:
    """Return the handler that claims a request type."""
    return next(handler for handler in HANDLERS if request_type in handler.claims)
