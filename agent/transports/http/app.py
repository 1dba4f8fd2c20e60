"""What answers requests? The app, made from a service. Each module of routes is one resource.

``tasks`` and ``results`` are what it is about, ``streams`` tells what happens, ``outbox`` is for
other agents, ``reading`` and ``health`` for whoever looks on. ``callers`` knows who asks,
``limits`` how much they may, ``problems`` how a refusal is told, ``around`` what holds for all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response

from agent import __version__
from agent.transports.http import (
    health,
    outbox,
    problems,
    reading,
    reference,
    results,
    streams,
    tasks,
)
from agent.transports.http.around import Around
from agent.transports.http.callers import Doorkeeper
from agent.transports.http.desk import Desk
from agent.transports.http.limits import Limits, Listeners, Rates
from agent.transports.http.metrics import Metrics

if TYPE_CHECKING:
    from agent.knowledge import Library
    from agent.service.service import Service


def build_app(
    service: Service, library: Library, limits: Limits | None = None, *, is_local: bool = False
) -> FastAPI:
    """Return the app.

    Args:
        service: The service that it is the door of.
        library: The patterns that can be read about.
        limits: How much one client may ask for (None: the usual).
        is_local: The address that it is bound to is this machine alone.

    """
    limits = limits or Limits()
    app = FastAPI(
        title=reference.TITLE,
        version=__version__,
        openapi_url=None,  # it depends on whether a key is needed
        redirect_slashes=False,
    )
    desk = Desk(
        service=service,
        library=library,
        limits=limits,
        doorkeeper=Doorkeeper(service.keys, is_local=is_local),
        rates=Rates(limits.rate),
        listeners=Listeners(limits),
        metrics=Metrics(),
    )
    app.state.desk = desk
    app.state.descriptions = {}  # by whether a key is needed: who asks for one needs none
    for module in (tasks, streams, results, outbox, reading, health):
        app.router.routes.extend(module.router.routes)  # flat, so that each is found by its path
    app.add_api_route("/openapi.json", _openapi, include_in_schema=False)
    problems.install(app)
    app.add_middleware(Around, desk=desk)
    return app


async def _openapi(request: Request) -> Response:
    app = request.app
    needs_key = await app.state.desk.doorkeeper.needs_key()
    texts: dict[bool, bytes] = app.state.descriptions
    if needs_key not in texts:
        texts[needs_key] = bytes(JSONResponse(reference.describe(app, needs_key=needs_key)).body)
    return Response(texts[needs_key], media_type="application/json")
