"""Who asks, and what came back? One call of an operation, judged at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from agent.checks.inside.fuzz.client import Request, encoded, filled

if TYPE_CHECKING:
    from agent.checks.inside.fuzz.client import Client, Response
    from agent.checks.inside.fuzz.contract import Contract, Operation
    from agent.checks.inside.fuzz.judge import Judge

REFUSED = {401, 403, 404}
FORBIDDEN = {401, 403}
NOTHING: Final[Any] = object()
"""No body, or no such parameter, which is another thing than ``null``."""


@dataclass(slots=True, eq=False)
class User:
    """Somebody who signed in; ``said`` is what the application answered to the registration.

    ``headers`` and ``query`` are what tells it who is asking (None: the token, as a bearer's).
    """

    login: str
    role: str
    token: str
    said: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] | None = None
    query: dict[str, str] = field(default_factory=dict)

    @property
    def sent(self) -> dict[str, str]:
        """Give the headers of each request."""
        return {"Authorization": f"Bearer {self.token}"} if self.headers is None else self.headers


@dataclass(slots=True)
class Session:
    """All that a phase needs: the contract, the way to the application, and the judge.

    ``key`` is what the application was told to sign its tokens with, and to let pass as a key.
    """

    contract: Contract
    client: Client
    judge: Judge
    ordinary: list[User] = field(default_factory=list)
    elevated: list[User] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)
    accepted: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    known: dict[str, Any] = field(default_factory=dict)
    alone: str | None = None
    key: str = ""
    number: int = 0

    @property
    def users(self) -> list[User]:
        """Everybody, the one with the least rights first."""
        return [*self.ordinary, *self.elevated]

    @property
    def able(self) -> list[User | None]:
        """Everybody in the order in which to try what should succeed."""
        return [*self.ordinary[:1], *reversed(self.elevated), None]

    def ablest(self, operation: Operation) -> User | None:
        """Give who may do most, so that it is the data that decides."""
        if not operation.secured or not self.users:
            return None
        return [*self.ordinary[:1], *self.elevated][-1]

    def next(self) -> int:
        """Give a number that no value was made of yet."""
        self.number += 1
        return self.number

    def call(  # noqa: PLR0913 - the parts of a request
        self,
        operation: Operation,
        user: User | None,
        *,
        path: dict[str, Any] | None = None,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        body: Any = NOTHING,  # noqa: ANN401 - any JSON
        content: bytes | None = None,
        token: str | None = None,
    ) -> Response:
        """Send one request; required parameters that are not given are filled in.

        ``content`` are the bytes to send as the body, whatever they are.
        """
        media_type = operation.media_type
        if body is not NOTHING and media_type is not None and content is None:
            media_type, content = encoded(body, media_type)
        sent = _given(self._required(operation, "header") | (headers or {}))
        if content is not None and media_type is not None:
            sent["Content-Type"] = media_type
        if user is not None:
            sent |= user.sent
        elif token is not None:
            sent["Authorization"] = f"Bearer {token}"
        asked = _given(self._required(operation, "query") | (query or {}))
        asked |= user.query if user is not None else {}
        target = filled(operation.path, path or {}, asked)
        response = self.client.send(Request(operation.method, target, sent, content or b""))
        self.reached.add(operation.label)
        if fine(response):
            self.accepted.add(operation.label)
        self.judge.look(operation, response)
        return response

    def _required(self, operation: Operation, place: str) -> dict[str, Any]:
        return {
            name: self.contract.values.of(operation.parameters[place][name], 1)
            for where, name in sorted(operation.required)
            if where == place
        }


def _given(parameters: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if value is not NOTHING}


def fine(response: Response) -> bool:
    """Tell whether the application did what it was asked to."""
    return 200 <= response.status_code < 300  # noqa: PLR2004 - what HTTP calls success
