"""How large is the project to run? Environment and platform, from what the request expects."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

from agent.inspection import SETTINGS

if TYPE_CHECKING:
    from agent.documents import InputDocument, PerformanceTargets
    from agent.inspection import Inspection

    Platform = Literal["app-service", "container-apps"]

REQUESTS_PER_WORKER = 100
"""Requests that one worker process serves at once before another one pays."""
REQUESTS_PER_CONNECTION = 5
"""Requests that share a database connection: most of a request's time it holds none."""
MOST_WORKERS = 4
MOST_CONNECTIONS = 80
"""Connections of all workers together; PostgreSQL and MySQL allow 100 to 150 by default."""


def platform(document: InputDocument) -> Platform:
    """Return the first platform that the request names, by default container-apps."""
    azure = document.integrations.azure
    for service in azure.services if azure else ():
        if service in {"app-service", "container-apps"}:
            return "app-service" if service == "app-service" else "container-apps"
    return "container-apps"


def environment(project: Inspection, targets: PerformanceTargets | None) -> list[dict[str, Any]]:
    """Return the variables to set: name, isSecret, and the value of what is no secret."""
    variables = [
        {"name": v.name, **({} if v.secret else {"value": v.value}), "isSecret": v.secret}
        for v in project.variables
    ]
    requests = targets.concurrent_requests if targets else None
    if requests is None:
        return variables
    workers = min(MOST_WORKERS, math.ceil(requests / REQUESTS_PER_WORKER))
    sizes = {"WEB_CONCURRENCY": workers}  # uvicorn's own name for its number of workers
    if "database_pool_size" in project.text(SETTINGS):
        wanted = math.ceil(requests / workers / REQUESTS_PER_CONNECTION)
        sizes["DATABASE_POOL_SIZE"] = min(MOST_CONNECTIONS // workers, max(5, wanted))
    sized = [{"name": n, "value": str(v), "isSecret": False} for n, v in sizes.items()]
    return [*(v for v in variables if v["name"] not in sizes), *sized]
