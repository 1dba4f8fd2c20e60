"""What holds for every request? An id, headers that keep browsers careful, a count, no surprise."""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request

from agent.log import about, logger
from agent.transports.http.problems import AGAIN, Problem, response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from agent.transports.http.desk import Desk

REQUEST_ID = "X-Request-Id"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
WATCHED = frozenset({"/healthz", "/readyz", "/metrics"})
"""What is asked for every few seconds, by whatever watches the service."""
HSTS = "max-age=31536000"
_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")


class SlowClientError(Exception):
    """A client does not take its answer."""


class _HeadOnlyError(Exception):
    """The head of an answer was all that was asked for, and is sent."""


class Around:
    """What is around the app. HEAD is answered as GET is, without the body."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        """Take the app."""
        self._app = app
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID, "")
        scope["request_id"] = given if _SANE.fullmatch(given) else uuid4().hex
        with about(request=scope["request_id"]):
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = time.perf_counter()
        method = scope["method"]
        if method == "HEAD":
            scope = {**scope, "method": "GET"}
        sending = _Sending(scope, send, self._desk, is_head=method == "HEAD")
        try:
            await self._guarded(scope, receive, sending)
        finally:
            route = getattr(scope.get("route"), "path", "")
            seconds = time.perf_counter() - begun
            self._desk.metrics.requested(_counted(method), route, sending.status, seconds)
            log = logger().debug if route in WATCHED else logger().info
            log(
                "request",
                method=method,
                path=scope["path"],
                status=sending.status,
                seconds=seconds,
            )

    async def _guarded(self, scope: Scope, receive: Receive, sending: _Sending) -> None:
        try:
            await self._app(scope, receive, sending)
        except (_HeadOnlyError, SlowClientError):
            return  # the server closes a connection whose answer is not whole
        except asyncio.CancelledError:
            if sending.status or not self._desk.closing.is_set():
                raise
            # the server has waited long enough for this answer, and would say so in plain text
            headers = {"Retry-After": str(AGAIN)}
            problem = Problem(503, "stops", "the service stops", headers=headers)
        except Exception:
            logger().exception("request-failed")
            if sending.status:
                raise
            detail = "a fault of our own, please report it with the id of this request"
            problem = Problem(500, "internal", detail)
        else:
            return
        with suppress(_HeadOnlyError):
            await response(Request(scope), problem)(scope, receive, sending)


class _Sending:
    """An answer on its way. ``status`` is 0 until its head is sent."""

    def __init__(self, scope: Scope, send: Send, desk: Desk, *, is_head: bool) -> None:
        self.status = 0
        self._scope, self._send, self._desk, self._is_head = scope, send, desk, is_head

    async def __call__(self, message: Message) -> None:
        """Send a piece of it.

        Raises:
            SlowClientError: the client does not take it.
            _HeadOnlyError: that was all.

        """
        is_begun = message["type"] == "http.response.start"
        if is_begun:
            self.status = message["status"]
            _add_headers(self._scope, MutableHeaders(scope=message))
        try:
            async with asyncio.timeout(self._desk.limits.send_seconds):
                await self._send(message)
        except TimeoutError:
            raise SlowClientError from None
        if is_begun and self._is_head:
            await self._send({"type": "http.response.body"})
            raise _HeadOnlyError


def _add_headers(scope: Scope, headers: MutableHeaders) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers[REQUEST_ID] = scope["request_id"]
    if scope["scheme"] == "https":
        headers["Strict-Transport-Security"] = HSTS


def _counted(method: str) -> str:
    """Return the method, where it is one that can be counted: a client may make up others."""
    known = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
    return method if method in known else "other"
