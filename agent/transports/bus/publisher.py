"""How does what is to leave reach the broker? In its order, each at least once under its own id.

Of all processes on one database one publishes at a time: whoever holds the lock.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.service.messages import HANDOFF
from agent.service.presence import take_lock
from agent.service.records import Wire
from agent.transports.bus.envelopes import CONTENT_TYPES, Event, write
from agent.transports.bus.wire import Letter, end_where_cancelled

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from agent.service.presence import Lock
    from agent.service.records import Message
    from agent.service.service import Service
    from agent.transports.bus.names import Names
    from agent.transports.bus.wire import Connection

LOOK = 0.2
"""Seconds between two looks for what is to leave."""
CHECK = 5.0
"""Seconds between two looks whether the broker, and the lock, are still there."""
BATCH = 25
"""Messages that are marked together: so many are sent again, at most, by who was killed."""
ASKS = "agent.task.input-required"
_NAME, _NUMBER = "publisher", 0x70795F7370656302


class Publisher:
    """Publishes what is in the outbox, over one connection to a broker."""

    def __init__(self, service: Service, wire: Connection, names: Names) -> None:
        """Take the service, the connection, and the names on the bus."""
        self._service = service
        self._wire = wire
        self._names = names

    async def run(self) -> None:
        """Publish until something goes wrong, which is raised; wait while others do it."""
        while True:
            end_where_cancelled()
            async with self._lock() as lock:
                await self._lead(lock)
            await self._wire.check()
            await asyncio.sleep(CHECK if lock is None else 0)

    async def _lead(self, lock: Lock | None) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + CHECK
        while lock is not None:
            end_where_cancelled()
            if not await self.publish():
                await asyncio.sleep(LOOK)
            if loop.time() >= until:
                await self._wire.check()
                if not await lock.is_held():
                    return
                until = loop.time() + CHECK

    @asynccontextmanager
    async def _lock(self) -> AsyncIterator[Lock | None]:
        lock = await take_lock(self._service.database, _NAME, _NUMBER)
        try:
            yield lock
        finally:
            if lock is not None:
                await lock.release()

    async def publish(self) -> int:
        """Publish the next messages; return how many there were.

        Those of one task leave one behind the other, those of many side by side: a broker that
        takes its time to confirm one is not waited for by the others.
        """
        by_task: defaultdict[str, list[Message]] = defaultdict(list)
        for message in await self._service.messages.unpublished(BATCH):
            by_task[message.task].append(message)
        sent: list[int] = []
        sending = [self._in_order(each, sent) for each in by_task.values()]
        try:
            done = await asyncio.gather(*sending, return_exceptions=True)
        finally:
            if sent:  # also where the next one failed
                await self._service.messages.published(sent)
        for error in filter(None, done):
            raise error
        return len(sent)

    async def _in_order(self, messages: Iterable[Message], sent: list[int]) -> None:
        for message in messages:
            if _leaves(message):
                await self._wire.publish(self.letter(message))
            sent.append(message.number)

    def letter(self, message: Message) -> Letter:
        """Return a message as it is written; what is too large for the broker is only named."""
        names, origin = self._names, message.origin
        is_handoff = message.kind == HANDOFF
        event = Event(
            id=message.id,
            kind=message.kind,
            at=message.at,
            data=message.data["payload"] if is_handoff else message.data,
            task=message.task,
            to=message.to,
            reply_to=names.tasks if message.kind == ASKS else "",
        )
        body = write(event, origin)
        if len(body) > self._wire.limit:
            body = write(replace(event, ref=f"/v1/tasks/{message.task}"), origin)
        return Letter(
            message.id,
            names.handoffs(message.to) if is_handoff else names.events,
            body,
            CONTENT_TYPES[origin.wire],
            "" if is_handoff else names.reply(origin.reply_to),
        )


def _leaves(message: Message) -> bool:
    """Tell whether a message is for the bus: who came by HTTP looks there, and nobody else may."""
    return message.kind == HANDOFF or message.origin.wire is not Wire.HTTP
