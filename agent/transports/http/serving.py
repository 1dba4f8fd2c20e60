"""How does the app run? Under uvicorn, beside a worker or without one, until it is told to stop."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from agent.documents import Fault
from agent.errors import RefusedError
from agent.log import logger
from agent.service.stopping import on_signal
from agent.transports.http.app import build_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi import FastAPI

    from agent.knowledge import Library
    from agent.service.service import Service
    from agent.transports.http.desk import Desk
    from agent.transports.http.limits import Limits

GRACE = 10
"""Seconds that answers may take to be whole when the service stops."""
HEAD_SECONDS = 10
"""Seconds until a client has sent the head of a request."""
UNREAD_MILLISECONDS = 60_000
"""Until the system drops a connection whose other side takes nothing of what was sent."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the service listens, and the files of its certificate and its private key (PEM)."""

    host: str = "127.0.0.1"
    port: int = 8000
    certificate: Path | None = None
    private_key: Path | None = None


class _Protocol(H11Protocol):
    """One connection, which is not kept for who sends nothing."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._wait()

    def _wait(self) -> None:
        self._stop_waiting()
        self._waiting = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()

    def _give_up(self) -> None:
        cycle: RequestResponseCycle | None = self.cycle  # there is none before the first request
        if cycle is None or cycle.response_complete:
            self.transport.abort()


class _Server(uvicorn.Server):
    """The server, which leaves signals to us: the worker has to stop, too."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(
    service: Service, library: Library, address: Address, limits: Limits | None = None
) -> None:
    """Serve until a signal says to stop. What the worker has is given back then.

    Raises:
        RefusedError: the address, or the certificate, cannot be used.

    """
    listening = listen(address)
    host, port = listening.getsockname()[:2]
    is_local = ipaddress.ip_address(host).is_loopback
    app = build_app(service, library, limits, is_local=is_local)
    config = configured(app, address)
    await _say(service, host, port, is_local=is_local, is_safe=config.is_ssl)
    await run(app, config, listening)


async def run(app: FastAPI, config: uvicorn.Config, listening: socket.socket) -> None:
    """Answer on a socket, and work beside it, until a signal says to stop or either ends."""
    desk: Desk = app.state.desk
    server = _Server(config)
    worker = desk.service.worker

    def stop() -> None:
        server.force_exit = server.should_exit  # asked twice
        server.should_exit = True
        desk.closing.set()
        if worker is not None:
            worker.stop()

    await desk.metrics.begin(desk.service)
    with on_signal(stop):
        both = [asyncio.create_task(server.serve(sockets=[listening]))]
        if worker is not None:
            both.append(asyncio.create_task(worker.run()))
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not server.should_exit:
                stop()
            await asyncio.wait(both)
        for each in both:
            each.result()


def configured(app: FastAPI, address: Address) -> uvicorn.Config:
    """Return how the server is to be.

    Raises:
        RefusedError: the certificate cannot be used.

    """
    config = uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
        ssl_certfile=address.certificate,
        ssl_keyfile=address.private_key,
    )
    try:
        config.load()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        files = f"--tls-cert {address.certificate}, --tls-key {address.private_key or 'not given'}"
        raise _refused(f"the certificate or its key cannot be used: {reason} ({files})") from error
    return config


def listen(address: Address) -> socket.socket:
    """Return a socket that listens; port 0 is any.

    Raises:
        RefusedError: nobody can listen there.

    """
    try:
        found = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        listening = socket.create_server(
            found[0][4][:2], family=found[0][0], reuse_port=False, backlog=2048
        )
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _refused(f"{address.host}:{address.port} cannot be listened on: {reason}") from error
    with suppress(AttributeError, OSError):  # not on every system
        option = socket.TCP_USER_TIMEOUT  # connections that are accepted have it, too
        listening.setsockopt(socket.IPPROTO_TCP, option, UNREAD_MILLISECONDS)
    return listening


async def _say(service: Service, host: str, port: int, *, is_local: bool, is_safe: bool) -> None:
    shown = f"[{host}]" if ":" in host else host
    logger().info(f"serving on http{'s' if is_safe else ''}://{shown}:{port}")
    if not is_local and not is_safe:
        logger().warning(
            "keys and requests travel in the open: use --tls-cert, or a proxy with TLS"
        )
    if await service.keys.were_made():
        return
    if is_local:
        logger().warning("there are no keys: every program of this machine may use it")
    else:
        logger().warning("there are no keys: make one with python-specialist keys create NAME")


def _refused(message: str) -> RefusedError:
    return RefusedError([Fault(code="address", message=message)])
