"""What does the bus look like to others? An AsyncAPI 3.0 document, the same for each broker."""

from __future__ import annotations

from typing import Any

from agent import __version__
from agent.contract.schema import INPUT_FILE, OUTPUT_FILE
from agent.service.messages import HANDOFF
from agent.service.records import Wire
from agent.service.telling import PROGRESSED
from agent.transports.bus.envelopes import CONTENT_TYPES, LONGEST, MOST_PRIORITY, Kind
from agent.transports.bus.intake import REJECTED
from agent.transports.bus.names import AGENT, Names
from agent.transports.bus.publisher import ASKS

FILE = "python-specialist.asyncapi.json"
_INPUT, _OUTPUT = {"$ref": f"./{INPUT_FILE}"}, {"$ref": f"./{OUTPUT_FILE}"}
_TASK = {"type": "string", "description": "The id of the task."}
_ANSWERS = {
    "type": "object",
    "required": ["answers"],
    "properties": {
        "taskId": _TASK,
        "answers": {
            "type": "object",
            "description": "The id of each question, and its answer.",
            "minProperties": 1,
            "additionalProperties": {"type": "string"},
        },
    },
}
_CANCEL = {"type": "object", "properties": {"taskId": _TASK}}
_PROGRESS = {
    "type": "object",
    "required": ["event"],
    "properties": {"event": {"type": "string", "examples": ["task-accepted", "stage-started"]}},
}
_HANDOFF = {"type": "object", "description": "Valid input for the agent that it is for."}

IN: dict[str, tuple[str, dict[str, Any]]] = {
    Kind.REQUESTED: ("Work on this.", _INPUT),
    Kind.ANSWERED: ("Answer questions of a task; only its source may.", _ANSWERS),
    Kind.CANCEL: ("Call a task off; only its source may.", _CANCEL),
}
OUT: dict[str, tuple[str, dict[str, Any]]] = {
    PROGRESSED: ("The task was accepted, or goes on.", _PROGRESS),
    ASKS: ("The task asks, and waits for answers.", _OUTPUT),
    "agent.task.completed": (
        "The task ended with a solution, and no check of its proof failed.",
        _OUTPUT,
    ),
    "agent.task.failed": ("The task ended without a solution, or its proof failed.", _OUTPUT),
    REJECTED: ("The task, or a message that names none, was refused.", _OUTPUT),
    "agent.task.canceled": ("The task was called off.", _OUTPUT),
}


def document(names: Names | None = None) -> dict[str, Any]:
    """Return the AsyncAPI document; its references are to the schemas beside it.

    Args:
        names: The names on the bus (None: the usual ones).

    """
    names = names or Names()
    handoff = {HANDOFF: ("Another agent goes on.", _HANDOFF)}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": AGENT,
            "version": __version__,
            "description": "The same subjects are NATS subjects (JetStream), routing keys and"
            " queues of RabbitMQ, and keys of Redis streams (field: body). Each message is written"
            " as a CloudEvent or in the agents' own envelope, and answered in kind.",
        },
        "defaultContentType": CONTENT_TYPES[Wire.CLOUDEVENTS],
        "channels": {
            "tasks": _channel(names.tasks, IN, "What the service is asked to do."),
            "events": _channel(
                names.events, OUT, "Its answers, where no replyto names another subject."
            ),
            "handoffs": {
                **_channel(f"{names.prefix}.handoffs.{{agent}}", handoff, "One for each agent."),
                "parameters": {"agent": {"examples": ["container-specialist"]}},
            },
            "dead-letters": {
                "address": names.dead,
                "description": "Messages that cannot be read, as they came.",
                "messages": {"unreadable": {"$ref": "#/components/messages/unreadable"}},
            },
        },
        "operations": {
            "take": {"action": "receive", "channel": {"$ref": "#/channels/tasks"}},
            "tell": {"action": "send", "channel": {"$ref": "#/channels/events"}},
            "handOff": {"action": "send", "channel": {"$ref": "#/channels/handoffs"}},
            "setAside": {"action": "send", "channel": {"$ref": "#/channels/dead-letters"}},
        },
        "components": {
            "messages": {
                **{
                    name: message
                    for kind, (summary, data) in (IN | OUT | handoff).items()
                    for name, message in _messages(kind, summary, data, is_ours=kind not in IN)
                },
                "unreadable": _unreadable(),
            },
            "schemas": {"cloudevent": _cloud_event(), "envelope": _envelope()},
        },
    }


def _channel(
    address: str, kinds: dict[str, tuple[str, dict[str, Any]]], description: str
) -> dict[str, Any]:
    names = [name for kind in kinds for name in (kind, f"{kind}.envelope")]
    messages = {name: {"$ref": f"#/components/messages/{name}"} for name in names}
    return {"address": address, "description": description, "messages": messages}


def _messages(
    kind: str, summary: str, data: dict[str, Any], *, is_ours: bool
) -> list[tuple[str, dict[str, Any]]]:
    """Return a message in both envelopes; ours may name its data instead, where it is large."""
    written = [
        (kind, Wire.CLOUDEVENTS, "cloudevent", {"type": {"const": kind}, "data": data}),
        (f"{kind}.envelope", Wire.ENVELOPE, "envelope", _envelope_of(kind, data, is_ours=is_ours)),
    ]
    return [
        (
            name,
            {
                "name": kind,
                "summary": summary,
                "contentType": CONTENT_TYPES[wire],
                "payload": {
                    "allOf": [
                        {"$ref": f"#/components/schemas/{schema}"},
                        {"type": "object", "properties": properties},
                    ]
                },
            },
        )
        for name, wire, schema, properties in written
    ]


def _envelope_of(kind: str, data: dict[str, Any], *, is_ours: bool) -> dict[str, Any]:
    named = {"type": "object", "required": ["taskId", "dataref"]}
    payload = {"anyOf": [data, named]} if is_ours else data
    if kind == Kind.REQUESTED:  # it may have an action of its own, or none
        return {"payload": payload}
    return {"action": {"const": kind}, "payload": payload}


def _unreadable() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "name": "unreadable",
        "summary": "The bytes that came; why they are of no use stands beside them.",
        "contentType": "application/octet-stream",
        "headers": {
            "type": "object",
            "required": ["code", "reason"],
            "properties": {"code": text, "reason": text, "size": text},
        },
        "payload": {},
    }


def _short(description: str) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": LONGEST, "description": description}


def _cloud_event() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["specversion", "id", "source", "type"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": _short("With the source: a message that comes twice has the same."),
            "source": _short("Which agent sends it."),
            "type": {"type": "string"},
            "subject": _short("The id of the task."),
            "time": {"type": "string", "format": "date-time"},
            "datacontenttype": {"type": "string", "default": "application/json"},
            "correlationid": _short("Answers carry it; where it is missing, the id."),
            "traceparent": _short("Answers carry it."),
            "replyto": _short("The subject that answers are to go to."),
            "dataref": {"type": "string", "description": "Where data is that is too large."},
        },
    }


def _envelope() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["id", "from", "to", "type", "timestamp"],
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "from": _short("Which agent sends it."),
            "to": _short("Which agent it is for."),
            "type": {"enum": ["request", "response", "event", "error"]},
            "timestamp": {"type": "string", "format": "date-time"},
            "correlationId": _short("Answers carry it; where it is missing, the id."),
            "action": {"type": "string"},
            "priority": {"type": "integer", "minimum": 0, "maximum": MOST_PRIORITY},
            "metadata": {
                "type": "object",
                "properties": {
                    "retryCount": {"type": "integer"},
                    "ttl": {"type": "number", "description": "Milliseconds it counts for."},
                    "traceId": _short("Answers carry it."),
                },
            },
            "error": {
                "type": "object",
                "required": ["code", "message"],
                "properties": {
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                    "details": {"type": "object"},
                },
            },
        },
    }
