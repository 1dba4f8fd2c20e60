"""How is NATS spoken with? By JetStream: one stream keeps all that is ours."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, PullSub
from nats.js.api import ConsumerConfig, StreamConfig
from nats.js.errors import APIError, NotFoundError

from agent.transports.bus.wire import AT_ONCE, KEPT, PATIENCE, Connection, body_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from nats.aio.client import Client
    from nats.js import JetStreamContext

    from agent.transports.bus.names import Names
    from agent.transports.bus.wire import Letter, Take

UNACKNOWLEDGED = 30.0
"""Seconds until a message is given to somebody else who is not heard of."""
TWICE = 600
"""Seconds in which the server knows a message again by its id."""
REFUSED = 60.0
"""Seconds that a subject is not tried again on which nobody answered: it takes ``PATIENCE``."""
_MOST_REFUSED = 1000
_HEADERS = 2048
"""Bytes of a message that are left for its headers."""


class Nats(Connection):
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
            error_cb=self._failed,
            ack_policy=AckPolicy.NACK_ON_ERROR,
            apply_types=False,
            logger=None,
        )
        self._names = names
        self._client: Client | None = None
        self._failure: Exception | None = None
        self._refused: dict[str, float] = {}  # subjects, and until when
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
        try:
            self._client = await asyncio.wait_for(self.broker.connect(), PATIENCE)
        except TimeoutError as error:  # it tried again and again: what was wrong says more
            raise self._failure or error from None
        self._jetstream = self._client.jetstream(timeout=PATIENCE)
        self.limit = self._client.max_payload - _HEADERS
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

    async def _failed(self, error: Exception) -> None:
        self._failure = error

    async def stop(self) -> None:
        """Read no more, and say goodbye."""
        await self.broker.stop()

    async def cut_off(self) -> None:
        """Close the connection itself."""
        if self._client is None:
            return
        # where close() cannot send what is left to be sent, it leaves these waiting for ever
        left = list(self._client._subs.values())  # noqa: SLF001 - nats-py has no other way to them
        try:
            await self._client.close()
        finally:
            for each in left:
                each._stop_processing()  # noqa: SLF001 - the same

    async def publish(self, letter: Letter) -> None:
        """Send a message; it is kept in a stream once this returns."""
        if letter.reply_to and await self._reply(letter):
            return
        await self._keep(letter, letter.subject, self._names.group)

    async def _reply(self, letter: Letter) -> bool:
        """Send a message where its receiver wants it; tell whether it is kept there."""
        subject = letter.reply_to
        now = asyncio.get_running_loop().time()
        if self._refused.get(subject, now) > now:
            return False
        try:
            stream = await self._jetstream.find_stream_name_by_subject(subject)
            await self._keep(letter, subject, stream)
        except NotFoundError:  # no stream: whoever listens now gets it
            await self.broker.publish(letter.body, subject, headers=_headers(letter))
            return False
        except APIError:  # a stream that takes no more, such as a full one
            return False
        except TimeoutError:  # what we may not write to is not answered
            if len(self._refused) >= _MOST_REFUSED:
                self._refused.clear()
            self._refused[subject] = now + REFUSED
            return False
        return True

    async def _keep(self, letter: Letter, subject: str, stream: str) -> None:
        await self.broker.publish(
            letter.body, subject, headers=_headers(letter), stream=stream, timeout=PATIENCE
        )

    async def check(self) -> None:
        """See that the server answers, and knows who reads."""
        if self._client is None or not self._client.is_connected:
            raise ConnectionError("not connected any more")
        await self._jetstream.consumer_info(self._names.group, self._names.group)


def _headers(letter: Letter) -> dict[str, str]:
    return {"content-type": letter.content_type, "Nats-Msg-Id": letter.id, **letter.headers}


@asynccontextmanager
async def connect(url: str, names: Names, take: Take) -> AsyncIterator[Nats]:
    """Connect to NATS."""
    wire = Nats(url, names, take)
    try:
        await wire.start()
        yield wire
    finally:
        await wire.close()
