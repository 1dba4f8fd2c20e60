"""How is NATS spoken with? By JetStream: one stream keeps all that is ours."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, PullSub
from nats.js.api import ConsumerConfig, StreamConfig
from nats.js.errors import NotFoundError

from agent.transports.bus.wire import AT_ONCE, KEPT, PATIENCE, Wire, body_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from nats.js import JetStreamContext

    from agent.transports.bus.names import Names
    from agent.transports.bus.wire import Letter, Take

UNACKNOWLEDGED = 30.0
"""Seconds until a message is given to somebody else who is not heard of."""
TWICE = 600
"""Seconds in which the server knows a message again by its id."""
_HEADERS = 2048
"""Bytes of a message that are left for its headers."""


class Nats(Wire):
    """A connection to NATS."""

    def __init__(self, url: str, names: Names, take: Take) -> None:
        """Say what is read; nothing is connected to before ``start``."""
        super().__init__(take)
        self.broker = NatsBroker(
            url,
            # what goes on over a lost connection is waited for; ``check`` says when it is given up
            max_reconnect_attempts=-1,
            connect_timeout=int(PATIENCE),
            graceful_timeout=PATIENCE,
            drain_timeout=int(PATIENCE),
            ack_policy=AckPolicy.NACK_ON_ERROR,
            apply_types=False,
            logger=None,
        )
        self._names = names
        self._jetstream: JetStreamContext
        self.broker.subscriber(
            names.tasks,
            stream=JStream(names.group, declare=False),
            durable=names.group,
            config=ConsumerConfig(ack_wait=UNACKNOWLEDGED),
            pull_sub=PullSub(batch_size=AT_ONCE),
            decoder=body_of,
            no_reply=True,
        )(self.received)

    async def start(self) -> None:
        """Connect, make the stream where there is none, and read."""
        client = await asyncio.wait_for(self.broker.connect(), PATIENCE)
        self._jetstream = client.jetstream(timeout=PATIENCE)
        self.limit = client.max_payload - _HEADERS
        try:
            await self._jetstream.stream_info(self._names.group)
        except NotFoundError:
            subjects = [f"{self._names.prefix}.>"]
            await self._jetstream.add_stream(
                StreamConfig(
                    self._names.group, subjects=subjects, max_age=KEPT, duplicate_window=TWICE
                )
            )
        await self.broker.start()

    async def publish(self, letter: Letter) -> None:
        """Send a message; it is kept in a stream once this returns."""
        body = letter.body
        headers = {"content-type": letter.content_type, "Nats-Msg-Id": letter.id, **letter.headers}
        if letter.reply_to:
            stream = await self._stream_of(letter.reply_to)
            if stream:
                await self.broker.publish(
                    body, letter.reply_to, headers=headers, stream=stream, timeout=PATIENCE
                )
                return
            # nobody keeps what goes there: whoever listens now gets it, and it is kept here
            await self.broker.publish(body, letter.reply_to, headers=headers)
        await self.broker.publish(
            body, letter.subject, headers=headers, stream=self._names.group, timeout=PATIENCE
        )

    async def _stream_of(self, subject: str) -> str:
        try:
            return await self._jetstream.find_stream_name_by_subject(subject)
        except NotFoundError:
            return ""

    async def check(self) -> None:
        """See that the server answers, and knows who reads."""
        await self._jetstream.consumer_info(self._names.group, self._names.group)


@asynccontextmanager
async def connect(url: str, names: Names, take: Take) -> AsyncIterator[Nats]:
    """Connect to NATS."""
    wire = Nats(url, names, take)
    try:
        await wire.start()
        yield wire
    finally:
        with suppress(Exception):  # what is lost cannot be closed well
            await asyncio.wait_for(wire.broker.stop(), 2 * PATIENCE)
