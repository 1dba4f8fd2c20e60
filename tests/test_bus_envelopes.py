"""The messages of the bus, without a bus: what is read, what is refused, what is written."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from faststream.specification.asyncapi.v3_0_0.schema import ApplicationSchema

from agent.contract.text import MAX_SIZE
from agent.service.records import Origin, Outgoing, Wire
from agent.service.service import Service
from agent.transports.bus.asyncapi import FILE, IN, OUT, document
from agent.transports.bus.envelopes import Event, Kind, UnreadableError, read, write
from agent.transports.bus.intake import Intake, caller_of
from agent.transports.bus.names import Names
from tests.made import TODO
from tests.served import DATABASES, database, require

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMAS = Path(__file__).parents[1] / "schemas"
ID = "0b0e7c3a-5f0e-4f0c-9d5c-1f6f1f0e7a11"
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def cloud_event(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - anything can be wrong
    """Return a request as a CloudEvent; a change to None takes an attribute away."""
    event = {
        "specversion": "1.0",
        "id": ID,
        "source": "@coordinator",
        "type": "agent.task.requested",
        "data": TODO,
    }
    return {key: value for key, value in (event | changes).items() if value is not None}


def envelope(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - anything can be wrong
    """Return a request as the siblings write it."""
    message = {
        "id": ID,
        "from": "@coordinator",
        "to": "@python-specialist",
        "type": "request",
        "timestamp": NOW.isoformat(),
        "payload": TODO,
    }
    return {key: value for key, value in (message | changes).items() if value is not None}


def as_bytes(message: object) -> bytes:
    return json.dumps(message).encode()


def test_a_cloud_event_is_read() -> None:
    received = read(
        as_bytes(
            cloud_event(
                correlationid="c-1", traceparent=TRACE, replyto="replies", unknown={"is": "left"}
            )
        )
    )
    assert (received.id, received.kind, received.task) == (ID, Kind.REQUESTED, "")
    assert received.origin == Origin(Wire.CLOUDEVENTS, "@coordinator", "c-1", TRACE, "replies")
    assert received.data == TODO
    assert read(as_bytes(cloud_event())).origin.correlation == ID


def test_the_siblings_envelope_is_read() -> None:
    received = read(
        as_bytes(
            envelope(
                correlationId="c-1",
                priority=10,
                action="design",
                metadata={"ttl": 1500, "traceId": "t-1", "retryCount": 2},
            )
        )
    )
    assert (received.id, received.kind, received.data) == (ID, Kind.REQUESTED, TODO)
    assert received.origin == Origin(Wire.ENVELOPE, "@coordinator", "c-1", "t-1")
    assert received.expires == NOW + timedelta(seconds=1.5)
    called_off = read(as_bytes(envelope(action="agent.task.cancel", payload={"taskId": "t"})))
    assert (called_off.kind, called_off.task) == (Kind.CANCEL, "t")


def test_the_task_is_the_subject() -> None:
    event = cloud_event(type="agent.task.answered", subject="t", data={"answers": {"Q1": "yes"}})
    assert read(as_bytes(event)).task == "t"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "syntax"),
        (b"\xff", "encoding"),
        (b"[]", "envelope"),
        (b"{}", "envelope"),
        (b'{"a": 1, "a": 2}', "duplicate-key"),
        (b"[" * 100_000, "too-deep"),
        (b" " * (MAX_SIZE + 1), "too-large"),
        (as_bytes(cloud_event(data=json.loads("[" * 80 + "]" * 80))), "too-deep"),
        (as_bytes(cloud_event(specversion="0.3")), "specversion"),
        (as_bytes(cloud_event(id=None)), "id"),
        (as_bytes(cloud_event(id="")), "id"),
        (as_bytes(cloud_event(id="a\u0000b")), "id"),
        (as_bytes(cloud_event(id="x" * 201)), "id"),
        (as_bytes(cloud_event(source=None)), "source"),
        (as_bytes(cloud_event(source={"a": 1})), "source"),
        (as_bytes(cloud_event(source="\ud800")), "source"),
        (as_bytes(cloud_event(type="agent.task.completed")), "type"),
        (as_bytes(cloud_event(datacontenttype="text/xml")), "data"),
        (as_bytes(cloud_event(data_base64="e30=")), "data"),
        (as_bytes(cloud_event(correlationid=[])), "correlationid"),
        (as_bytes(cloud_event(replyto="a\nb")), "replyto"),
        (as_bytes(envelope(id="not a uuid")), "id"),
        (as_bytes(envelope(to=None)), "to"),
        (as_bytes(envelope(to="@somebody-else")), "to"),
        (as_bytes(envelope(type="response")), "type"),
        (as_bytes(envelope(timestamp=None)), "timestamp"),
        (as_bytes(envelope(timestamp="yesterday")), "timestamp"),
        (as_bytes(envelope(priority=11)), "priority"),
        (as_bytes(envelope(priority=True)), "priority"),
        (as_bytes(envelope(metadata=[1])), "metadata"),
        (as_bytes(envelope(metadata={"ttl": "soon"})), "ttl"),
    ],
)
def test_what_cannot_be_read_says_why(body: bytes, code: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(body)
    assert caught.value.code == code
    assert str(caught.value)


def test_a_cloud_event_is_written() -> None:
    event = Event(id=ID, kind="agent.task.completed", at=NOW, data={"a": "ü"}, task="t", to="@x")
    origin = Origin(Wire.CLOUDEVENTS, "@coordinator", "c-1", TRACE, "replies")
    assert json.loads(write(event, origin)) == {
        "specversion": "1.0",
        "id": ID,
        "source": "@python-specialist",
        "type": "agent.task.completed",
        "time": "2026-01-02T03:04:05+00:00",
        "datacontenttype": "application/json",
        "subject": "t",
        "correlationid": "c-1",
        "traceparent": TRACE,
        "data": {"a": "ü"},
    }


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("agent.task.progressed", "event"),
        ("agent.task.completed", "response"),
        ("agent.task.input-required", "response"),
        ("agent.task.canceled", "response"),
        ("agent.task.failed", "error"),
        ("agent.task.rejected", "error"),
        ("agent.handoff.requested", "request"),
    ],
)
def test_the_siblings_envelope_is_written(kind: str, written: str) -> None:
    errors = [{"code": "model", "message": "gone"}]
    event = Event(id=ID, kind=kind, at=NOW, data={"errors": errors}, task="t")
    message = json.loads(write(event, Origin(Wire.ENVELOPE, "@coordinator", "c-1", "t-1")))
    assert (message["type"], message["action"], message["to"]) == (written, kind, "@coordinator")
    assert {"id", "from", "to", "type", "timestamp"} <= message.keys()
    assert (message["correlationId"], message["metadata"]["traceId"]) == ("c-1", "t-1")
    expected = {"code": "model", "message": "gone", "details": {"errors": errors}}
    assert message.get("error") == (expected if written == "error" else None)


def test_a_failed_proof_is_an_error_with_its_solution() -> None:
    event = Event(id=ID, kind="agent.task.failed", at=NOW, data={"solution": {}}, task="t")
    message = json.loads(write(event, Origin(Wire.ENVELOPE, "@coordinator", "c-1")))
    assert message["error"] == {"code": "failed", "message": "the task has failed", "details": {}}
    assert message["payload"] == {"solution": {}}


@pytest.mark.parametrize(
    ("asked", "subject"),
    [
        ("replies.coordinator", "replies.coordinator"),
        ("_INBOX.a1B2", "_INBOX.a1B2"),
        ("amq.gen-x_1", "amq.gen-x_1"),
        ("replies:coordinator", "replies:coordinator"),
        ("agents.python-specialist.replies.a", "agents.python-specialist.replies.a"),
        ("agents.python-specialist.tasks", ""),
        ("agents.python-specialist", ""),
        ("$JS.API.STREAM.DELETE.x", ""),
        ("replies.*", ""),
        ("replies.>", ""),
        ("replies.#", ""),
        ("replies..a", ""),
        ("a b", ""),
        ("", ""),
        ("a" * 201, ""),
    ],
)
def test_only_a_sane_subject_is_replied_to(asked: str, subject: str) -> None:
    assert Names().reply(asked) == subject


def test_each_agent_has_its_subject() -> None:
    assert Names().handoffs("@x-specialist") == "agents.python-specialist.handoffs.x-specialist"
    assert Names().handoffs("@*.>") == "agents.python-specialist.handoffs.nobody"


def test_a_source_is_a_caller_of_its_own() -> None:
    long = ["https://example.org/" + "a" * 80 + end for end in "xy"]
    callers = {caller_of(source) for source in (*long, "@coordinator", "coordinator")}
    assert len(callers) == 4
    assert all(each.startswith("bus:") and len(each) <= 64 for each in callers)


def test_the_document_of_the_bus_is_checked_in_and_is_asyncapi() -> None:
    written = (SCHEMAS / FILE).read_text(encoding="utf-8")
    assert json.loads(written) == document(), "run `make schemas`"
    ApplicationSchema.model_validate(document())
    assert len(document()["components"]["messages"]) == 2 * 10 + 1


@pytest.mark.parametrize("make", [cloud_event, envelope])
@pytest.mark.parametrize("kind", [*IN, *OUT, "agent.handoff.requested"])
def test_what_is_written_is_as_the_document_says(make: Any, kind: str) -> None:  # noqa: ANN401 - one of two
    wire = Wire.CLOUDEVENTS if make is cloud_event else Wire.ENVELOPE
    name = kind if make is cloud_event else f"{kind}.envelope"
    schema = _schema(name)
    origin = Origin(wire, "@coordinator", "c-1")
    refusal = {"status": "rejected", "errors": [{"code": "a", "message": "b"}]}
    data = {"event": "a"} if kind.endswith("progressed") else refusal
    if kind in IN:
        data = {Kind.REQUESTED: TODO, Kind.ANSWERED: {"answers": {"Q1": "a"}}}.get(Kind(kind), {})
    event = Event(id=ID, kind=kind, at=NOW, data=data, task="t")
    schema.validate(json.loads(write(event, origin)))
    with pytest.raises(jsonschema_rs.ValidationError):
        schema.validate({})


def _schema(message: str) -> jsonschema_rs.Draft202012Validator:
    """Return the schema of a message, with what it refers to in its place."""
    given = document()
    payload = json.dumps(given["components"]["messages"][message]["payload"])
    for file in SCHEMAS.glob("*.schema.json"):
        inner = json.loads(file.read_text(encoding="utf-8"))
        payload = payload.replace(f'"./{file.name}"', f'"{inner["$id"]}"')
    registry = jsonschema_rs.Registry(
        [
            (inner["$id"], inner)
            for file in SCHEMAS.glob("*.schema.json")
            for inner in [json.loads(file.read_text(encoding="utf-8"))]
        ]
    )
    whole = {**json.loads(payload), "components": {"schemas": given["components"]["schemas"]}}
    return jsonschema_rs.Draft202012Validator(whole, registry=registry)


def odd_messages(count: int) -> Iterator[bytes]:
    """Give messages with something wrong in most of them, the same each time."""
    luck = random.Random(7)  # noqa: S311 - the same messages each time
    odd: list[Any] = [None, 1, -1.5e300, "", "x\u0000", "\ud800", [], {}, True, ["a"], {"a": "b"}]
    for number in range(count):
        make = luck.choice([cloud_event, envelope])
        message = make(id=f"{ID[:-3]}{number:03}")
        kind = luck.choice([*Kind, "x"])
        message["type" if make is cloud_event else "action"] = kind
        for _ in range(luck.randint(0, 2)):
            name = luck.choice([*message, "subject", "metadata", "priority", "traceparent"])
            message[name] = luck.choice(odd)
        body = as_bytes(message)
        if luck.random() < 0.2:
            place = luck.randrange(len(body))
            body = body[:place] + bytes([luck.randrange(256)]) + body[place + 1 :]
        yield body


@pytest.fixture(params=DATABASES)
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    require(name)
    return name


@pytest.mark.asyncio
async def test_nothing_that_comes_is_a_fault_of_ours(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as opened:
        intake = Intake(Service(opened), Names())
        for body in odd_messages(300):
            letter = await intake.take(body)
            assert letter is None or letter.headers.get("code") != "internal", body


@pytest.mark.asyncio
async def test_a_message_after_its_time_is_not_taken(tmp_path: Path) -> None:
    async with database("sqlite", tmp_path) as opened:
        service = Service(opened)
        letter = await Intake(service, Names()).take(as_bytes(envelope(metadata={"ttl": 1})))
        assert letter is not None
        assert (letter.subject, letter.headers["code"]) == (Names().dead, "expired")
        assert await service.tasks.page() == []


@pytest.mark.asyncio
async def test_an_answer_that_nobody_asked_for_leaves_nothing(tmp_path: Path) -> None:
    async with database("sqlite", tmp_path) as opened:
        service = Service(opened)
        origin = Origin(Wire.CLOUDEVENTS, "@coordinator")
        task = (await service.submit(json.dumps(TODO), caller_of("@coordinator"), origin)).task
        first = Outgoing("m-1", "agent.task.progressed", {})
        assert not await service.tasks.go_on(task, [("a?", "b")], [first])  # it asks nothing
        assert not await service.messages.known("m-1")
