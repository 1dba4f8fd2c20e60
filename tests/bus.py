"""A bus in a test: real brokers, spoken with by plain clients, under names that are gone after."""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

import aio_pika
import nats
import pytest
import redis.asyncio as redis
from nats.js.api import DiscardPolicy

from agent.transports.bus.names import Names
from agent.transports.bus.running import run_bus

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from agent.service.service import Service

URLS = {
    "nats": "nats://127.0.0.1:4222",
    "rabbitmq": "amqp://guest:guest@127.0.0.1:5672/",
    "redis": "redis://127.0.0.1:6379/0",
}
AGENTS = ("@container-specialist", "@database-specialist", "@devops-specialist")
PATIENCE = 30


class Client(Protocol):
    """What an agent without any of our code does on a broker."""

    async def open(self) -> None:
        """Connect."""

    async def listen(self, subject: str, options: Any = None) -> None:  # noqa: ANN401 - a broker's own
        """Have what goes to a subject of its own kept from now on."""

    async def send(self, body: bytes) -> None:
        """Send a message to the service."""

    async def all(self, subject: str) -> list[tuple[bytes, dict[str, Any]]]:
        """Return the messages of a subject so far, and what stands beside each."""

    async def waiting(self) -> int:
        """Return how many messages are not taken yet; one where nobody is there to take them."""

    async def block(self, subject: str) -> None:
        """Let nothing be sent to a subject."""

    async def delete(self) -> None:
        """Delete where requests come in."""

    async def clean(self) -> None:
        """Leave nothing behind."""


class _Nats:
    def __init__(self, names: Names) -> None:
        self._names = names
        self._full = ""
        self._heard: dict[str, list[tuple[bytes, dict[str, Any]]]] = {}

    async def open(self) -> None:
        self._client = await nats.connect(URLS["nats"], connect_timeout=2, allow_reconnect=False)
        self._js = self._client.jetstream()

    async def listen(self, subject: str, _options: object = None) -> None:
        async def heard(message: Any) -> None:  # noqa: ANN401 - the client's
            self._heard.setdefault(subject, []).append((message.data, message.headers))

        self._heard[subject] = []
        await self._client.subscribe(subject, cb=heard)
        await self._client.flush()

    async def send(self, body: bytes) -> None:
        headers = {"content-type": "text/plain", "reply_to": "nobody"}  # neither counts
        await self._js.publish(self._names.tasks, body, headers=headers)

    async def all(self, subject: str) -> list[tuple[bytes, dict[str, Any]]]:
        if subject in self._heard:
            return list(self._heard[subject])
        found = []
        with suppress(nats.errors.TimeoutError, nats.js.errors.NotFoundError):
            read = await self._js.subscribe(subject, ordered_consumer=True)
            try:
                while True:
                    message = await read.next_msg(timeout=0.1)
                    found.append((message.data, message.headers or {}))
            finally:
                await read.unsubscribe()
        return found

    async def waiting(self) -> int:
        try:
            info = await self._js.consumer_info(self._names.group, self._names.group)
        except nats.js.errors.NotFoundError:
            return 1
        return (info.num_pending or 0) + (info.num_ack_pending or 0)

    async def block(self, subject: str) -> None:
        self._full = f"{self._names.group}-full"
        await self._js.add_stream(
            name=self._full, subjects=[subject], max_msgs=1, discard=DiscardPolicy.NEW
        )
        await self._js.publish(subject, b"")

    async def delete(self) -> None:
        with suppress(nats.js.errors.NotFoundError):
            await self._js.delete_stream(self._names.group)

    async def clean(self) -> None:
        await self.delete()
        if self._full:
            await self._js.delete_stream(self._full)
        await self._client.close()


class _RabbitMQ:
    def __init__(self, names: Names) -> None:
        self._names = names
        self._seen: dict[str, list[tuple[bytes, dict[str, Any]]]] = {}

    async def open(self) -> None:
        self._connection = await aio_pika.connect(URLS["rabbitmq"], timeout=5)
        self._channel = await self._connection.channel()

    async def listen(self, subject: str, options: Any = None) -> None:  # noqa: ANN401 - a broker's own
        await self._channel.declare_queue(
            subject, durable=True, arguments=options, timeout=PATIENCE
        )
        self._seen[subject] = []

    async def send(self, body: bytes) -> None:
        await self._channel.default_exchange.publish(
            aio_pika.Message(body, content_type="text/plain", reply_to="nobody"), self._names.tasks
        )

    async def all(self, subject: str) -> list[tuple[bytes, dict[str, Any]]]:
        found = self._seen.setdefault(subject, [])
        with suppress(aio_pika.exceptions.ChannelNotFoundEntity):
            async with self._connection.channel() as channel:
                queue = await channel.get_queue(subject)
                while message := await queue.get(no_ack=True, fail=False):
                    found.append(
                        (message.body, {**message.headers, "message_id": message.message_id})
                    )
        return list(found)

    async def waiting(self) -> int:
        with suppress(aio_pika.exceptions.ChannelNotFoundEntity):
            async with self._connection.channel() as channel:
                queue = await channel.declare_queue(self._names.tasks, passive=True)
                result = queue.declaration_result
                return int(result.message_count or not result.consumer_count)
        return 1

    async def block(self, subject: str) -> None:
        """Do nothing: there is no queue, and nobody makes one."""

    async def delete(self) -> None:
        async with self._connection.channel() as channel:
            await channel.queue_delete(self._names.tasks)

    async def clean(self) -> None:
        names = self._names
        async with self._connection.channel() as channel:
            handoffs = map(names.handoffs, AGENTS)
            for queue in {names.tasks, names.events, names.dead, *handoffs, *self._seen}:
                await channel.queue_delete(queue)
            await channel.exchange_delete(names.prefix)
        await self._connection.close()


class _Redis:
    def __init__(self, names: Names) -> None:
        self._names = names
        self._listened: set[str] = set()

    async def open(self) -> None:
        self._client = redis.Redis.from_url(URLS["redis"])
        await self._client.ping()

    async def listen(self, subject: str, _options: object = None) -> None:
        self._listened.add(subject)

    async def send(self, body: bytes) -> None:
        await self._client.xadd(self._names.tasks, {"body": body})

    async def all(self, subject: str) -> list[tuple[bytes, dict[str, Any]]]:
        entries: Any = await self._client.xrange(subject)
        found = []
        for _, fields in entries:
            rest = {key.decode(): value.decode() for key, value in fields.items() if key != b"body"}
            found.append((fields[b"body"], rest))
        return found

    async def waiting(self) -> int:
        try:
            (group,) = await self._client.xinfo_groups(self._names.tasks)
        except redis.ResponseError:
            return 1
        return int(group["pending"]) + int(group["lag"] or 0)

    async def block(self, subject: str) -> None:
        self._listened.add(subject)
        await self._client.set(subject, "no stream")

    async def delete(self) -> None:
        await self._client.delete(self._names.tasks)

    async def clean(self) -> None:
        keys = [each async for each in self._client.scan_iter(f"{self._names.prefix}*")]
        if keys := [*keys, *self._listened]:
            await self._client.delete(*keys)
        await self._client.aclose()


CLIENTS: dict[str, Any] = {"nats": _Nats, "rabbitmq": _RabbitMQ, "redis": _Redis}


def new_names() -> Names:
    """Return names that nobody else has."""
    return Names(f"agents.test-{uuid4().hex[:12]}")


@asynccontextmanager
async def plain_client(broker: str, names: Names) -> AsyncIterator[Client]:
    """Give a plain client; skip where there is no such broker, which is a failure under CI."""
    client = CLIENTS[broker](names)
    try:
        async with asyncio.timeout(PATIENCE):
            await client.open()
    except Exception as error:  # noqa: BLE001 - each client has its own
        if os.environ.get("CI"):
            pytest.fail(f"CI must have this broker: {error!r}")
        pytest.skip(f"no {broker} answers: {error!r}")
    try:
        yield client
    finally:
        async with asyncio.timeout(PATIENCE):
            await client.clean()


@asynccontextmanager
async def on_the_bus(
    service: Service, broker: str, names: Names, url: str = ""
) -> AsyncIterator[None]:
    """Let a service be on the bus."""
    running = asyncio.create_task(run_bus(service, url or URLS[broker], names))
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def heard(client: Client, subject: str, kind: str, count: int = 1) -> list[dict[str, Any]]:
    """Wait until so many messages of a kind are there; return all of the subject, in order.

    One that left twice, as its broker went away before it confirmed, counts once.
    """
    found: list[dict[str, Any]] = []
    for _ in range(PATIENCE * 10):
        bodies = [body for body, _ in await client.all(subject)]
        found = list(map(json.loads, bodies))
        wanted = {body for body, each in zip(bodies, found, strict=True) if kind_of(each) == kind}
        if len(wanted) >= count:
            return found
        await asyncio.sleep(0.1)
    raise AssertionError(f"{count} of {kind} did not come: {[kind_of(each) for each in found]}")


async def lie(client: Client, subject: str, count: int = 1) -> list[tuple[bytes, dict[str, Any]]]:
    """Wait until so many messages lie at a subject; return them, as they are."""
    for _ in range(PATIENCE * 10):
        found = await client.all(subject)
        if len(found) >= count:
            return found
        await asyncio.sleep(0.1)
    raise AssertionError(f"{count} messages did not come")


def kind_of(message: dict[str, Any]) -> str:
    """Return what a message says, in either envelope."""
    kind: str = message["type"] if "specversion" in message else message["action"]
    return kind
