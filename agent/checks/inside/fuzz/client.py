"""How does a request get to the application, and its answer back?"""

from __future__ import annotations

import hashlib
import http.client
import json
import shlex
import socket
import time
from typing import TYPE_CHECKING, Any

import requests
from schemathesis.core.transport import Response

if TYPE_CHECKING:
    from schemathesis.generation.case import Case

DOOR = "application"
HOST = "http://localhost:8000"
SECONDS_TO_ANSWER = 15
MOST_BYTES = 2**22
LONGEST_CURL = 1500
SILENCE = 599
"""What we note where there was no answer at all."""
MOST_SILENCES = 3
DROPPED = {"user-agent", "x-schemathesis-testcaseid", "accept-encoding", "content-length"}
COMMON = {"accept": "*/*", "connection": "keep-alive"}


class TimeIsUpError(Exception):
    """The fuzzer has used up its time, or as many requests as it may send."""


class BrokenError(Exception):
    """The application does not answer at all."""


class _Connection(http.client.HTTPConnection):
    """A connection to the only place that this job can get to."""

    def __init__(self) -> None:
        super().__init__("localhost", timeout=SECONDS_TO_ANSWER)

    def connect(self) -> None:
        """Ask the doorman."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(SECONDS_TO_ANSWER)
        self.sock.connect(DOOR)


class Client:
    """Sends requests one after the other, and counts them."""

    def __init__(self, *, deadline: float, most: int) -> None:
        """Stop at ``deadline`` (monotonic) or after ``most`` requests."""
        self.connection = _Connection()
        self.deadline = deadline
        self.most = most
        self.sent = 0
        self.silences = 0
        self.digest = hashlib.sha256()

    def send(
        self,
        case: Case[Any],
        token: str | None = None,
        *,
        content: bytes | None = None,
    ) -> Response:
        """Send what a case says, as the bearer of a token; ``content`` replaces its body.

        Raises:
            TimeIsUpError: nothing more is to be sent.
            BrokenError: there is no answer.

        """
        if time.monotonic() >= self.deadline or self.sent >= self.most:
            raise TimeIsUpError
        self.sent += 1
        arguments = case.as_transport_kwargs(base_url=HOST)
        if content is not None:
            arguments.pop("json", None)
            arguments["data"] = content
        allowed = ("method", "url", "headers", "files", "data", "params", "json", "cookies")
        request = requests.Request(**{k: arguments[k] for k in allowed if k in arguments}).prepare()
        request.headers.pop("Authorization", None)
        if token is not None:
            request.headers["Authorization"] = f"Bearer {token}"
        request.headers["Accept-Encoding"] = "identity"
        return self._exchange(request)

    def own(self, name: str, body: Any = None) -> Any:  # noqa: ANN401 - any JSON
        """Ask what the serving side itself answers."""
        content = json.dumps(body).encode()
        request = requests.Request("POST", f"{HOST}/.proof/{name}", data=content).prepare()
        answer = self._exchange(request)
        if answer.status_code == SILENCE:
            raise BrokenError(answer.content.decode())
        return json.loads(answer.content or b"null")

    def get(self, path: str, headers: dict[str, str] | None = None) -> Response:
        """Get a path as no contract describes it."""
        return self._exchange(requests.Request("GET", f"{HOST}{path}", headers).prepare())

    def _exchange(self, request: requests.PreparedRequest) -> Response:
        url = (request.url or "").removeprefix(HOST)
        body = _whole(request) or None
        self.digest.update(f"{request.method} {url}\n".encode() + (body or b""))
        started = time.perf_counter()
        status, reason, said = SILENCE, "", [("Content-Type", "text/plain")]
        for again in (True, False):
            try:
                self.connection.request(request.method or "GET", url, body, dict(request.headers))
                answer = self.connection.getresponse()
                content = answer.read(MOST_BYTES)
                status, reason, said = answer.status, answer.reason, answer.getheaders()
                if not answer.isclosed():
                    self.connection.close()
                self.silences = 0
                break
            except (OSError, http.client.HTTPException) as error:
                self.connection.close()
                content = f"no answer: {type(error).__name__}: {error}".encode()
                # It may have hung up between two requests.
                if not again or isinstance(error, TimeoutError):
                    break
        if status == SILENCE:
            self.silences += 1
            if self.silences >= MOST_SILENCES:
                raise BrokenError(content.decode())
        headers: dict[str, list[str]] = {}
        for name, value in said:
            headers.setdefault(name.lower(), []).append(value)
        return Response(
            status_code=status,
            headers=headers,
            content=content,
            request=request,
            elapsed=time.perf_counter() - started,
            verify=False,
            message=reason,
            encoding="utf-8",
        )


def _whole(request: requests.PreparedRequest) -> bytes:
    """Give the body, which is never a stream here."""
    body = request.body
    return body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else b""


def data(response: Response) -> Any:  # noqa: ANN401 - any JSON
    """Give the JSON of an answer, or None."""
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        return None


def curl(request: requests.PreparedRequest) -> str:
    """Write the command that sends the same request; tokens are left to the reader."""
    words = ["curl", "-X", request.method or "GET"]
    for name, value in request.headers.items():
        if name.lower() in DROPPED or COMMON.get(name.lower()) == value:
            continue
        words += ["-H", f"{name}: {'Bearer $TOKEN' if name == 'Authorization' else str(value)}"]
    if body := _whole(request):
        words += ["-d", body.decode("utf-8", "replace")]
    words.append(request.url or "")
    command = " ".join(f'"{word}"' if "$TOKEN" in word else shlex.quote(word) for word in words)
    return command if len(command) <= LONGEST_CURL else f"{command[:LONGEST_CURL]} [...]"
