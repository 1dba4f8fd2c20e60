"""What is wrong with an answer? Rules that hold for every one, and a list of what broke them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from schemathesis.checks import CheckContext
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi import checks as promises

from agent.checks.inside.fuzz.client import curl, data
from agent.checks.inside.fuzz.resources import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemathesis.core.transport import Response
    from schemathesis.generation.case import Case

    from agent.checks.inside.fuzz.contract import Operation

EVERY_ANSWER = (
    promises.status_code_conformance,
    promises.content_type_conformance,
    promises.response_schema_conformance,
)
GENERATED = (
    promises.negative_data_rejection,
    promises.missing_required_header,
    promises.unsupported_method,
)
NOT_BUILT = 501
SERVER_ERROR = 500
SHOWN = 300
MOST_OF_A_KIND = 5
MOST = 200
DEEPEST = 100
HASH = re.compile(r"\$(argon2\w*|2[aby]|scrypt|pbkdf2[\w-]*|5|6)\$[^\s\"]{6}")
HIDDEN = re.compile(r"(.*_)?(passw(or)?d|passphrase)(_?hash(ed)?)?|hashed_.*")
PLACE = re.compile(r"(?P<path>[^:?]+\.py):(?P<line>\d{1,6}): (?P<said>.*)", re.DOTALL)


class Judge:
    """Looks at every answer, and keeps what is wrong."""

    def __init__(self) -> None:
        """Begin with nothing found."""
        self.findings: list[dict[str, Any]] = []
        self.kinds: dict[str, set[str]] = {}
        self.secrets: set[str] = set()
        self.troubles: set[str] = set()
        self._context: CheckContext | None = None

    def look(
        self, operation: Operation, case: Case[Any], response: Response, *, generated: bool = False
    ) -> None:
        """Hold an answer to the contract, and to what holds without one."""
        status = response.status_code
        if status >= SERVER_ERROR and str(status) not in operation.statuses - {"500"}:
            place = " ".join(response.headers.get("x-proof-place", []))
            self.found(
                operation,
                "a request ends in a server error",
                response,
                kind=": ".join(place.split(": ")[:2]),
            )
            return
        for kind in self._leaks(response):
            self.found(operation, kind, response)
        if status == NOT_BUILT:
            return
        if self._context is None:
            self._context = CheckContext(
                None, None, None, case.operation.schema.config.checks, None, response_checks=None
            )
        for check in (*EVERY_ANSWER, *(GENERATED if generated else ())):
            try:
                check(self._context, response, case)
            except (Failure, FailureGroup) as failure:
                for each in getattr(failure, "exceptions", (failure,)):
                    title = getattr(each, "title", type(each).__name__)
                    said = getattr(each, "message", str(each)).partition("\n    {")[0]
                    self.found(operation, f"{title}: {said}", response, kind=title)
            except Exception as error:  # noqa: BLE001 - of a check, on what nobody foresaw
                self.troubles.add(f"{operation.label}: {check.__name__}: {type(error).__name__}")

    @property
    def more(self) -> list[str]:
        """Say what else is true of how many operations, and what could not be judged."""
        hidden = {kind: len(known) - MOST_OF_A_KIND for kind, known in self.kinds.items()}
        more = [f"{kind}: {n} more operations" for kind, n in hidden.items() if n > 0]
        return [*more, *(f"not judged: {each}" for each in sorted(self.troubles)[:MOST_OF_A_KIND])]

    def _leaks(self, response: Response) -> Iterator[str]:
        text = response.content.decode("utf-8", "replace")
        if HASH.search(text):
            yield "an answer contains a password's hash"
        if any(secret in text for secret in self.secrets):
            yield "an answer contains a password"
        for key in _keys(data(response)):
            if HIDDEN.fullmatch(words(key)):
                yield f"an answer has the field {key!r}"

    def found(
        self, operation: Operation, message: str, response: Response, *, kind: str | None = None
    ) -> None:
        """Keep a finding: one of a kind for each operation, and no more than a few altogether."""
        known = self.kinds.setdefault(kind or message, set())
        if operation.label in known:
            return
        known.add(operation.label)
        if len(known) > MOST_OF_A_KIND or len(self.findings) >= MOST:
            return
        finding: dict[str, Any] = {
            "operation": operation.label,
            "message": message,
            "curl": curl(response.request),
            "status": response.status_code,
            "answer": response.content[: SHOWN * 4].decode("utf-8", "replace")[:SHOWN],
        }
        place = PLACE.match(" ".join(response.headers.get("x-proof-place", [])))
        if place is not None:
            # What the serving side says of itself is shown, and decides nothing.
            finding |= {
                "path": place["path"][:SHOWN],
                "line": int(place["line"]),
                "raised": place["said"][: SHOWN * 2],
            }
        self.findings.append(finding)


def _keys(node: Any, depth: int = 0) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if depth > DEEPEST:
        return
    if isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, str):
                yield key
            else:
                yield from _keys(value, depth + 1)
    elif isinstance(node, list):
        for value in node:
            yield from _keys(value, depth + 1)
