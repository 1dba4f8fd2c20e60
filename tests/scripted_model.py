"""What would a model say? A server that speaks Chat Completions, and says what a script tells it.

The wire is real (HTTP on a loopback port, JSON and server-sent events), and so are its failures.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Self

import uvicorn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import Receive, Scope, Send

PIECE = 8
"""Characters of one event of a stream."""
KINDS = {
    "You plan backends": "plan",
    "You write acceptance tests": "tests",
    "You write the body": "body",
    "You mend the body": "repair",
}
"""How our prompts begin, and what they ask for."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One answer.

    ``usage`` are tokens in, cached among them, and out; None: the server tells none. ``delay`` and
    ``pause`` are seconds, before the answer and between the events of a stream. A stream is ``cut``
    after half of its text: at a proper end of the response (clean), or of the connection (broken).
    ``body`` replaces everything, as ``status`` and ``content_type`` have it.
    """

    text: str | None = None
    refusal: str | None = None
    finish: str | None = "stop"
    usage: tuple[int, int, int] | None = (20, 0, 10)
    delay: float = 0.0
    pause: float = 0.0
    cut: Literal["", "clean", "broken"] = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    body: bytes | None = None


def fails(status: int, *, message: str = "no", code: str | None = None, **headers: str) -> Turn:
    """Return a failure in OpenAI's form; header names are written with ``_``."""
    error = {"error": {"message": message, "type": "error", "code": code}}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Turn(status=status, headers=named, body=json.dumps(error).encode())


def page(status: int = 200) -> Turn:
    """Return what stands where no model is: a page for people."""
    body = b"<!doctype html><title>Sign in</title>"
    return Turn(status=status, content_type="text/html; charset=utf-8", body=body)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as it came."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]


Script = Callable[[dict[str, Any]], Turn]


def asked_for(messages: Sequence[str]) -> tuple[str, str]:
    """Return what a conversation asks for, and for which custom operation ("": for a plan)."""
    kind = next(kind for begin, kind in KINDS.items() if messages[0].startswith(begin))
    found = re.search(r"(?m)^operation: (\w+)$", messages[1])
    return kind, found[1] if found else ""


class ScriptedModel:
    """The server: ``async with ScriptedModel(Turn("{}")) as server: ... server.base_url``.

    The script is a row of turns, or a function that chooses one by the request's body. ``left``
    counts the clients that went away before the end.
    """

    def __init__(self, *script: Turn | Script) -> None:
        self._script = deque(script)
        self.asked: list[Asked] = []
        self.left = 0

    @property
    def base_url(self) -> str:
        port = self._server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}/v1"

    async def __aenter__(self) -> Self:
        config = uvicorn.Config(
            self._answer, interface="asgi3", port=0, lifespan="off", log_config=None
        )
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve())
        while not self._server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.005)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.should_exit = self._server.force_exit = True
        await self._serving

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        content = b""
        while (message := await receive()).get("more_body"):
            content += message["body"]
        if message["type"] == "http.disconnect":  # killed before it had said all
            self.left += 1
            return
        body = json.loads(content + message["body"])
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.asked.append(Asked(scope["path"], headers, body))
        turn = self._next(body)
        gone = asyncio.ensure_future(receive())
        try:
            await self._speak(turn, body, gone, send)
        finally:
            gone.cancel()

    def _next(self, body: dict[str, Any]) -> Turn:
        if not self._script:
            return fails(500, message="the script is over")
        step = self._script[0]
        if isinstance(step, Turn):
            return self._script.popleft()  # type: ignore[return-value] # it is the same
        return step(body)

    async def _speak(
        self, turn: Turn, body: dict[str, Any], gone: asyncio.Future[Any], send: Send
    ) -> None:
        if turn.delay and (await asyncio.wait([gone], timeout=turn.delay))[0]:
            self.left += 1
            return
        streams = bool(body.get("stream")) and turn.body is None
        kind = "text/event-stream" if streams else turn.content_type
        headers = {"content-type": kind, **turn.headers}
        pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": turn.status, "headers": pairs})
        if streams:
            told = bool((body.get("stream_options") or {}).get("include_usage"))
            for event in _events(turn, told=told):
                await send({"type": "http.response.body", "body": event, "more_body": True})
                if turn.pause and (await asyncio.wait([gone], timeout=turn.pause))[0]:
                    self.left += 1
                    return
            if turn.cut == "broken":
                raise ConnectionAbortedError  # uvicorn closes the connection
            await send({"type": "http.response.body", "body": b""})
        else:
            whole = json.dumps(_completion(turn)).encode() if turn.body is None else turn.body
            await send({"type": "http.response.body", "body": whole})


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to whoever runs the tests."""
        yield


def _completion(turn: Turn) -> dict[str, Any]:
    message = {"role": "assistant", "content": turn.text, "refusal": turn.refusal}
    choice = {"index": 0, "message": message, "finish_reason": turn.finish}
    whole = {"id": "x", "object": "chat.completion", "created": 0, "model": "scripted"}
    return {**whole, "choices": [choice], "usage": _usage(turn)}


def _events(turn: Turn, *, told: bool) -> Iterator[bytes]:
    text = turn.text or ""
    if turn.cut:
        text = text[: len(text) // 2]
    yield _event([{"role": "assistant", "content": ""}], None)
    yield from (
        _event([{"content": text[start : start + PIECE]}], None)
        for start in range(0, len(text), PIECE)
    )
    if turn.refusal:
        yield _event([{"refusal": turn.refusal}], None)
    if turn.cut:
        return
    yield _event([{}], turn.finish)
    if told:
        yield _event([], None, _usage(turn))
    yield b"data: [DONE]\n\n"


def _event(
    deltas: Sequence[Mapping[str, Any]], finish: str | None, usage: dict[str, Any] | None = None
) -> bytes:
    choices = [{"index": 0, "delta": delta, "finish_reason": finish} for delta in deltas]
    chunk = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "scripted"}
    data = json.dumps({**chunk, "choices": choices, "usage": usage}, ensure_ascii=False)
    return f"data: {data}\n\n".encode()


def _usage(turn: Turn) -> dict[str, Any] | None:
    if turn.usage is None:
        return None
    tokens_in, cached, tokens_out = turn.usage
    return {
        "prompt_tokens": tokens_in,
        "completion_tokens": tokens_out,
        "total_tokens": tokens_in + tokens_out,
        "prompt_tokens_details": {"cached_tokens": cached},
    }
