"""What does every request find here? The service, and what keeps count of those that ask."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from fastapi import Request  # noqa: TC002 - the framework reads the annotation

if TYPE_CHECKING:
    from agent.knowledge import Library
    from agent.service.service import Service
    from agent.transports.http.callers import Doorkeeper
    from agent.transports.http.limits import Limits, Listeners, Rates
    from agent.transports.http.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Desk:
    """The service at its desk. ``closing`` is set when it ends: streams end with it."""

    service: Service
    library: Library
    limits: Limits
    doorkeeper: Doorkeeper
    rates: Rates
    listeners: Listeners
    metrics: Metrics
    closing: asyncio.Event = field(default_factory=asyncio.Event)


async def desk_of(request: Request) -> Desk:
    """Return the desk of the app that is asked. As a plain function it would cost a thread."""
    return cast("Desk", request.app.state.desk)
