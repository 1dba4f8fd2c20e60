"""Who asks, and what may they? Found by the key that they send, or because they are local.

Tasks belong to the name of the key: keys of one name are one caller, so that a key can be replaced
by another. A key is not needed only where there has never been one and the service listens on this
machine alone. Then a page in a browser must not pass for a local program: its requests name another
host (or origin), and so do those that a proxy passes on.

Programs send a key as a Bearer token. A browser cannot: it is asked for a name and a password (HTTP
Basic), and the key is the password. As browsers then send it unasked, also for pages of others, a
key that comes so only reads, and counts for nothing where another page loads something of ours.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from agent.log import also_about
from agent.service.records import Scope
from agent.transports.http import pages
from agent.transports.http.desk import Desk, desk_of
from agent.transports.http.problems import Problem

if TYPE_CHECKING:
    from agent.service.keys import Keys

LOCAL = "local"
"""The name of who needs no key."""
_BEARER = 'Bearer realm="python-specialist"'
_BASIC = 'Basic realm="python-specialist: the password is a key", charset="UTF-8"'
_READS = "GET"  # HEAD comes as one
_WANTED = "a key is needed: Authorization: Bearer psk_..., or as a browser's password"
_ONLY_READS = "a key that comes as a browser's password only reads"
_NOT_FOR_OTHERS = "a key that comes as a browser's password does not count for another page"
_AS_BEARER = "programs send Authorization: Bearer psk_..."
_MOST_MET = 10_000
_PROXIED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, with which key (empty: with none).

    ``sees`` is whose tasks they see: their own, or anybody's (None).
    """

    name: str
    scopes: frozenset[Scope]
    key: str = ""

    @property
    def sees(self) -> str | None:
        """Return whose tasks they see."""
        return None if Scope.ADMIN in self.scopes else self.name

    def may(self, scope: Scope) -> bool:
        """Tell whether they may do this; an administrator may do all."""
        return scope in self.scopes or Scope.ADMIN in self.scopes


class Doorkeeper:
    """Finds out who asks. ``is_local``: the service listens on this machine alone."""

    def __init__(self, keys: Keys, *, is_local: bool) -> None:
        """Take the keys."""
        self._keys = keys
        self._is_closed = not is_local
        self._met: set[bytes] = set()

    async def needs_key(self) -> bool:
        """Tell whether a key is needed. Once there was one it is, also when it was revoked."""
        if not self._is_closed:
            self._is_closed = await self._keys.were_made()
        return self._is_closed

    def is_stranger(self, request: Request) -> bool:
        """Tell whether a key was sent that was never found here."""
        given = request.headers.get("authorization")
        return given is not None and _digest(given) not in self._met

    async def still_lets_in(self, caller: Caller) -> bool:
        """Tell whether somebody who was let in would be so now."""
        return await self._keys.counts(caller.key) if caller.key else not await self.needs_key()

    async def caller(self, request: Request) -> Caller:
        """Return who asks.

        Raises:
            Problem: 401, nobody that is known; 403, a local service was asked from elsewhere.

        """
        given = request.headers.get("authorization")
        if given is not None:
            key = await self._keys.owner(_key_in(given, request))
            if key is None:
                raise _unknown(request, "the key is not known, or was revoked")
            if len(self._met) >= _MOST_MET:
                self._met.clear()
            self._met.add(_digest(given))
            return Caller(key.name, key.scopes, key.id)
        if await self.needs_key():
            raise _unknown(request, _WANTED)
        _check_local(request)
        return Caller(LOCAL, frozenset({Scope.SUBMIT, Scope.READ, Scope.ADMIN}))


def _digest(given: str) -> bytes:
    return hashlib.sha256(given.encode()).digest()


def _key_in(given: str, request: Request) -> str:
    """Return the key in a header ``Authorization``; empty where nothing in it can be read.

    Raises:
        Problem: 401, a key does not come so, or does not count so, whatever key it is.

    """
    scheme, _, text = given.partition(" ")
    text = text.strip()
    if scheme.lower() == "bearer":
        return text
    if scheme.lower() != "basic":
        raise _unknown(request, _WANTED)
    if request.method != _READS:
        raise _unknown(request, f"{_ONLY_READS}: {_AS_BEARER}")
    if _is_unasked(request):
        raise _unknown(request, f"{_NOT_FOR_OTHERS}: {_AS_BEARER}")
    try:
        return base64.b64decode(text, validate=True).decode().partition(":")[2]
    except ValueError:
        return ""


def _is_unasked(request: Request) -> bool:
    """Tell whether a browser asks because of somebody else's page, and not to show ours."""
    site = request.headers.get("sec-fetch-site", "none")
    is_shown = request.headers.get("sec-fetch-mode") == "navigate"
    return site not in {"none", "same-origin"} and not is_shown


def _unknown(request: Request, detail: str) -> Problem:
    is_browser = request.method == _READS and pages.is_wanted(request.headers.get("accept", ""))
    challenge = {"WWW-Authenticate": _BASIC if is_browser else _BEARER, "Vary": "Accept"}
    return Problem(401, "unknown-caller", detail, headers=challenge)


def _check_local(request: Request) -> None:
    origin = request.headers.get("origin")
    host = request.headers.get("host", "")
    foreign = [] if _is_this_machine(host) else [host]
    if origin is not None and not _is_this_machine(origin.partition("://")[2]):
        foreign.append(origin)
    proxied = [each for each in _PROXIED if request.headers.get(each)]
    if not foreign and not proxied:
        return
    why = (
        f"its name or origin is {foreign[0][:64]!r}"
        if foreign
        else f"there is a header {proxied[0]}"
    )
    detail = "without a key the service is there for programs of this machine only"
    raise Problem(403, "not-local", f"{detail}, and {why}: create a key")


def _is_this_machine(authority: str) -> bool:
    name = (
        authority.rpartition(":")[0]
        if authority[-1:].isdecimal() and ":" in authority
        else authority
    )
    name = name.strip("[]").lower()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


async def _caller(request: Request, desk: Annotated[Desk, Depends(desk_of)]) -> Caller:
    where = f"at {request.client.host if request.client else ''}"
    if desk.doorkeeper.is_stranger(request):
        desk.rates.look(where)  # before the database is asked; who was met before is not held up
    try:
        caller = await desk.doorkeeper.caller(request)
    except Problem:
        desk.rates.take(where)
        raise
    desk.rates.take(caller.name)
    also_about(caller=caller.name)
    return caller


def _allowed(caller: Caller, scope: Scope) -> Caller:
    if not caller.may(scope):
        raise Problem(403, "scope", f"the key does not allow to {scope}")
    return caller


async def _reader(caller: Annotated[Caller, Depends(_caller)]) -> Caller:
    return _allowed(caller, Scope.READ)


async def _submitter(caller: Annotated[Caller, Depends(_caller)]) -> Caller:
    return _allowed(caller, Scope.SUBMIT)


AnyCaller = Annotated[Caller, Depends(_caller)]
Reader = Annotated[Caller, Depends(_reader)]
Submitter = Annotated[Caller, Depends(_submitter)]
