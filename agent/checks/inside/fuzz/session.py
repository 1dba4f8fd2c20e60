"""Who asks, and what came back? One call of an operation, judged at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from schemathesis.core import NOT_SET

if TYPE_CHECKING:
    from schemathesis.core.transport import Response

    from agent.checks.inside.fuzz.client import Client
    from agent.checks.inside.fuzz.contract import Contract, Operation
    from agent.checks.inside.fuzz.judge import Judge

REFUSED = {401, 403, 404}
FORBIDDEN = {401, 403}


@dataclass(slots=True, eq=False)
class User:
    """Somebody who signed in; ``said`` is what the application answered to the registration."""

    login: str
    role: str
    token: str
    said: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Session:
    """All that a phase needs: the contract, the way to the application, and the judge.

    ``key`` is what the application was told to sign its tokens with.
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

    def next(self) -> int:
        """Give a number that no value was made of yet."""
        self.number += 1
        return self.number

    def call(
        self,
        operation: Operation,
        user: User | None,
        *,
        path: dict[str, Any] | None = None,
        query: dict[str, Any] | None = None,
        body: Any = NOT_SET,  # noqa: ANN401 - any JSON
        content: bytes | None = None,
        token: str | None = None,
    ) -> Response:
        """Send one request of our own."""
        case = operation.raw.Case(
            path_parameters=path or {},
            query=query or {},
            body=body,
            media_type=None if body is NOT_SET else operation.media_type,
        )
        response = self.client.send(case, user.token if user else token, content=content)
        self.note(operation, response)
        self.judge.look(operation, case, response)
        return response

    def note(self, operation: Operation, response: Response) -> None:
        """Remember that an operation was called, and whether it ever worked."""
        self.reached.add(operation.label)
        if fine(response):
            self.accepted.add(operation.label)


def fine(response: Response) -> bool:
    """Tell whether the application did what it was asked to."""
    return 200 <= response.status_code < 300  # noqa: PLR2004 - what HTTP calls success
