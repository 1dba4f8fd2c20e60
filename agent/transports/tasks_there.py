"""How are the tasks of a service reached that runs elsewhere? Over its HTTP API, with a key."""

from __future__ import annotations

import asyncio
import ipaddress
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import httpx2 as httpx

from agent.transports.tasks_seen import PAUSE, TRIES, Heard, Seen, no_task, refused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from agent.service.records import State

PATIENCE = 60
"""Seconds without a sign of life until a connection is given up."""
LONGEST_DETAIL = 300
_ABSENT, _NOTHING_YET, _NO_MORE, _UNAVAILABLE = 404, 409, 204, 503


@asynccontextmanager
async def tasks_there(url: str, key: str) -> AsyncIterator[TasksThere]:
    """Give the tasks of the service at a URL.

    Args:
        url: Where it is, such as https://host:8000.
        key: A key of it (empty: it needs none).

    Raises:
        RefusedError: the URL is of no use, or would carry the key in the open.

    """
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with httpx.AsyncClient(
        base_url=_base(url, has_key=bool(key)), headers=headers, timeout=PATIENCE
    ) as client:
        yield TasksThere(client)


class TasksThere:
    """The tasks that a key may see."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        """Take a client; see ``tasks_there``."""
        self._client = client

    async def page(self, states: Sequence[State], limit: int, begins: str = "") -> list[Seen]:
        """Return tasks, the latest first; ``begins`` is how their ids begin."""
        params: dict[str, Any] = {"state": list(states), "limit": str(limit)}
        if begins:
            params["id"] = begins
        data = await self._ask("GET", "/v1/tasks", params=params)
        return [_seen(each) for each in data.get("tasks", ())]

    async def get(self, task_id: str) -> Seen:
        """Return one."""
        return _seen(await self._ask("GET", _path(task_id), about=task_id))

    async def answer(self, task_id: str) -> dict[str, Any] | None:
        """Return the output document of one; None where nothing came of it yet."""
        response = await self._send("GET", f"{_path(task_id)}/result")
        if response.status_code == _NOTHING_YET:
            return None
        return _data(response, task_id)

    async def events(self, task_id: str) -> AsyncIterator[Heard]:
        """Give its events from the first one on, until it ends or asks.

        A stream that breaks off is begun again, also where the service is started again meanwhile.
        """
        known, broken, begun = 0, 0, False
        while True:
            headers = {"Last-Event-ID": str(known)} if known else {}
            try:
                async with self._client.stream(
                    "GET", f"{_path(task_id)}/events", headers=headers
                ) as response:
                    if response.status_code == _NO_MORE:
                        return
                    if response.status_code == _UNAVAILABLE and begun:
                        raise httpx.ReadError("the service says 503")
                    if not response.is_success:
                        await response.aread()
                        _data(response, task_id)
                    begun = True
                    async for event in _events(response.aiter_lines()):
                        known, broken = event.number, 0
                        yield event
            except httpx.TransportError as error:
                broken += 1
                if broken > TRIES or not begun:
                    raise _unreachable(error) from error
                await asyncio.sleep(PAUSE)

    async def cancel(self, task_id: str) -> Seen:
        """Call one off."""
        return _seen(await self._ask("DELETE", _path(task_id), about=task_id))

    async def retry(self, task_id: str) -> Seen:
        """Submit its request again, as a new one, which is returned."""
        return _seen(await self._ask("POST", f"{_path(task_id)}/retry", about=task_id))

    async def _ask(
        self, method: str, path: str, *, about: str = "", params: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        return _data(await self._send(method, path, params), about)

    async def _send(
        self, method: str, path: str, params: dict[str, Any] | None = None
    ) -> httpx.Response:
        try:
            return await self._client.request(method, path, params=params)
        except httpx.TransportError as error:
            raise _unreachable(error) from error


async def _events(lines: AsyncIterator[str]) -> AsyncIterator[Heard]:
    """Read a stream of server-sent events; what is not whole is left out."""
    fields: dict[str, str] = {}
    async for line in lines:
        if line:
            name, _, value = line.partition(":")
            fields[name] = value.removeprefix(" ")
        elif "data" in fields:
            try:
                number, data = int(fields.get("id", "")), json.loads(fields["data"])
            except ValueError as error:
                raise _foreign() from error
            yield Heard(number, fields.get("event", ""), data)
            fields = {}


def _base(url: str, *, has_key: bool) -> str:
    expected = "https://host:port"
    try:
        parts = urlsplit(url)
        host, scheme = parts.hostname, parts.scheme
    except ValueError:
        host, scheme = None, ""
    if not host or scheme not in {"http", "https"}:
        raise refused("the URL of the service is of no use", expected)
    if has_key and scheme == "http" and not _is_this_machine(host):
        raise refused(f"the key would go to {host} in the open, for anybody to read", expected)
    return url.rstrip("/")


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _path(task_id: str) -> str:
    return f"/v1/tasks/{quote(task_id, safe='')}"


def _data(response: httpx.Response, task_id: str) -> dict[str, Any]:
    """Return what was answered.

    Raises:
        RefusedError: the service says no, or is none.

    """
    try:
        data = response.json()
    except ValueError as error:
        raise _foreign(response.status_code) from error
    if not isinstance(data, dict):
        raise _foreign(response.status_code)
    if response.status_code == _ABSENT and task_id:
        raise no_task(task_id)
    if not response.is_success:
        detail = str(data.get("detail", ""))[:LONGEST_DETAIL]
        raise refused(f"the service says {response.status_code}: {detail}")
    return data


def _seen(data: dict[str, Any]) -> Seen:
    try:
        return Seen.read(data)
    except (KeyError, TypeError, ValueError) as error:
        raise _foreign() from error


def _foreign(status: int = 200) -> Exception:
    said = "" if status == 200 else f" (it says {status})"  # noqa: PLR2004 - fine
    return refused(f"what answers at the URL is no python-specialist{said}")


def _unreachable(error: Exception) -> Exception:
    return refused(f"the service cannot be reached: {str(error) or type(error).__name__}")
