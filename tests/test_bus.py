"""The service on real brokers, spoken with by plain clients: nothing lost, and nothing doubled."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import uuid4

import aio_pika
import pytest
from redis.asyncio import Redis
from sqlalchemy.exc import OperationalError

from agent.contract import parse_input
from agent.errors import RefusedError
from agent.service.records import Origin, Outgoing, State, Wire
from agent.service.service import Service
from agent.transports.bus import nats, publisher, redis, running, wire
from agent.transports.bus.envelopes import read
from agent.transports.bus.intake import Intake, caller_of
from agent.transports.bus.names import Names
from agent.transports.bus.running import broker_of, run_bus
from tests.bus import (
    AGENTS,
    URLS,
    heard,
    kind_of,
    lie,
    new_names,
    on_the_bus,
    plain_client,
)
from tests.made import TODO
from tests.served import DATABASES, ME, REQUEST, at_work, database, ended, require, runner
from tests.test_bus_envelopes import as_bytes, cloud_event, envelope, odd_messages
from tests.test_service import THIN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from agent.service.service import Submitted
    from tests.bus import Client

COMPLETED = "agent.task.completed"
REJECTED = "agent.task.rejected"
ASKS = "agent.task.input-required"


@pytest.fixture(params=URLS)
def broker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(wire, "AGAIN", 0.2)
    monkeypatch.setattr(redis, "UNACKNOWLEDGED", 0.2)
    monkeypatch.setattr(running, "FIRST", 0.1)
    monkeypatch.setattr(publisher, "CHECK", 0.5)
    name: str = request.param
    return name


@pytest.fixture(params=DATABASES)
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    require(name)
    return name


@asynccontextmanager
async def served(
    broker: str, folder: Path, kind: str = "sqlite"
) -> AsyncIterator[tuple[Service, Client, Names]]:
    """Give a service at work that is not on the bus yet, and a plain client."""
    names = new_names()
    async with plain_client(broker, names) as client, database(kind, folder) as opened:
        service = Service(opened, runner())
        async with at_work(service):
            yield service, client, names


async def taken(client: Client, service: Service, count: int = 1) -> None:
    """Wait until so many tasks are there, and nothing more is waiting."""
    for _ in range(300):
        if len(await service.tasks.page()) >= count and not await client.waiting():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it was not taken")


@pytest.mark.asyncio
async def test_both_envelopes_give_what_the_runner_gives(broker: str, tmp_path: Path) -> None:
    document, _ = parse_input(REQUEST)
    expected = await runner().run(document)
    files = {file.path: file.content for file in expected.solution.files}  # type: ignore[union-attr]
    async with (
        served(broker, tmp_path) as (service, client, names),
        on_the_bus(service, broker, names),
    ):
        await taken(client, service, 0)
        await client.send(as_bytes(cloud_event(id="one", correlationid="c-1", traceparent="t-1")))
        await client.send(as_bytes(envelope(correlationId="c-2", metadata={"traceId": "t-2"})))
        messages = await heard(client, names.events, COMPLETED, 2)
        by_task: dict[str, list[dict[str, Any]]] = {}
        for message in messages:
            is_event = "specversion" in message
            key = message["correlationid" if is_event else "correlationId"]
            by_task.setdefault(key, []).append(message)
            trace = message["traceparent"] if is_event else message["metadata"]["traceId"]
            assert trace == key.replace("c", "t")
        assert by_task.keys() == {"c-1", "c-2"}
        for told in by_task.values():
            kinds = [kind_of(each) for each in told]
            assert kinds[-1] == COMPLETED  # what is told of one task comes in its order
            assert set(kinds[:-1]) == {"agent.task.progressed"}
            result = told[-1].get("data") or told[-1]["payload"]
            found = {file["path"]: file["content"] for file in result["solution"]["files"]}
            assert found == files
            for agent in AGENTS:
                sent = [h["messageId"] for h in result["handoffs"] if h["to"] == agent]
                lying = await lie(client, names.handoffs(agent), 2)
                assert {json.loads(body)["id"] for body, _ in lying} >= set(sent)
        events = [json.loads(body) for body, _ in await lie(client, names.handoffs(AGENTS[0]), 2)]
        assert {kind_of(each) for each in events} == {"agent.handoff.requested"}
        assert all("taskType" in (each.get("data") or each["payload"]) for each in events)


@pytest.mark.asyncio
async def test_a_message_twice_is_one_task(broker: str, tmp_path: Path) -> None:
    async with (
        served(broker, tmp_path) as (service, client, names),
        on_the_bus(service, broker, names),
    ):
        await taken(client, service, 0)
        for _ in range(3):
            await client.send(as_bytes(cloud_event()))
        await client.send(as_bytes(cloud_event(source="@somebody-else")))
        await heard(client, names.events, COMPLETED, 2)
        await taken(client, service, 2)
        assert len(await service.tasks.page()) == 2
        await client.send(as_bytes(cloud_event(data={**TODO, "source": "@other"})))
        (refused,) = [
            each
            for each in await heard(client, names.events, REJECTED)
            if kind_of(each) == REJECTED
        ]
        assert refused["data"]["errors"][0]["code"] == "idempotency-key"
        assert "subject" not in refused


@pytest.mark.asyncio
async def test_what_cannot_be_read_blocks_nothing(broker: str, tmp_path: Path) -> None:
    bad = [b"\xff\x00", b"hello", b'{"data": "a string"}', as_bytes(envelope(to="@other"))]
    async with (
        served(broker, tmp_path) as (service, client, names),
        on_the_bus(service, broker, names),
    ):
        await taken(client, service, 0)
        for body in bad:
            await client.send(body)
        await client.send(as_bytes(cloud_event(data={"request": {}})))
        await client.send(as_bytes(envelope()))
        messages = await heard(client, names.events, COMPLETED)
        dead = await lie(client, names.dead, len(bad))
        assert sorted(body for body, _ in dead) == sorted(bad)  # as they came
        codes = sorted(beside["code"] for _, beside in dead)
        assert codes == ["encoding", "envelope", "syntax", "to"]
        assert all(beside["reason"] for _, beside in dead)
        (refused,) = [each for each in messages if kind_of(each) == REJECTED]
        assert refused["data"]["status"] == "rejected"
        assert refused["data"]["errors"]
        await taken(client, service)


@pytest.mark.asyncio
async def test_among_a_hundred_odd_messages_no_task_is_lost(broker: str, tmp_path: Path) -> None:
    large = 2**19 if broker == "nats" else 6 * 2**20  # NATS itself takes no more than 1 MiB
    odd = [*odd_messages(100), b"[" * 100_000, b'{"a": "' + b"x" * large]
    async with (
        served(broker, tmp_path) as (service, client, names),
        on_the_bus(service, broker, names),
    ):
        await taken(client, service, 0)
        for number, body in enumerate(odd):
            await client.send(body)
            if number % 34 == 0:
                await client.send(as_bytes(cloud_event(id=f"g-{number}", source="@good")))
        await client.send(as_bytes(envelope(**{"from": "@good", "id": str(uuid4())})))
        for _ in range(300):
            good = await service.tasks.page(caller_of("@good"))
            codes = [beside["code"] for _, beside in await client.all(names.dead)]
            if len(good) == 4 and {"syntax", "encoding", "too-deep", "type"} <= set(codes):
                break
            await asyncio.sleep(0.05)
        else:
            raise AssertionError(f"only {len(good)} tasks, and {set(codes)}")
        for task in good:
            assert (await ended(service, task)).state is State.COMPLETED
        assert "internal" not in codes


@pytest.mark.asyncio
async def test_questions_answers_and_who_may_answer(broker: str, tmp_path: Path) -> None:
    async with (
        served(broker, tmp_path) as (service, client, names),
        on_the_bus(service, broker, names),
    ):
        await taken(client, service, 0)
        await client.send(as_bytes(cloud_event(data=json.loads(THIN))))
        asked = (await heard(client, names.events, ASKS))[-1]
        assert asked["replyto"] == names.tasks
        questions = [each["id"] for each in asked["data"]["openQuestions"]]
        answers = {
            questions[0]: "A horse has a name.",
            questions[1]: "A stable has an address.",
        }
        answered = cloud_event(
            id="a-1",
            type="agent.task.answered",
            subject=asked["subject"],
            data={"answers": answers},
        )
        await client.send(as_bytes(answered | {"source": "@somebody-else", "id": "a-2"}))
        await client.send(as_bytes(answered | {"id": "a-3", "data": {"answers": {"Q99": "no"}}}))
        await client.send(as_bytes(answered | {"id": "a-4", "data": {"answers": ["no"]}}))
        messages = await heard(client, names.events, REJECTED, 3)
        refused = {each["correlationid"]: each for each in messages if kind_of(each) == REJECTED}
        codes = {key: each["data"]["errors"][0]["code"] for key, each in refused.items()}
        assert codes == {"a-2": "task", "a-3": "question", "a-4": "answers"}
        assert not any("subject" in each for each in refused.values())
        task = await service.tasks.get(asked["subject"])
        assert task is not None
        assert task.state is State.INPUT_REQUIRED
        await client.send(as_bytes(answered))
        await client.send(as_bytes(answered))
        messages = await heard(client, names.events, COMPLETED)
        await taken(client, service)
        messages = [json.loads(body) for body, _ in await client.all(names.events)]
        assert [kind_of(each) for each in messages].count(REJECTED) == 3
        told = [each["data"].get("event") for each in messages]
        assert (told.count("task-accepted"), told.count("task-answered")) == (1, 1)
        assert told.index("task-answered") < [kind_of(m) for m in messages].index(COMPLETED)


@pytest.mark.asyncio
async def test_a_task_is_called_off_by_who_sent_it(broker: str, tmp_path: Path) -> None:
    names = new_names()
    async with plain_client(broker, names) as client, database("sqlite", tmp_path) as opened:
        service = Service(opened)  # nobody works
        async with on_the_bus(service, broker, names):
            await taken(client, service, 0)
            await client.send(as_bytes(envelope()))
            accepted = (await heard(client, names.events, "agent.task.progressed"))[0]
            assert accepted["payload"]["event"] == "task-accepted"
            (task,) = await service.tasks.page()
            off = envelope(action="agent.task.cancel", payload={"taskId": task.id})
            await client.send(as_bytes(off | {"id": str(uuid4()), "from": "@other"}))
            refused = (await heard(client, names.events, REJECTED))[-1]
            assert (refused["to"], refused["error"]["code"]) == ("@other", "task")
            for _ in range(2):
                await client.send(as_bytes(off | {"id": str(uuid4())}))
            assert kind_of((await heard(client, names.events, "agent.task.canceled"))[-1])
            await taken(client, service)
            found = await service.tasks.get(task.id)
            assert found is not None
            assert found.state is State.CANCELED


@pytest.mark.asyncio
async def test_answers_go_where_they_are_asked_to(broker: str, tmp_path: Path) -> None:
    async with served(broker, tmp_path) as (service, client, names):
        reply = f"replies.{names.group}"
        await client.listen(reply)
        async with on_the_bus(service, broker, names):
            await taken(client, service, 0)
            await client.send(as_bytes(cloud_event(replyto=reply)))
            replies = await heard(client, reply, COMPLETED)
            assert kind_of(replies[0]) == "agent.task.progressed"
            await client.block(f"{reply}.blocked")
            for number, asked in enumerate((names.tasks, f"{reply}.blocked"), 2):
                await client.send(as_bytes(cloud_event(id=f"{number}", replyto=asked)))
                # nobody keeps the reply subject on NATS: what went there is kept here, too
                count = number if broker == "nats" else number - 1
                usual = await heard(client, names.events, COMPLETED, count)
                assert usual[-1]["correlationid"] == f"{number}"
            await taken(client, service, 3)


@pytest.mark.asyncio
@pytest.mark.parametrize("broker", ["redis"], indirect=True)
async def test_a_reply_takes_nothing_out_of_somebody_elses_stream(
    broker: str, tmp_path: Path
) -> None:
    async with served(broker, tmp_path) as (service, client, names):
        theirs = f"theirs.{names.group}"
        async with Redis.from_url(URLS[broker]) as owner:
            for number in range(1, 302):  # Redis lets go of whole hundreds
                await owner.xadd(theirs, {"body": b"{}"}, id=f"{number}-0")  # of 1970
        await client.listen(theirs)
        async with on_the_bus(service, broker, names):
            await client.send(as_bytes(cloud_event(replyto=theirs)))
            for _ in range(300):
                if json.loads((await client.all(theirs))[-1][0]):
                    break
                await asyncio.sleep(0.05)
        kept = [body for body, _ in await client.all(theirs)]
        assert kept[:301] == [b"{}"] * 301
        assert kind_of(json.loads(kept[301])) == "agent.task.progressed"


@pytest.mark.asyncio
@pytest.mark.parametrize("broker", ["redis"], indirect=True)
async def test_an_entry_that_is_no_message_is_kept_with_its_fields(
    broker: str, tmp_path: Path
) -> None:
    async with (
        served(broker, tmp_path) as (service, client, names),
        on_the_bus(service, broker, names),
        Redis.from_url(URLS[broker]) as other,
    ):
        await other.xadd(names.tasks, {"foo": "bar", b"\xff": b""})
        (body, beside), *_ = await lie(client, names.dead)
        assert json.loads(body) == {"fields": {"foo": "bar", "\\xff": ""}}
        assert beside["code"] == "envelope"


class Between:
    """What stands between the service and a broker, and lets through what it is told to."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._to = (parts.hostname, parts.port)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._port = 0
        self._url = parts

    @property
    def url(self) -> str:
        user = f"{self._url.username}:{self._url.password}@" if self._url.username else ""
        where = f"{user}127.0.0.1:{self._port}"
        return self._url._replace(netloc=where).geturl()

    async def up(self) -> None:
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._writers):
            writer.transport.abort()
        await asyncio.sleep(0.05)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*self._to)
        self._writers |= {writer, back}
        try:
            await asyncio.gather(_pump(reader, back), _pump(there, writer))
        except OSError:
            pass
        finally:
            for each in (writer, back):
                each.transport.abort()
                self._writers.discard(each)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(65536):
        writer.write(chunk)
        await writer.drain()
    raise ConnectionResetError


@pytest.mark.asyncio
async def test_a_broker_that_is_down_at_start_and_goes_away(broker: str, tmp_path: Path) -> None:
    between = Between(URLS[broker])
    await between.up()
    await between.down()  # its port is known now
    before = asyncio.all_tasks()
    async with served(broker, tmp_path) as (service, client, names):
        origin = Origin(Wire.CLOUDEVENTS, "@coordinator", "early")
        task = (await service.submit(REQUEST, ME, origin)).task
        async with on_the_bus(service, broker, names, between.url):
            assert (await ended(service, task)).state is State.COMPLETED  # nothing else stops
            assert await client.all(names.events) == []
            await between.up()
            await heard(client, names.events, COMPLETED)
            await client.send(as_bytes(cloud_event(id="one")))
            await heard(client, names.events, COMPLETED, 2)
            await between.down()
            await client.send(as_bytes(cloud_event(id="two")))
            await asyncio.sleep(1)
            await between.up()
            messages = await heard(client, names.events, COMPLETED, 3)
            await between.down()
            await asyncio.sleep(0.2)
    assert await _left_running(before) == []
    done = {each["correlationid"]: each["id"] for each in messages if kind_of(each) == COMPLETED}
    assert done.keys() == {"early", "one", "two"}


async def _left_running(before: set[asyncio.Task[Any]]) -> list[str]:
    """Return what libraries still do in the background a while later."""
    files: list[str] = []
    for _ in range(50):
        await asyncio.sleep(0.1)
        coroutines: list[Any] = [task.get_coro() for task in asyncio.all_tasks() - before]
        files = [each.cr_code.co_filename for each in coroutines if each is not None]
        files = [file for file in files if "site-packages" in file]
        if not files:
            break
    return files


@pytest.mark.asyncio
async def test_what_is_deleted_on_the_broker_is_made_again(broker: str, tmp_path: Path) -> None:
    async with (
        served(broker, tmp_path) as (service, client, names),
        on_the_bus(service, broker, names),
    ):
        await taken(client, service, 0)
        await client.delete()
        await taken(client, service, 0)
        await client.send(as_bytes(cloud_event()))
        await heard(client, names.events, COMPLETED)


@pytest.mark.asyncio
@pytest.mark.parametrize("broker", ["rabbitmq"], indirect=True)
async def test_queues_are_there_before_anything_is_told(broker: str, tmp_path: Path) -> None:
    async with (
        served(broker, tmp_path) as (service, client, names),
        on_the_bus(service, broker, names),
        await aio_pika.connect(URLS[broker]) as connection,
        connection.channel() as channel,
    ):
        await taken(client, service, 0)
        for subject in (names.events, names.dead):
            await channel.get_queue(subject)  # raises where there is none


@pytest.mark.asyncio
@pytest.mark.parametrize("broker", ["rabbitmq"], indirect=True)
async def test_queues_that_are_there_are_left_as_they_are(broker: str, tmp_path: Path) -> None:
    async with served(broker, tmp_path) as (service, client, names):
        for subject in (names.tasks, names.events):
            await client.listen(subject, {"x-max-length": 5000})
        async with on_the_bus(service, broker, names):
            await taken(client, service, 0)
            await client.send(as_bytes(cloud_event()))
            await heard(client, names.events, COMPLETED)


@pytest.mark.asyncio
async def test_lost_between_publish_and_mark(
    broker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served(broker, tmp_path) as (service, client, names):
        origin = Origin(Wire.CLOUDEVENTS, "@coordinator", "c-1")
        await ended(service, (await service.submit(REQUEST, ME, origin)).task)
        waiting = await service.messages.unpublished()
        with monkeypatch.context() as patch:
            reached = asyncio.Event()

            async def never(_: object) -> None:
                reached.set()
                await asyncio.Event().wait()

            patch.setattr(service.messages, "published", never)
            async with on_the_bus(service, broker, names):
                await asyncio.wait_for(reached.wait(), 30)
        assert await service.messages.unpublished() == waiting  # sent, and nobody knows
        async with on_the_bus(service, broker, names):
            for _ in range(300):
                if not await service.messages.unpublished():
                    break
                await asyncio.sleep(0.05)
        assert await service.messages.unpublished() == []
        events = [json.loads(body) for body, _ in await client.all(names.events)]
        told = [each.id for each in waiting if not each.to]
        assert [each["id"] for each in events[-len(told) :]] == told
        assert {each["id"] for each in events} == set(told)  # twice, and under the same ids
        assert len(events) == len(told) * (1 if broker == "nats" else 2)
        (handoff,) = [each for each in waiting if each.to == AGENTS[0]]
        lying = await client.all(names.handoffs(AGENTS[0]))
        assert {json.loads(body)["id"] for body, _ in lying} == {handoff.id}


@pytest.mark.asyncio
async def test_a_database_that_refuses_is_waited_for(
    broker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served(broker, tmp_path) as (service, client, names):
        submit, tried = service.submit, 0

        async def refuse(*args: Any, **options: Any) -> Submitted:  # noqa: ANN401 - as submit
            nonlocal tried
            tried += 1
            if tried <= 3:
                raise OperationalError("INSERT", {}, Exception("the disk is full"))
            return await submit(*args, **options)

        monkeypatch.setattr(service, "submit", refuse)
        async with on_the_bus(service, broker, names):
            await taken(client, service, 0)
            await client.send(as_bytes(cloud_event()))
            await heard(client, names.events, COMPLETED)
            await taken(client, service)
        assert tried == 4
        assert await client.all(names.dead) == []


@pytest.mark.asyncio
async def test_what_is_too_large_is_only_named(
    broker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire.Connection, "limit", 5000, raising=False)
    async with served(broker, tmp_path) as (service, client, names):
        origin = Origin(Wire.CLOUDEVENTS, "@coordinator", "c-1")
        task = await ended(service, (await service.submit(REQUEST, ME, origin)).task)
        connect = broker_of(URLS[broker])

        async def nothing(_: bytes) -> None:
            return None

        async with connect(URLS[broker], names, nothing) as opened:
            opened.limit = 5000
            while await publisher.Publisher(service, opened, names).publish():
                pass
        completed = (await heard(client, names.events, COMPLETED))[-1]
        assert "data" not in completed
        assert completed["dataref"] == f"/v1/tasks/{task.id}"


@pytest.mark.asyncio
async def test_what_came_by_http_stays_there(broker: str, tmp_path: Path) -> None:
    async with (
        served(broker, tmp_path) as (service, client, names),
        on_the_bus(service, broker, names),
    ):
        await ended(service, (await service.submit(REQUEST, ME)).task)
        handoff = json.loads((await lie(client, names.handoffs(AGENTS[0])))[0][0])
        assert handoff["specversion"] == "1.0"
        for _ in range(300):
            if not await service.messages.unpublished():
                break
            await asyncio.sleep(0.05)
        assert await client.all(names.events) == []
        assert await service.messages.page(ME)  # and is still there by HTTP


class Kept(wire.Connection):
    """A wire that goes nowhere."""

    limit = 10**9

    def __init__(self, number: int, sent: list[tuple[int, str]]) -> None:
        self._number = number
        self._sent = sent

    async def publish(self, letter: wire.Letter) -> None:
        self._sent.append((self._number, letter.id))

    async def check(self) -> None:
        return

    async def stop(self) -> None:
        return

    async def cut_off(self) -> None:
        return


async def _all_sent(service: Service) -> bool:
    """Make messages, and wait until all have left."""
    origin = Origin(Wire.CLOUDEVENTS, "@coordinator")
    for _ in range(20):
        task = (await service.submit(REQUEST, ME, origin)).task
        await service.cancel(task)
    for _ in range(200):
        if not await service.messages.unpublished():
            return True
        await asyncio.sleep(0.05)
    return False


@pytest.mark.asyncio
async def test_of_many_processes_one_publishes(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "CHECK", 0.3)
    sent: list[tuple[int, str]] = []
    async with database(kind, tmp_path) as opened:
        service, names = Service(opened), new_names()
        wires = [Kept(number, sent) for number in range(3)]
        running = [
            asyncio.create_task(publisher.Publisher(service, each, names).run()) for each in wires
        ]
        try:
            assert await _all_sent(service)
            leader = sent[0][0]
            assert {number for number, _ in sent} == {leader}
            running[leader].cancel()
            assert await _all_sent(service)
        finally:
            for each in running:
                each.cancel()
            await asyncio.gather(*running, return_exceptions=True)
        assert len({number for number, _ in sent}) == 2  # another took over
        assert len({message for _, message in sent}) == len(sent) == 40


@pytest.mark.asyncio
async def test_tasks_leave_side_by_side_and_each_in_its_order(tmp_path: Path) -> None:
    async with database("sqlite", tmp_path) as opened:
        service, sent = Service(opened), list[tuple[int, str]]()
        origin = Origin(Wire.CLOUDEVENTS, "@coordinator")
        for name in "ab":
            task = (await service.submit(REQUEST, ME, origin)).task
            kind = "agent.task.progressed"
            outgoing = [Outgoing(f"{name}{number}", kind, {}) for number in range(3)]
            await service.messages.send(task, outgoing)
        over = asyncio.Event()

        class Waits(Kept):
            fails = True

            async def publish(self, letter: wire.Letter) -> None:
                if letter.id == "a0":  # another task is not held up
                    await asyncio.wait_for(over.wait(), 5)
                if letter.id == "a1" and self.fails:
                    raise ConnectionError
                await super().publish(letter)
                if letter.id == "b2":
                    over.set()

        waits = Waits(0, sent)
        publishing = publisher.Publisher(service, waits, new_names())
        with pytest.raises(ConnectionError):
            await publishing.publish()
        assert [each for _, each in sent] == ["b0", "b1", "b2", "a0"]
        assert [each.id for each in await service.messages.unpublished()] == ["a1", "a2"]
        waits.fails = False
        assert await publishing.publish() == 2
        assert [each for _, each in sent][4:] == ["a1", "a2"]


@pytest.mark.asyncio
async def test_a_cancellation_that_a_library_swallows_counts(tmp_path: Path) -> None:
    async with database("sqlite", tmp_path) as opened:
        service = Service(opened)
        task = (await service.submit(REQUEST, ME, Origin(Wire.CLOUDEVENTS, "@a"))).task
        reached = asyncio.Event()

        class Swallows(Kept):
            async def publish(self, letter: wire.Letter) -> None:
                reached.set()
                with suppress(asyncio.CancelledError):
                    await asyncio.sleep(30)
                await super().publish(letter)

        sent: list[tuple[int, str]] = []
        await service.cancel(task)
        running = asyncio.create_task(
            publisher.Publisher(service, Swallows(0, sent), new_names()).run()
        )
        await reached.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(running, 5)
        assert await service.messages.unpublished() == []  # what was sent is marked
        assert len(sent) == 1


@pytest.mark.asyncio
async def test_a_subject_that_was_not_answered_on_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(nats, "REFUSED", 0.05)
    monkeypatch.setattr(nats, "_MOST_REFUSED", 2)
    asked: list[str] = []

    async def nobody(subject: str) -> str:
        asked.append(subject)
        raise TimeoutError

    async def nothing(_: bytes) -> None:
        return None

    there = nats.Nats(URLS["nats"], new_names(), nothing)
    there._jetstream = SimpleNamespace(find_stream_name_by_subject=nobody)  # type: ignore[assignment]
    letter = wire.Letter("1", "events", b"", "", "a")
    for _ in range(3):
        assert not await there._reply(letter)
    assert asked == ["a"]
    await asyncio.sleep(0.1)
    for subject in "abc":
        assert not await there._reply(replace(letter, reply_to=subject))
    assert asked == ["a", "a", "b", "c"]
    assert len(there._refused) <= 2


@pytest.mark.asyncio
async def test_a_broker_that_is_not_there_is_named_by_what_was_refused(
    monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    monkeypatch.setattr(nats, "PATIENCE", 1.0)

    async def nothing(_: bytes) -> None:
        return None

    there = nats.connect(f"nats://127.0.0.1:{unused_tcp_port}", new_names(), nothing)
    with pytest.raises(ConnectionRefusedError, match=str(unused_tcp_port)):
        await there.__aenter__()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "url", ["kafka://h", "nats://", "127.0.0.1:4222", "", "redis://[", "amqp:"]
)
async def test_a_url_of_no_broker_is_refused(url: str, tmp_path: Path) -> None:
    async with database("sqlite", tmp_path) as opened:
        with pytest.raises(RefusedError, match="the bus is no URL"):
            await run_bus(Service(opened), url)


@pytest.mark.parametrize("name", URLS)
def test_what_is_not_installed_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("nats", "rabbit", "redis"):
        monkeypatch.setitem(sys.modules, f"faststream.{module}", None)
    monkeypatch.delitem(sys.modules, f"agent.transports.bus.{name}", raising=False)
    with pytest.raises(RefusedError, match="is not installed") as caught:
        broker_of(URLS[name])
    assert caught.value.faults[0].expected == f"pip install 'python-specialist[{name}]'"


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_bus_that_is_none_is_refused(command: str, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PYTHON_SPECIALIST_STATE_DIR": str(tmp_path),
        "PYTHON_SPECIALIST_BUS_URL": "nonsense",
    }
    done = subprocess.run(
        [sys.executable, "-m", "agent", command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "the bus is no URL" in done.stderr


@pytest.mark.asyncio
async def test_who_was_gone_before_it_told_of_a_task_tells_later(tmp_path: Path) -> None:
    message = as_bytes(cloud_event())
    received = read(message)
    async with database("sqlite", tmp_path) as opened:
        service = Service(opened)
        caller = caller_of(received.origin.source)
        document = json.dumps(received.data)
        await service.submit(document, caller, received.origin, key=received.id)
        for _ in range(2):
            assert await Intake(service, Names()).take(message) is None
        told = await service.messages.page(None)
        assert [each.data["event"] for each in told] == ["task-accepted"]
        assert len(await service.tasks.page()) == 1
