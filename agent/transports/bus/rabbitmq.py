"""How is RabbitMQ spoken with? A topic exchange, and a durable queue for each subject."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aio_pika.exceptions import DeliveryError
from faststream import AckPolicy
from faststream.rabbit import Channel, ExchangeType, RabbitBroker, RabbitExchange, RabbitQueue

from agent.transports.bus.wire import AT_ONCE, KEPT, PATIENCE, Wire, body_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aio_pika import RobustConnection

    from agent.transports.bus.names import Names
    from agent.transports.bus.wire import Letter, Take

LIMIT = 16 * 2**20
"""Bytes of a message: what RabbitMQ takes where nobody said otherwise, since 4.0."""
FULL = 100_000
"""Messages that a queue keeps which nobody reads; the oldest go first."""


class RabbitMQ(Wire):
    """A connection to RabbitMQ."""

    limit = LIMIT

    def __init__(self, url: str, names: Names, take: Take) -> None:
        """Say what is read; nothing is connected to before ``start``."""
        super().__init__(take)
        self.broker = RabbitBroker(
            url,
            default_channel=Channel(prefetch_count=AT_ONCE, on_return_raises=True),
            timeout=PATIENCE,
            graceful_timeout=PATIENCE,
            ack_policy=AckPolicy.NACK_ON_ERROR,
            apply_types=False,
            logger=None,
        )
        self._exchange = RabbitExchange(names.prefix, type=ExchangeType.TOPIC, durable=True)
        self._tasks = RabbitQueue(names.tasks, durable=True, routing_key=names.tasks)
        self._connection: RobustConnection | None = None
        self._kept: set[str] = set()
        self.broker.subscriber(self._tasks, self._exchange, decoder=body_of, no_reply=True)(
            self.received
        )

    async def start(self) -> None:
        """Connect, make the exchange and the queue, and read."""
        self._connection = await asyncio.wait_for(self.broker.connect(), 2 * PATIENCE)
        await asyncio.wait_for(self.broker.start(), 2 * PATIENCE)

    async def stop(self) -> None:
        """Read no more, and say goodbye."""
        await self.broker.stop()

    async def cut_off(self) -> None:
        """Close the connection itself."""
        if self._connection is not None:
            await self._connection.close()

    async def publish(self, letter: Letter) -> None:
        """Send a message; it is kept in a queue once this returns."""
        if letter.reply_to and await self._reply(letter):
            return
        await self._keep(letter.subject)
        await self._send(letter, letter.subject, self._exchange)

    async def _reply(self, letter: Letter) -> bool:
        """Send a message to the queue that its receiver named; tell whether there is one."""
        try:
            await self._send(letter, letter.reply_to, None)
        except DeliveryError:
            return False
        return True

    async def _send(self, letter: Letter, key: str, exchange: RabbitExchange | None) -> None:
        await self.broker.publish(
            letter.body,
            exchange=exchange,
            routing_key=key,
            mandatory=True,
            persist=True,
            timeout=PATIENCE,
            message_id=letter.id,
            content_type=letter.content_type,
            headers=dict(letter.headers),
        )

    async def _keep(self, subject: str) -> None:
        """See that there is a queue for a subject: what is sent before it is read must stay."""
        if subject in self._kept:
            return
        queue = await self.broker.declare_queue(
            RabbitQueue(
                subject,
                durable=True,
                arguments={"x-message-ttl": KEPT * 1000, "x-max-length": FULL},
            )
        )
        await queue.bind(self._exchange.name, subject)
        self._kept.add(subject)

    async def check(self) -> None:
        """See that the server answers, and that we read."""
        async with asyncio.timeout(PATIENCE):
            connection = await self.broker.connect()
            async with connection.channel() as channel:
                queue = await channel.declare_queue(self._tasks.name, passive=True)
        if not queue.declaration_result.consumer_count:
            raise ConnectionError("nobody reads the queue any more")


@asynccontextmanager
async def connect(url: str, names: Names, take: Take) -> AsyncIterator[RabbitMQ]:
    """Connect to RabbitMQ."""
    wire = RabbitMQ(url, names, take)
    try:
        await wire.start()
        yield wire
    finally:
        await wire.close()
