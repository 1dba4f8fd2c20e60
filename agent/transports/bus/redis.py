"""How is Redis spoken with? By streams: each entry has the message in its field ``body``."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from faststream import AckPolicy
from faststream.redis import RedisBroker, StreamSub
from faststream.redis.parser import MessageFormat
from redis.exceptions import ResponseError

from agent.transports.bus.wire import KEPT, PATIENCE, Connection, body_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from redis.asyncio import Redis as Client

    from agent.transports.bus.names import Names
    from agent.transports.bus.wire import Letter, Take

LIMIT = 16 * 2**20
"""Bytes of a message."""
UNACKNOWLEDGED = 30.0
"""Seconds until a message is taken again that was not acknowledged."""
BODY = "body"
_THEIRS = b"__data__"  # the field that FastStream looks into


class _AsItIs(MessageFormat):
    """Nothing around a message: FastStream's own framing is for FastStream alone."""

    @classmethod
    async def encode(cls, **_: object) -> bytes:
        """Refuse: nothing is sent by FastStream's own means."""
        raise NotImplementedError

    @classmethod
    def parse(cls, data: bytes) -> tuple[bytes, dict[str, Any]]:
        """Return the message."""
        return data, {}


async def _parsed(entry: Any, original: Callable[[Any], Awaitable[Any]]) -> Any:  # noqa: ANN401 - FastStream's
    """Read an entry of a stream. One without a body is no message: its fields are kept as JSON."""
    data = entry["data"]
    body = data.get(BODY.encode())
    if not body:
        fields = {_plain(name): _plain(value) for name, value in data.items()}
        body = json.dumps({"fields": fields}).encode()
    return await original({**entry, "data": {_THEIRS: body}})


def _plain(content: bytes) -> str:
    return content.decode(errors="backslashreplace")


class Redis(Connection):
    """A connection to Redis."""

    limit = LIMIT

    def __init__(self, url: str, names: Names, take: Take) -> None:
        """Say what is read; nothing is connected to before ``start``."""
        super().__init__(take)
        self.broker = RedisBroker(
            url,
            graceful_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            ack_policy=AckPolicy.NACK_ON_ERROR,
            message_format=_AsItIs,
            apply_types=False,
            logger=None,  # type: ignore[arg-type]  # as for the others, where it is declared
        )
        self._names = names
        self._client: Client
        # all processes read as one: what one of them left is taken again by any
        self._subscribers = [
            self.broker.subscriber(
                stream=StreamSub(
                    names.tasks,
                    group=names.group,
                    consumer=names.group,
                    polling_interval=1000,
                    min_idle_time=idle,
                    max_records=1,
                ),
                parser=_parsed,
                decoder=body_of,
                no_reply=True,
            )
            for idle in (None, int(UNACKNOWLEDGED * 1000))
        ]
        for each in self._subscribers:
            each(self.received)

    async def start(self) -> None:
        """Connect, make the group of readers, and read."""
        self._client = await self.broker.connect()
        async with asyncio.timeout(PATIENCE):
            try:
                # from the first entry: requests may have come before anybody read
                await self._client.xgroup_create(
                    self._names.tasks, self._names.group, id="0", mkstream=True
                )
            except ResponseError as error:
                if not str(error).startswith("BUSYGROUP"):
                    raise
            await self.broker.start()

    async def stop(self) -> None:
        """Read no more, and say goodbye."""
        await self.broker.stop()

    async def cut_off(self) -> None:
        """Close the connection itself."""
        await self._client.aclose()

    async def publish(self, letter: Letter) -> None:
        """Send a message; it is in a stream once this returns."""
        async with asyncio.timeout(PATIENCE):
            if letter.reply_to and await self._reply(letter):
                return
            await self._add(letter, letter.subject, minid=_oldest())

    async def _reply(self, letter: Letter) -> bool:
        """Send a message to the stream that its receiver named; tell whether that can be.

        How long its entries are kept is for whom the stream belongs to.
        """
        try:
            await self._add(letter, letter.reply_to)
        except ResponseError:  # it is no stream, or not ours to write to
            return False
        return True

    async def _add(self, letter: Letter, stream: str, minid: str | None = None) -> None:
        entry: dict[Any, Any] = {BODY: letter.body, "id": letter.id, **letter.headers}
        await self._client.xadd(stream, {**entry, "content-type": letter.content_type}, minid=minid)

    async def check(self) -> None:
        """See that the server answers, and that we read; let go what is old."""
        async with asyncio.timeout(PATIENCE):
            groups = await self._client.xinfo_groups(self._names.tasks)
            await self._client.xtrim(self._names.tasks, minid=_oldest())
        named = {each["name"] for each in groups}
        if self._names.group.encode() not in named or not all(
            each.running for each in self._subscribers
        ):
            raise ConnectionError("nobody reads the stream any more")


def _oldest() -> str:
    return f"{int((time.time() - KEPT) * 1000)}"


@asynccontextmanager
async def connect(url: str, names: Names, take: Take) -> AsyncIterator[Redis]:
    """Connect to Redis."""
    wire = Redis(url, names, take)
    try:
        await wire.start()
        yield wire
    finally:
        await wire.close()
