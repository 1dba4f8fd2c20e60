"""What does a test send, and what does it expect? Paths, bodies, statuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.emitter.layout import quote
from agent.emitter.testing import optional_parents
from agent.emitter.testing.wire import CLOSED, absent_in_path, in_path, in_query, keywords
from agent.types import Attribute, AttributeType, OperationKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agent.emitter.testing.subject import Subject
    from agent.types import Parameter

_SLOT = re.compile(r"\{([^}]+)\}")


# --- paths ---


def path_through(test: Subject, value_of: Callable[[Parameter], str | None]) -> str:
    """Return the path as an expression.

    ``value_of`` gives what shows a bound parameter's value; ``None`` is a value that no row has.
    """
    slots = {p.name: p for p in test.slots}
    is_filled = False

    def fill(match: re.Match[str]) -> str:
        nonlocal is_filled
        parameter = slots[match[1]]
        attribute = test.bound(parameter)
        value = value_of(parameter) if attribute is not None else None
        if attribute is None or value is None:
            return absent_in_path(attribute or _unbound(parameter), test.facts)
        is_filled = True
        return f"{{{in_path(value, attribute)}}}"

    text = _SLOT.sub(fill, test.operation.path)
    return f'{"f" if is_filled else ""}"{test.facts.spec.api.base_path}{text}"'


def _unbound(parameter: Parameter) -> Attribute:
    return Attribute(name="value", type=parameter.type or AttributeType.STRING)


def path(test: Subject, *, asked: bool = True) -> str:
    """Return the path to a row, or to the list that it is in, with what has to be ``asked``."""
    target = path_through(test, lambda p: of_row(test, p))
    return with_query(target, required_query(test)) if asked else target


def path_to_none(test: Subject) -> str:
    """Return the path to a row that is absent, under parents that are there."""
    slots = test.slots
    kinds = {p.name: a.type for p in slots if (a := test.bound(p)) is not None}
    bound = [p for p in slots if p.name in kinds] or slots
    open_ended = [p for p in bound if kinds.get(p.name) not in CLOSED]
    last = (open_ended or bound)[-1:]
    return path_through(test, lambda p: None if p in last else of_row(test, p))


def of_row(test: Subject, parameter: Parameter) -> str:
    """Return the expression of what a parameter is bound to, of the row or of one above it."""
    binds = parameter.binds or ""
    return optional_parents.value(test, binds) or f"{test.row}.{binds}"


def absent_path(test: Subject) -> str:
    """Return the path with values that no row has, parents neither."""
    return path_through(test, lambda _: None)


def needs_row(expression: str) -> bool:
    """Tell whether a path shows values of a row."""
    return expression.startswith("f")


def with_query(expression: str, query: str) -> str:
    """Return a path with a query string, or with more of it."""
    if not query:
        return expression
    head = expression if needs_row(expression) or "{" not in query else f"f{expression}"
    return f'{head[:-1]}{"&" if "?" in head else "?"}{query}"'


def required_query(test: Subject, *, of_row: bool = True) -> str:
    """Return what has to be asked: of a list values of a row, or values that no row has."""
    found = []
    for parameter in test.asked:
        attribute = test.bound(parameter)
        if test.operation.kind is OperationKind.CUSTOM:
            shown = absent_in_path(attribute or _unbound(parameter), test.facts)
            found.append(f"{parameter.name}={shown}")
        if attribute is None or test.operation.kind is not OperationKind.LIST:
            continue
        value = f"{{{in_query(f'{test.row}.{parameter.binds}', attribute)}}}"
        shown = value if of_row else absent_in_path(attribute, test.facts)
        found.append(f"{parameter.name}={shown}")
    return "&".join(found)


# --- requests ---


def client(test: Subject) -> str:
    """Return the client's method that sends the operation's request."""
    return f"client.{test.operation.method.lower()}"


def arguments(
    test: Subject, target: str, *, body: str | None = None, actor: str = "actor"
) -> list[str]:
    """Return what the client is given: where, what, and who acts."""
    given = [target]
    if body is not None:
        given.append(f"json={body}")
    said = [
        f"{quote(p.name)}: {quote(absent_in_path(test.bound(p) or _unbound(p), test.facts))}"
        for p in test.headers
    ]
    if said:
        who = [] if test.is_open else [f"**headers({actor})"]
        given.append(f"headers={{{', '.join([*who, *said])}}}")
    elif not test.is_open:
        given.append(f"headers=headers({actor})")
    return given


def send(
    test: Subject,
    target: str = "path",
    *,
    body: str | None = None,
    actor: str = "actor",
    variable: str = "response",
) -> str:
    """Return the line that sends the operation's request."""
    given = arguments(test, target, body=body, actor=actor)
    return f"{variable} = await {client(test)}({', '.join(given)})"


def body_of(test: Subject, pairs: Sequence[tuple[str, str]] = ()) -> str:
    """Return a valid body; ``pairs`` are (wire name, code) of fields that the test is about."""
    given = test.operation.input
    if given is None:
        return "{}"
    code = f"{test.payloads[given.schema_name]}({keywords(pairs)})"
    if given.array:
        code = f"[{code}]"
    return f"{{{quote(given.wrapper)}: {code}}}" if given.wrapper else code


def inside_body(test: Subject) -> str:
    """Return the expression for the fields of the variable ``body``."""
    given = test.operation.input
    return f"body[{quote(given.wrapper)}]" if given and given.wrapper else "body"


# --- answers ---


def expect(status: int | None, variable: str = "response") -> str:
    """Return the line that checks the status, and shows the answer when it is another."""
    return f"assert {variable}.status_code == {status}, {variable}.text"


def data(test: Subject) -> str:
    """Return the expression for the row in the answer."""
    output = test.operation.output
    return "response.json()" + (f"[{quote(output.wrapper)}]" if output and output.wrapper else "")


def items(test: Subject, variable: str = "response") -> str:
    """Return the expression for the rows in a list's answer."""
    output = test.operation.output
    if output and output.wrapper:
        return f"{variable}.json()[{quote(output.wrapper)}]"
    if output and output.bare:
        return f"{variable}.json()"
    return f"{variable}.json(){_keys(test.facts.spec.api.list_envelope.items)}"


def total(test: Subject) -> str | None:
    """Return the expression for the number of all rows, where an answer has it."""
    envelope = test.facts.spec.api.list_envelope
    output = test.operation.output
    if output and output.total:
        return f"response.json()[{quote(output.total)}]"
    if envelope.total is None or envelope.items is None or not test.operation.paginated:
        return None
    return (
        None
        if output and (output.wrapper or output.bare)
        else f"response.json(){_keys(envelope.total)}"
    )


def _keys(dotted: str | None) -> str:
    return "".join(f"[{quote(part)}]" for part in dotted.split(".")) if dotted else ""
