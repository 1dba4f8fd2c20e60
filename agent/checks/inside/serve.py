"""Serves the application on the socket that it was given, after migrating a fresh database.

Nobody but the fuzzer's connections reaches it. Beside the application's own paths there are ours,
below ``/.proof``: where its OpenAPI document is and which roles there are, its own ``manage``
command to grant one, what the database's file holds, and the end. An answer gets a header with the
number of statements that it took; one of status 500 another, which says where the exception was
raised.
"""

import asyncio
import importlib
import json
import sys
import traceback
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import uvicorn
from alembic import command
from alembic.config import Config
from sqlalchemy import event
from sqlalchemy.engine import Engine

from agent.checks.inside.hurry import hurry

SOCKET = 3
DATABASE = "proof.db"
OWN = "/.proof/"
PLACE = b"x-proof-place"
STATEMENTS = b"x-proof-statements"
IDLE_SECONDS = 600
SERVER_ERROR = 500
LONGEST_PLACE = 500

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Served:
    """The application, and our own paths beside it."""

    def __init__(self, app: Any) -> None:  # noqa: ANN401 - whatever the project calls its application
        """Wrap ``app``; ``server`` is set before anything is served."""
        self.app = app
        self.server: uvicorn.Server | None = None
        self.statements = 0
        event.listen(Engine, "before_cursor_execute", self._count)

    def _count(self, *_: Any) -> None:  # noqa: ANN401 - what SQLAlchemy tells
        self.statements += 1

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["path"].startswith(OWN):
            await self._own(scope["path"].removeprefix(OWN), receive, send)
        else:
            await self._observed(scope, receive, send)

    async def _observed(self, scope: Message, receive: Receive, send: Send) -> None:
        """Let the application answer; hold a 500 back until its exception has come, too."""
        held: list[Message] = []
        place: str | None = None
        before = self.statements

        async def pass_on(message: Message) -> None:
            nonlocal place
            if message["type"] == "http.response.start":
                count = (STATEMENTS, str(self.statements - before).encode())
                message["headers"] = [*message.get("headers", ()), count]
            failed = message["type"] == "http.response.start" and message["status"] == SERVER_ERROR
            # One that the application answers to is still being handled, and not raised again.
            if failed and (handled := sys.exception()) is not None:
                place = _place(handled)
            if held or failed:
                held.append(message)
            else:
                await send(message)

        try:
            await self.app(scope, receive, pass_on)
        except Exception as error:  # noqa: BLE001 - the finding says which
            place = _place(error)
            held = held or [
                {"type": "http.response.start", "status": SERVER_ERROR, "headers": []},
                {"type": "http.response.body", "body": b""},
            ]
        if held and place is not None:
            held[0]["headers"] = [*held[0].get("headers", ()), (PLACE, place.encode())]
        for message in held:
            await send(message)

    async def _own(self, name: str, receive: Receive, send: Send) -> None:
        """Answer what the checks ask for themselves."""
        body = (await receive()).get("body", b"")
        answer: Any = {}
        if name == "about":
            answer = {"openapi": getattr(self.app, "openapi_url", None), "roles": _roles()}
        elif name == "kept":
            answer = _kept(json.loads(body))
        elif name == "grant":
            answer = await _grant(**json.loads(body))
        elif name == "stop" and self.server is not None:
            self.server.should_exit = True
        start = {"type": "http.response.start", "status": 200, "headers": []}
        await send(start)
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})


def _roles() -> list[str]:
    """Name the roles that can be granted, where anybody signs in."""
    try:
        return [str(role) for role in importlib.import_module("app.manage").ROLES]
    except Exception:  # noqa: BLE001 - a project without accounts has no such module
        return []


def _kept(texts: list[str]) -> list[bool]:
    """Tell which texts the database holds, in any case."""
    content = b"".join(path.read_bytes() for path in Path.cwd().glob(f"{DATABASE}*")).lower()
    return [text.lower().encode() in content for text in texts]


async def _grant(login: str, role: str) -> dict[str, str]:
    """Give a user a role, as the project's own command line would."""
    try:
        manage = importlib.import_module("app.manage")
        said = await asyncio.to_thread(manage.main, ["grant", login, role])
    except (Exception, SystemExit) as error:  # noqa: BLE001 - it is told to the fuzzer
        return {"error": f"{type(error).__name__}: {error}"}
    return {"said": str(said)}


def _place(error: BaseException) -> str:
    """Give ``path:line: what`` of the innermost frame that stands in the project."""
    root = Path.cwd()
    found = "?:0"
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if path.is_relative_to(root) and "site-packages" not in path.parts:
            found = f"{path.relative_to(root)}:{frame.lineno}"
    said = " ".join(str(error).split())
    text = f"{found}: {type(error).__name__}: {said}"[:LONGEST_PLACE].strip()
    return "".join(each if each.isascii() and each.isprintable() else "?" for each in text)


def main() -> None:
    """Migrate, load, serve until told to stop."""
    hurry()
    command.upgrade(Config("alembic.ini"), "head")
    served = Served(importlib.import_module("app.main").app)
    config = uvicorn.Config(
        served,
        fd=SOCKET,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=1,
    )
    served.server = uvicorn.Server(config)
    served.server.run()
    sys.exit(0)


if __name__ == "__main__":
    main()
