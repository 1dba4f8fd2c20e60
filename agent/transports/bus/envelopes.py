"""How is a message written on the bus? CloudEvents 1.0 as structured JSON, or the siblings' own.

What a message must have is asked for strictly; what is unknown is left alone. Nothing here reads or
writes anything but bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from agent.contract.text import MAX_DEPTH, parse_json
from agent.errors import AgentError, RefusedError
from agent.service.records import Origin, Wire
from agent.transports.bus.names import AGENT

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 200
"""Characters of an id, a source, and what else is passed on as it came."""
MOST_PRIORITY = 10
CONTENT_TYPES = {
    Wire.HTTP: "application/cloudevents+json",
    Wire.CLOUDEVENTS: "application/cloudevents+json",
    Wire.ENVELOPE: "application/json",
}


class UnreadableError(AgentError):
    """A message is none that we can read; ``code`` says why in one word."""

    def __init__(self, code: str, message: str) -> None:
        """Keep the code."""
        self.code = code
        super().__init__(message)


class Kind(StrEnum):
    """What somebody wants of us."""

    REQUESTED = "agent.task.requested"
    ANSWERED = "agent.task.answered"
    CANCEL = "agent.task.cancel"


@dataclass(frozen=True, slots=True)
class Received:
    """A message that came. ``task`` is the id of the task it is about, ``data`` JSON data."""

    id: str
    kind: Kind
    origin: Origin
    task: str
    data: object
    expires: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A message that leaves, whatever it is written as.

    ``to`` is the agent it is for (empty: whoever sent the task), ``reply_to`` where an answer to it
    is read, ``ref`` where its data is when it is too large for the bus.
    """

    id: str
    kind: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    task: str = ""
    to: str = ""
    reply_to: str = ""
    ref: str = ""


def read(body: bytes) -> Received:
    """Read a message in either envelope.

    Raises:
        UnreadableError: it is neither, or not for us.

    """
    try:
        message = parse_json(body)
    except RefusedError as error:
        first = error.faults[0]
        raise UnreadableError(first.code, first.message) from None
    _check_depth(message)
    if not isinstance(message, dict):
        raise UnreadableError("envelope", "a message is one JSON object")
    if "specversion" in message:
        return _cloud_event(message)
    if "from" in message:
        return _envelope(message)
    raise UnreadableError(
        "envelope", "neither a CloudEvent (specversion) nor an agent's envelope (from)"
    )


def _cloud_event(message: dict[str, Any]) -> Received:
    if message["specversion"] != "1.0":
        raise UnreadableError("specversion", "only CloudEvents 1.0 are read")
    event_id, source = _text(message, "id"), _text(message, "source")
    kind = _text(message, "type")
    if kind not in set(Kind):
        raise UnreadableError("type", f"nothing is done with events of type {kind!r}")
    content = message.get("datacontenttype", "application/json")
    if not isinstance(content, str) or not _is_json(content) or "data_base64" in message:
        raise UnreadableError("data", "the data of an event is JSON, and stands in data")
    data = message.get("data")
    origin = Origin(
        Wire.CLOUDEVENTS,
        source,
        _text(message, "correlationid", optional=True) or event_id,
        _text(message, "traceparent", optional=True),
        _text(message, "replyto", optional=True),
    )
    task = _text(message, "subject", optional=True) or _task_in(data)
    return Received(event_id, Kind(kind), origin, task, data)


def _envelope(message: dict[str, Any]) -> Received:
    message_id = _text(message, "id")
    try:
        UUID(message_id)
    except ValueError:
        raise UnreadableError("id", "the id of an envelope is a UUID") from None
    source, to, kind = _text(message, "from"), _text(message, "to"), _text(message, "type")
    sent = _moment(_text(message, "timestamp"))
    if to.lstrip("@") != AGENT.lstrip("@"):
        raise UnreadableError("to", f"the message is for {to!r}, not for {AGENT!r}")
    if kind != "request":
        raise UnreadableError("type", f"nothing is done with messages of type {kind!r}")
    priority = message.get("priority", 0)
    if type(priority) is not int or not 0 <= priority <= MOST_PRIORITY:
        raise UnreadableError("priority", f"a priority is an integer from 0 to {MOST_PRIORITY}")
    metadata = message.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise UnreadableError("metadata", "the metadata is an object")
    origin = Origin(
        Wire.ENVELOPE,
        source,
        _text(message, "correlationId", optional=True) or message_id,
        _text(metadata, "traceId", optional=True),
    )
    action = _text(message, "action", optional=True)
    wanted = Kind(action) if action in set(Kind) else Kind.REQUESTED
    data = message.get("payload")
    return Received(message_id, wanted, origin, _task_in(data), data, _expiry(sent, metadata))


def _text(message: Mapping[str, Any], name: str, *, optional: bool = False) -> str:
    """Return a short text without control characters; empty where it is optional and missing."""
    value = message.get(name)
    if optional and (value is None or value == ""):
        return ""
    if isinstance(value, str) and 0 < len(value) <= LONGEST and value.isprintable():
        return value
    what = f"up to {LONGEST} printable characters"
    raise UnreadableError(name, f"{name} is {what if value is not None else 'missing: ' + what}")


def _is_json(content: str) -> bool:
    kind = content.partition(";")[0].strip().lower()
    return kind.endswith(("/json", "+json"))


def _task_in(data: object) -> str:
    task = data.get("taskId") if isinstance(data, dict) else None
    return task if isinstance(task, str) else ""


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UnreadableError("timestamp", "the timestamp is no ISO 8601 time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _expiry(sent: datetime, metadata: Mapping[str, Any]) -> datetime | None:
    ttl = metadata.get("ttl")
    if ttl is None:
        return None
    if isinstance(ttl, bool) or not isinstance(ttl, int | float) or ttl < 0:
        raise UnreadableError("ttl", "the ttl is a number of milliseconds")
    try:
        return sent + timedelta(milliseconds=ttl)
    except OverflowError:
        return None  # never, then


def _check_depth(value: object) -> None:
    """See that nothing is nested too deep, without nesting calls.

    Raises:
        UnreadableError: it is.

    """
    level = [value]
    for _ in range(MAX_DEPTH + 2):  # the envelope, and a document as deep as may be
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return
    raise UnreadableError("too-deep", f"nested deeper than {MAX_DEPTH} levels")


def write(event: Event, origin: Origin) -> bytes:
    """Write a message in the envelope that the task came in: of HTTP, as a CloudEvent."""
    written = _as_envelope if origin.wire is Wire.ENVELOPE else _as_cloud_event
    return json.dumps(written(event, origin), ensure_ascii=False).encode("utf-8", "replace")


def _as_cloud_event(event: Event, origin: Origin) -> dict[str, Any]:
    data: dict[str, Any] = {"dataref": event.ref} if event.ref else {"data": dict(event.data)}
    optional = {
        "subject": event.task,
        "correlationid": origin.correlation,
        "traceparent": origin.trace,
        "replyto": event.reply_to,
    }
    return {
        "specversion": "1.0",
        "id": event.id,
        "source": AGENT,
        "type": event.kind,
        "time": event.at.isoformat(),
        "datacontenttype": "application/json",
        **{name: value for name, value in optional.items() if value},
        **data,
    }


def _as_envelope(event: Event, origin: Origin) -> dict[str, Any]:
    last = event.kind.rpartition(".")[2]
    is_error = last in {"failed", "rejected"}
    kind = {"progressed": "event", "requested": "request"}.get(last, "response")
    payload = {"taskId": event.task, "dataref": event.ref} if event.ref else dict(event.data)
    written: dict[str, Any] = {
        "id": event.id,
        "from": AGENT,
        "to": event.to or origin.source,
        "type": "error" if is_error else kind,
        "timestamp": event.at.isoformat(),
        "correlationId": origin.correlation,
        "action": event.kind,
        "payload": payload,
        "priority": 5,
        "metadata": {"retryCount": 0},
    }
    if origin.trace:
        written["metadata"]["traceId"] = origin.trace
    if is_error:
        written["error"] = _error(event, last)
    return written


def _error(event: Event, state: str) -> dict[str, Any]:
    errors = event.data.get("errors") or [{}]
    code, message = errors[0].get("code", state), errors[0].get("message")
    details = {"errors": errors} if errors[0] else {}
    return {"code": code, "message": message or f"the task has {state}", "details": details}
