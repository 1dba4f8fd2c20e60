"""Is the service alive, ready, and how busy? For whatever runs it and watches it."""

import asyncio

from fastapi import APIRouter
from starlette.responses import Response

from agent.service.database import UNAVAILABLE
from agent.transports.http.answering import answer, documented, refusals
from agent.transports.http.callers import Reader
from agent.transports.http.problems import AGAIN, Problem
from agent.transports.http.shapes import Health
from agent.transports.http.tasks import AtDesk

router = APIRouter(tags=["health"])
PATIENCE = 2.0
"""Seconds that the database may take to answer."""


@router.get("/healthz", response_model=Health, responses={500: refusals()[500]})
async def healthz() -> Response:
    """Tell that the process answers."""
    return answer(Health(status="ok"))


@router.get(
    "/readyz",
    response_model=Health,
    responses={500: refusals()[500], 503: refusals()[503]},
)
async def readyz(desk: AtDesk) -> Response:
    """Tell that the database answers, and that the worker works where this process has one."""
    headers = {"Retry-After": str(AGAIN)}
    try:
        async with asyncio.timeout(PATIENCE):
            await desk.service.keys.were_made()  # as little as can be asked: nobody needs a key
    except (TimeoutError, *UNAVAILABLE):
        detail = "the database of the service does not answer"
        raise Problem(503, "unavailable", detail, headers=headers) from None
    worker = desk.service.worker
    if worker is not None and not worker.is_at_work:
        raise Problem(503, "no-worker", "the worker does not work", headers=headers)
    return answer(Health(status="ok", database="ok", worker=None if worker is None else "ok"))


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {
            "description": "Prometheus text.",
            "headers": documented({}),
            "content": {"text/plain": {"schema": {"type": "string"}}},
        },
        **refusals(),
    },
)
async def metrics(_caller: Reader, desk: AtDesk) -> Response:
    """Count tasks, stages, model calls and requests."""
    text = await desk.metrics.text(desk.service, desk.listeners.count)
    return Response(text, media_type="text/plain; version=0.0.4")
