"""Which fields does an operation take, and how is it called so that only some of them are odd?"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from agent.checks.inside.fuzz.samples import Sample, Sampler, Samples
from agent.checks.inside.fuzz.session import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agent.checks.inside.fuzz.client import Response
    from agent.checks.inside.fuzz.contract import Operation
    from agent.checks.inside.fuzz.session import Session, User
    from agent.checks.inside.fuzz.world import World

    Names = tuple[str, ...]

    class Send(Protocol):
        """Sends a request in which some fields have other values."""

        def __call__(self, given: Mapping[Names, Any], /, *, new: bool = ...) -> Response:
            """Give the answer."""


DEEPEST = 2
MOST_FIELDS = 100
MISSING = Sample(NOTHING, "it is missing", "a required field is missing")
UNKNOWN, UNDECLARED = "proof_unknown", "a field that nobody declared"


@dataclass(frozen=True, slots=True)
class Part:
    """Fields that are tried together; ``send`` sends everything right but what it is given.

    A field is named by where it stands: its name, behind those of the objects that it is in.
    ``shared`` spells the schema that other operations may take, too. What is sent is worth ``new``
    parents where it may be taken.
    """

    operation: Operation
    fields: Mapping[Names, Samples]
    send: Send
    shared: str | None = None


class Parts:
    """Finds the fields of operations."""

    def __init__(self, session: Session, world: World) -> None:
        """Know what everything right is."""
        self.session, self.world = session, world
        self.values = session.contract.values
        self.sampler = Sampler(session.contract)

    def of(self, operation: Operation) -> Iterator[Part]:
        """Give the parts of an operation, those that change least first."""
        user = self.session.ablest(operation)
        for place, schemas in operation.parameters.items():
            send = partial(self._call, operation, user, place)
            fields: dict[Names, Samples] = {}
            for name, schema in schemas.items():
                samples = _sayable(self.sampler.of(schema, text=True), place)
                needed = place != "path" and (place, name) in operation.required
                if "x-unread" in self.values.resolved(schema):  # nothing looks at it
                    samples, needed = Samples(samples.right, ()), False
                fields[(name,)] = _needed(samples) if needed else samples
            if place == "path":
                # Each alone: a path that leads nowhere is refused without a name.
                yield from (Part(operation, {names: fields[names]}, send) for names in fields)
            else:
                yield Part(operation, fields, send)
        if operation.body is not None:
            yield from self._body(operation, partial(self._call, operation, user, "body"))

    def _body(self, operation: Operation, send: Send) -> Iterator[Part]:
        leaves, objects, known = {}, {}, {}
        text = not operation.speaks_json
        for names, schema, needed in islice(self._fields(operation.body), MOST_FIELDS):
            samples = self.sampler.of(schema, text=text)
            if needed:
                samples = _needed(samples)
            if names and self.values.fields(schema):
                objects[names] = Samples((), samples.wrong)
            elif names and self._known(operation, names[-1], schema):
                known[names] = Samples(samples.right[:1], ())
                leaves[names] = Samples((), samples.wrong)
            else:
                leaves[names] = samples
        if self.values.resolved(operation.body).get("additionalProperties") is False:
            leaves[(UNKNOWN,)] = Samples((), (Sample(1, UNDECLARED, UNDECLARED),))
        shared = json.dumps(operation.body, sort_keys=True)
        yield Part(operation, objects, send, shared)
        yield Part(operation, leaves, send, shared)
        # What refers to nothing decides the answer whatever else is sent.
        yield Part(operation, known, send)

    def _fields(self, schema: Any, at: Names = ()) -> Iterator[tuple[Names, Any, bool]]:  # noqa: ANN401 - untrusted
        """Give the fields of a body, the schema of each, and whether it must be sent."""
        fields = self.values.fields(schema) if len(at) < DEEPEST else {}
        if not fields and not at:
            yield at, schema, False
        required = set(self.values.required(schema))
        for name, each in fields.items():
            yield (*at, name), each, name in required
            yield from self._fields(each, (*at, name))

    def _known(self, operation: Operation, name: str, schema: Any) -> bool:  # noqa: ANN401 - untrusted
        """Tell whether only a value that is known can be right: a key of a row, or a token."""
        meant = self.values.resolved(schema)
        return name in self.session.known or self.world.refers(operation, name, meant)

    def _call(
        self,
        operation: Operation,
        user: User | None,
        place: str,
        given: Mapping[Names, Any],
        *,
        new: bool = True,
    ) -> Response:
        sent: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}}
        sent["path"] = self.world.path_of(operation.path, user)
        body = NOTHING
        if operation.body is not None:
            body = self.world.body_of(operation, user, new=new)
        for names, value in given.items():
            if place == "body":
                body = _with(body, names, value)
            else:
                sent[place][names[-1]] = value
        answer = self.session.call(
            operation,
            user,
            path=sent["path"],
            query=sent["query"],
            headers=sent["header"],
            body=body,
        )
        self.world.heard(operation, sent["path"], answer)
        return answer


def _with(body: Any, names: Names, value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Give a body in which one field has a value, or is left out."""
    if not names:
        return value
    changed = dict(body) if isinstance(body, dict) else {}
    name, *below = names
    if below:
        changed[name] = _with(changed.get(name), tuple(below), value)
    elif value is NOTHING:
        changed.pop(name, None)
    else:
        changed[name] = value
    return changed


def _needed(samples: Samples) -> Samples:
    return Samples(samples.right, (*samples.wrong, MISSING))


def _sayable(samples: Samples, place: str) -> Samples:
    """Leave out what cannot be said in a path, or in a header."""
    if place == "query":
        return samples
    fits = _in_path if place == "path" else _in_header
    right, wrong = (tuple(filter(fits, each)) for each in (samples.right, samples.wrong))
    return Samples(right[:1], wrong[:2]) if place == "path" else Samples(right, wrong)


def _in_path(sample: Sample) -> bool:
    return isinstance(sample.value, str) and sample.value.strip(".") != ""


def _in_header(sample: Sample) -> bool:
    value = sample.value
    return isinstance(value, str) and value.isascii() and value.isprintable() and value != ""
