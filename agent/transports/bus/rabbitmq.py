"""How is RabbitMQ spoken with? A topic exchange, and a durable queue for each subject."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import aio_pika
from aio_pika.exceptions import ChannelClosed, ChannelNotFoundEntity, DeliveryError
from faststream import AckPolicy
from faststream.rabbit import Channel, ExchangeType, RabbitBroker, RabbitExchange, RabbitQueue

from agent.transports.bus.wire import AT_ONCE, KEPT, PATIENCE, Connection, body_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from aio_pika import RobustConnection

    from agent.transports.bus.names import Names
    from agent.transports.bus.wire import Letter, Take

LIMIT = 16 * 2**20
"""Bytes of a message: what RabbitMQ takes where nobody said otherwise, since 4.0."""
FULL = 100_000
"""Messages that a queue keeps which nobody reads; the oldest go first."""
_BOUNDS = {"x-message-ttl": KEPT * 1000, "x-max-length": FULL}


class RabbitMQ(Connection):
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
        self._tasks = names.tasks
        self._out = (names.events, names.dead)
        self._connection: RobustConnection | None = None
        self._kept: set[str] = set()
        self._keeping = asyncio.Lock()
        tasks = RabbitQueue(names.tasks, declare=False)
        self.broker.subscriber(tasks, decoder=body_of, no_reply=True)(self.received)

    async def start(self) -> None:
        """Connect, make the exchange and its queues but those of handoffs, and read."""
        self._connection = await asyncio.wait_for(self.broker.connect(), 2 * PATIENCE)
        async with asyncio.timeout(2 * PATIENCE):
            async with self._connected().channel() as channel:
                await channel.declare_exchange(
                    self._exchange.name, aio_pika.ExchangeType.TOPIC, durable=True, robust=False
                )
            await self._keep(self._tasks, {})
            for each in self._out:  # whoever is there first finds them
                await self._keep(each, _BOUNDS)
            await self.broker.start()

    async def stop(self) -> None:
        """Read no more, and say goodbye."""
        await self.broker.stop()

    async def cut_off(self) -> None:
        """Close the connection itself."""
        if self._connection is not None:
            await self._connection.close()

    async def publish(self, letter: Letter) -> None:
        """Send a message; it is kept in a queue once this returns."""
        async with asyncio.timeout(2 * PATIENCE):
            if letter.reply_to and await self._reply(letter):
                return
            await self._keep(letter.subject, _BOUNDS)
            await self.broker.publish(
                letter.body,
                exchange=self._exchange,
                routing_key=letter.subject,
                mandatory=True,
                persist=True,
                message_id=letter.id,
                content_type=letter.content_type,
                headers=dict(letter.headers),
            )

    async def _reply(self, letter: Letter) -> bool:
        """Send a message to the queue that its receiver named; tell whether it is there.

        A channel that it is refused on is closed by the server: so it has its own.
        """
        message = aio_pika.Message(
            letter.body,
            message_id=letter.id,
            content_type=letter.content_type,
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        try:
            async with self._connected().channel(on_return_raises=True) as channel:
                await channel.default_exchange.publish(message, letter.reply_to)
        except (DeliveryError, ChannelClosed):
            return False
        return True

    async def _keep(self, subject: str, bounds: Mapping[str, int]) -> None:
        """See that there is a queue for a subject: what is sent before it is read must stay.

        One that is there already is left as somebody wanted it.
        """
        if subject in self._kept:
            return
        async with self._keeping:
            if subject in self._kept:
                return
            with suppress(ChannelNotFoundEntity):
                await self._bind(subject, passive=True)
            if subject not in self._kept:
                await self._bind(subject, durable=True, arguments=dict(bounds))

    async def _bind(self, subject: str, **options: Any) -> None:  # noqa: ANN401 - aio-pika's
        async with self._connected().channel() as channel:
            queue = await channel.declare_queue(subject, robust=False, **options)
            await queue.bind(self._exchange.name, subject, robust=False)
        self._kept.add(subject)

    def _connected(self) -> RobustConnection:
        if self._connection is None:
            raise ConnectionError("not connected yet")
        return self._connection

    async def check(self) -> None:
        """See that the server answers, and that we read."""
        async with asyncio.timeout(PATIENCE):
            async with self._connected().channel() as channel:
                queue = await channel.declare_queue(self._tasks, passive=True, robust=False)
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
