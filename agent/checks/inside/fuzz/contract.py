"""What does the application promise to serve? Its OpenAPI document, as operations to call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agent.checks.inside.fuzz.allowed import Allowed
from agent.checks.inside.fuzz.values import Values

if TYPE_CHECKING:
    from collections.abc import Iterator

METHODS = ("get", "put", "post", "delete", "patch")
PLACES = ("path", "query", "header")
JSON = "application/json"
# What we say in headers ourselves.
OURS = {"accept", "authorization", "connection", "content-length", "content-type", "host"}

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operation: what it takes and what it answers.

    ``parameters`` are schemas by place and name, as they stand there; ``in_path`` and ``in_query``
    the same resolved. ``required`` are the places and names of those that must be sent.
    """

    method: str
    path: str
    parameters: dict[str, dict[str, Schema]]
    in_path: dict[str, Schema]
    in_query: dict[str, Schema]
    required: frozenset[tuple[str, str]]
    body: Schema | None
    needs_body: bool
    media_type: str | None
    answers: dict[str, Any]
    secured: bool

    @property
    def label(self) -> str:
        """Name it as a person does."""
        return f"{self.method} {self.path}"

    @property
    def speaks_json(self) -> bool:
        """Tell whether its body is JSON."""
        return self.media_type is not None and self.media_type.partition(";")[0].endswith("json")

    def answer(self, status: int) -> Any:  # noqa: ANN401 - untrusted
        """Give what it declares for a status, or None."""
        for name in (str(status), f"{status // 100}XX", "default"):
            if name in self.answers:
                return self.answers[name]
        return None

    @property
    def statuses(self) -> set[str]:
        """The statuses that it declares."""
        return set(self.answers)

    @property
    def success(self) -> Schema:
        """The schema of what it answers when all is well."""
        for status, answer in self.answers.items():
            if status.startswith("2") and isinstance(answer, dict):
                for media in (answer.get("content") or {}).values():
                    return media.get("schema") or {}
        return {}


@dataclass(slots=True)
class Contract:
    """All operations, in the order of the document."""

    operations: list[Operation]
    values: Values
    allowed: Allowed
    by_path: dict[tuple[str, str], Operation] = field(default_factory=dict)
    schemes: list[Schema] = field(default_factory=list)

    def at(self, method: str, path: str) -> Operation | None:
        """Give the operation of a method on a path, or None."""
        return self.by_path.get((method, path))


def read(document: Schema) -> Contract:
    """Read an OpenAPI document; TypeError and the like where it is none."""
    values = Values(document)
    operations = [_operation(document, values, *each) for each in _declared(document)]
    by_path = {(each.method, each.path): each for each in operations}
    declared = (document.get("components") or {}).get("securitySchemes") or {}
    schemes = [values.resolved(each) for each in declared.values()]
    return Contract(operations, values, Allowed(document), by_path, schemes)


def _declared(document: Schema) -> Iterator[tuple[str, str, Schema, Schema]]:
    for path, item in document["paths"].items():
        for method, declared in item.items():
            if method in METHODS:
                yield method.upper(), path, item, declared


def _operation(
    document: Schema, values: Values, method: str, path: str, item: Schema, declared: Schema
) -> Operation:
    parameters: dict[str, dict[str, Schema]] = {place: {} for place in PLACES}
    required = set()
    for given in (*item.get("parameters", ()), *declared.get("parameters", ())):
        each = values.resolved(given)
        place, name = each.get("in"), str(each.get("name"))
        if place not in parameters or (place == "header" and name.lower() in OURS):
            continue
        parameters[place][name] = each.get("schema", {})
        if each.get("required"):
            required.add((place, name))
    taken = values.resolved(declared.get("requestBody", {}))
    contents = taken.get("content", {})
    media_type = JSON if JSON in contents else next(iter(contents), None)
    security: Any = declared.get("security", document.get("security", []))
    responses = declared.get("responses", {})
    return Operation(
        method=method,
        path=path,
        parameters=parameters,
        in_path={name: values.resolved(each) for name, each in parameters["path"].items()},
        in_query={
            name: values.resolved(each)
            for name, each in parameters["query"].items()
            if "x-unread" not in each
        },
        required=frozenset(required),
        body=None if media_type is None else contents[media_type].get("schema", {}),
        needs_body=bool(taken.get("required")),
        media_type=media_type,
        answers={str(status): values.resolved(each) for status, each in responses.items()},
        # Who declares that it refuses somebody has to, even where it forgot to say how.
        secured=(bool(security) and {} not in security) or {"401", "403"} <= set(responses),
    )
