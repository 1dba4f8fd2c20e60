"""How much may one client ask for? Bytes, time, requests in a second, and answers that wait."""

from __future__ import annotations

import asyncio
import math
import re
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect

from agent.contract.text import MAX_SIZE
from agent.transports.http.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.requests import Request

_MOST_BUCKETS = 10_000
_DRAINED = 10
"""How many times the limit is read, and dropped: who sends on reads no answer."""
_DIGITS = 18
_CHARSET = re.compile(r';\s*charset\s*=\s*"?([^\s;"]+)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits. Nesting, and how many values a document has, are the contract's own.

    ``rate``: requests in a second of one caller, in the long run (0: any number); twice as many at
    once. ``listeners``: answers that are held open at a time, streams of events and those that
    wait for a result, of all callers and of one. ``body``: bytes. ``body_seconds``: until a body
    is there. ``send_seconds``: until a client has taken the next piece of an answer. ``wait``:
    seconds that an answer waits for a result, at most. ``heartbeat``: seconds between two signs of
    life in a stream.
    """

    rate: float = 100
    listeners: int = 256
    listeners_of_one: int = 64
    body: int = MAX_SIZE
    body_seconds: float = 30
    send_seconds: float = 30
    wait: int = 60
    heartbeat: float = 15


class Rates:
    """How often each caller may ask: a bucket of tokens, which fills by and by."""

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the rate (0: no limit)."""
        self._rate = rate
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}  # tokens, and when they were counted

    def take(self, who: str) -> None:
        """Count one request.

        Raises:
            Problem: 429, there were too many.

        """
        if not self._rate:
            return
        now, tokens = self.look(who)
        if len(self._buckets) >= _MOST_BUCKETS:
            self._forget(now)
        self._buckets[who] = (tokens - 1, now)

    def look(self, who: str) -> tuple[float, float]:
        """Return the time, and how many requests there may be now (at least one).

        Raises:
            Problem: 429, there may be none.

        """
        now, full = self._clock(), 2 * self._rate
        tokens, then = self._buckets.get(who, (full, now))
        tokens = min(tokens + (now - then) * self._rate, full)
        if self._rate and tokens < 1:
            seconds = math.ceil((1 - tokens) / self._rate)
            detail = f"more than {self._rate:g} requests in a second: wait {seconds} s"
            raise Problem(429, "too-often", detail, headers={"Retry-After": str(seconds)})
        return now, tokens

    def _forget(self, now: float) -> None:
        """Forget whose bucket is full again by now: as if they had never asked."""
        self._buckets = {
            who: (tokens, then)
            for who, (tokens, then) in self._buckets.items()
            if tokens + (now - then) * self._rate < 2 * self._rate
        }


class Listeners:
    """The answers that are held open."""

    def __init__(self, limits: Limits) -> None:
        """Take how many there may be."""
        self._limits = limits
        self._open: Counter[str] = Counter()

    @property
    def count(self) -> int:
        """Return how many there are."""
        return self._open.total()

    def is_room(self, who: str) -> bool:
        """Tell whether there may be one more."""
        return (
            self.count < self._limits.listeners and self._open[who] < self._limits.listeners_of_one
        )

    @contextmanager
    def one_more(self, who: str) -> Iterator[None]:
        """Count one for as long as it is open."""
        self._open[who] += 1
        try:
            yield
        finally:
            self._open[who] -= 1
            if not self._open[who]:
                del self._open[who]


async def read_body(request: Request, limits: Limits) -> bytes:
    """Read the body of a request, and no more of it than is allowed.

    Raises:
        Problem: it is no JSON (415), too large (413), or takes too long (408).

    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not (
        kind.startswith("application/") and kind[-5:] == "+json"
    ):
        detail = "the body has to be JSON: send Content-Type: application/json"
        raise Problem(415, "media-type", detail, headers={"Accept": "application/json"})
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    charset = _CHARSET.search(request.headers.get("content-type", ""))
    if coding != "identity" or (charset and charset[1].lower() not in {"utf-8", "utf8"}):
        detail = "the body has to be plain UTF-8: send it without a Content-Encoding or charset"
        raise Problem(415, "media-type", detail, headers={"Accept-Encoding": "identity"})
    if _says_too_large(request, limits) and request.headers.get("expect"):
        raise _too_large(limits)  # it waits to be told whether to send it
    body = bytearray()
    size = 0
    try:
        async with asyncio.timeout(limits.body_seconds):
            async for chunk in request.stream():
                size += len(chunk)
                if size <= limits.body:
                    body += chunk
                elif size > _DRAINED * limits.body:
                    raise _too_large(limits)
    except TimeoutError:
        detail = f"the body was not there after {limits.body_seconds:g} s"
        raise Problem(408, "too-slow", detail, headers={"Connection": "close"}) from None
    except ClientDisconnect:
        raise Problem(400, "gone", "the client went away before its request was whole") from None
    if size > limits.body:
        raise _too_large(limits)
    return bytes(body)


def _says_too_large(request: Request, limits: Limits) -> bool:
    said = request.headers.get("content-length", "")
    return said.isdecimal() and (len(said) > _DIGITS or int(said) > limits.body)


def _too_large(limits: Limits) -> Problem:
    detail = f"the body is larger than {limits.body} bytes"
    return Problem(413, "too-large", detail, headers={"Connection": "close"})
