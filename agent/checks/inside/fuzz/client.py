"""How does a request get to the application, and its answer back?"""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import shlex
import socket
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping

DOOR = "application"
HOST = "localhost:8000"
SECONDS_TO_ANSWER = 15
MOST_BYTES = 2**22
LONGEST_CURL = 1500
SILENCE = 599
"""What we note where there was no answer at all."""
MOST_SILENCES = 3
PARAMETER = re.compile(r"\{([^}]+)\}")
JSON = "application/json"
BOUNDARY = "a-boundary-that-no-value-contains"


class TimeIsUpError(Exception):
    """The fuzzer has used up its time, or as many requests as it may send."""


class BrokenError(Exception):
    """The application does not answer at all."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent; ``target`` is the path and the query as they stand in the first line."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """What came back, and to what; names of headers are in lower case."""

    request: Request
    status_code: int
    content: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Client:
    """Sends requests one after the other, and counts them."""

    def __init__(self, *, deadline: float, most: int) -> None:
        """Stop at ``deadline`` (monotonic) or after ``most`` requests."""
        self.deadline = deadline
        self.most = most
        self.sent = 0
        self.silences = 0
        self.digest = hashlib.sha256()
        self._connection: socket.socket | None = None

    def send(self, request: Request) -> Response:
        """Send a request of the application's contract.

        Raises:
            TimeIsUpError: nothing more is to be sent.
            BrokenError: there is no answer.

        """
        if time.monotonic() >= self.deadline or self.sent >= self.most:
            raise TimeIsUpError
        self.sent += 1
        return self._exchange(request)

    def own(self, name: str, body: Any = None) -> Any:  # noqa: ANN401 - any JSON
        """Ask what the serving side itself answers."""
        answer = self._exchange(Request("POST", f"/.proof/{name}", {}, json.dumps(body).encode()))
        if answer.status_code == SILENCE:
            raise BrokenError(answer.content.decode())
        return json.loads(answer.content or b"null")

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Response:
        """Get a path as no contract describes it."""
        return self._exchange(Request("GET", path, headers or {}))

    def _exchange(self, request: Request) -> Response:
        self.digest.update(f"{request.method} {request.target}\n".encode() + request.content)
        for again in (True, False):
            try:
                answer = self._asked(request)
            except (OSError, http.client.HTTPException) as error:
                self._hang_up()
                said = f"no answer: {type(error).__name__}: {error}".encode()
                # It may have hung up between two requests.
                if not again or isinstance(error, TimeoutError):
                    break
            else:
                self.silences = 0
                return answer
        self.silences += 1
        if self.silences >= MOST_SILENCES:
            raise BrokenError(said.decode())
        return Response(request, SILENCE, said)

    def _asked(self, request: Request) -> Response:
        if self._connection is None:
            self._connection = socket.socket(socket.AF_UNIX)
            self._connection.settimeout(SECONDS_TO_ANSWER)
            # the doorman gives the only place that this job can get to
            self._connection.connect(DOOR)
        lines = [f"{request.method} {request.target} HTTP/1.1", f"Host: {HOST}"]
        lines += [f"{name}: {value}" for name, value in request.headers.items()]
        if request.content or request.method in {"POST", "PUT", "PATCH"}:
            lines.append(f"Content-Length: {len(request.content)}")
        head = "\r\n".join((*lines, "\r\n")).encode("latin-1")
        self._connection.sendall(head + request.content)
        with http.client.HTTPResponse(self._connection, method=request.method) as answer:
            answer.begin()
            content = answer.read(MOST_BYTES)
            over = answer.isclosed() and not answer.will_close
            headers = {name.lower(): value for name, value in answer.getheaders()}
        if not over:
            self._hang_up()
        return Response(request, answer.status, content, headers)

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def filled(template: str, path: Mapping[str, Any], query: Mapping[str, Any]) -> str:
    """Fill a path's parameters, and append a query; several values of a name stand in a list."""
    target = PARAMETER.sub(lambda name: quote(_text(path.get(name[1], "")), safe=""), template)
    pairs = [(name, _text(each)) for name, value in query.items() for each in _each(value)]
    return f"{target}?{urlencode(pairs)}" if pairs else target


def encoded(body: Any, media_type: str) -> tuple[str, bytes]:  # noqa: ANN401 - any JSON
    """Write a body as its media type wants it; return the header's value, and the bytes."""
    kind = media_type.partition(";")[0]
    fields = body.items() if isinstance(body, dict) else ()
    pairs = [(name, _text(each)) for name, value in fields for each in _each(value)]
    if kind == "application/x-www-form-urlencoded":
        return media_type, urlencode(pairs).encode()
    if kind == "multipart/form-data":
        part = '--{}\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
        parts = [part.format(BOUNDARY, *pair) for pair in pairs]
        content = "".join((*parts, f"--{BOUNDARY}--\r\n"))
        return f"{media_type}; boundary={BOUNDARY}", content.encode(errors="replace")
    if not kind.endswith("json") and isinstance(body, str):
        return media_type, body.encode(errors="replace")
    return media_type, json.dumps(body).encode()


def _each(value: Any) -> list[Any]:  # noqa: ANN401 - any JSON
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Write a value as people write it in a URL."""
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    return json.dumps(value)


def data(response: Response) -> Any:  # noqa: ANN401 - any JSON
    """Give the JSON of an answer, or None."""
    try:
        return json.loads(response.content, parse_constant=_no_json)
    except (ValueError, RecursionError):
        return None


def _no_json(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def curl(request: Request) -> str:
    """Write the command that sends the same request; tokens are left to the reader."""
    words = ["curl", "-X", request.method]
    for name, value in request.headers.items():
        words += ["-H", f"{name}: {'Bearer $TOKEN' if name == 'Authorization' else value}"]
    if request.content:
        words += ["-d", request.content.decode("utf-8", "replace")]
    words.append(f"http://{HOST}{request.target}")
    command = " ".join(f'"{word}"' if "$TOKEN" in word else shlex.quote(word) for word in words)
    return command if len(command) <= LONGEST_CURL else f"{command[:LONGEST_CURL]} [...]"
