"""What is wrong with an answer? Rules that hold for every one, and a list of what broke them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from agent.checks.inside.fuzz.client import curl, data
from agent.checks.inside.fuzz.resources import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.checks.inside.fuzz.allowed import Allowed
    from agent.checks.inside.fuzz.client import Response
    from agent.checks.inside.fuzz.contract import Operation

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

    def __init__(self, allowed: Allowed) -> None:
        """Begin with nothing found; ``allowed`` knows the schemas of answers."""
        self.findings: list[dict[str, Any]] = []
        self.kinds: dict[str, set[str]] = {}
        self.secrets: set[str] = set()
        self._allowed = allowed

    def look(self, operation: Operation, response: Response) -> None:
        """Hold an answer to the contract, and to what holds without one."""
        status = response.status_code
        if status >= SERVER_ERROR and str(status) not in operation.statuses - {"500"}:
            place = response.headers.get("x-proof-place", "")
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
        broken = self._broken(operation, response)
        if broken is not None:
            kind, message = broken
            self.found(operation, message, response, kind=kind)

    def _broken(self, operation: Operation, response: Response) -> tuple[str, str] | None:
        """Say which promise of its operation an answer breaks: of which kind, and how."""
        declared = operation.answer(response.status_code)
        if declared is None:
            known = ", ".join(sorted(operation.statuses))
            said = f"it answers {response.status_code}, it declares only {known}"
            return "an undeclared status", said
        contents = declared.get("content") if isinstance(declared, dict) else None
        if not isinstance(contents, dict) or not contents:
            return None
        given = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        media_type = next((each for each in contents if _covers(each, given)), None)
        if media_type is None:
            said = f"it answers {given or 'no content type'}, it declares {', '.join(contents)}"
            return "an undeclared content type", said
        schema = (contents[media_type] or {}).get("schema")
        if schema is None or not given.endswith("json"):
            return None
        return self._unlike(schema, response)

    def _unlike(self, schema: Any, response: Response) -> tuple[str, str] | None:  # noqa: ANN401 - untrusted
        """Say how the JSON of an answer is not what its schema says."""
        said = data(response)
        if said is None and response.content.strip() != b"null":
            return "no JSON", "what it answers is no JSON"
        try:
            fault = self._allowed.fault(schema, said)
        except UnicodeEncodeError:
            return "no text", "what it answers has half of a surrogate pair in it"
        return fault and ("an answer unlike its schema", f"what it answers: {fault[1]}")

    @property
    def more(self) -> list[str]:
        """Say what else is true of how many operations."""
        hidden = {kind: len(known) - MOST_OF_A_KIND for kind, known in self.kinds.items()}
        return [f"{kind}: {n} more operations" for kind, n in hidden.items() if n > 0]

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
        place = PLACE.match(response.headers.get("x-proof-place", ""))
        if place is not None:
            # What the serving side says of itself is shown, and decides nothing.
            finding |= {
                "path": place["path"][:SHOWN],
                "line": int(place["line"]),
                "raised": place["said"][: SHOWN * 2],
            }
        self.findings.append(finding)


def _covers(declared: str, given: str) -> bool:
    """Tell whether a content type is what another, perhaps with a star, stands for."""
    declared = declared.partition(";")[0].strip().lower()
    return declared in {given, "*/*"} or (
        declared.endswith("/*") and given.startswith(declared[:-1])
    )


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
