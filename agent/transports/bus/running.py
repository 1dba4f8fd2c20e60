"""How does the service stay on the bus? One connection after another, for as long as it runs."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from agent.documents import Fault
from agent.errors import RefusedError
from agent.transports.bus.intake import Intake
from agent.transports.bus.names import Names
from agent.transports.bus.publisher import Publisher
from agent.transports.bus.wire import LOG, end_where_cancelled, plain

if TYPE_CHECKING:
    from agent.service.service import Service
    from agent.transports.bus.wire import Open

FIRST, MOST = 0.5, 15.0
"""Seconds until a broker is tried again: at first, and at most."""
BROKERS = {
    "nats": "nats",
    "tls": "nats",
    "amqp": "rabbitmq",
    "amqps": "rabbitmq",
    "redis": "redis",
    "rediss": "redis",
}
"""By the scheme of the URL: the module, and the extra, of a broker."""


def broker_of(url: str) -> Open:
    """Return how to connect to the broker that a URL names. Nothing is connected to.

    Raises:
        RefusedError: it names none, or what speaks with it is not installed.

    """
    try:
        parts = urlsplit(url)
        name = BROKERS.get(parts.scheme) if parts.hostname else None
    except ValueError:
        name = None
    if name is None:
        expected = "nats://host:4222, amqp://user:password@host:5672/ or redis://host:6379/0"
        raise RefusedError(
            [Fault(code="bus", message="the bus is no URL of a broker", expected=expected)]
        )
    try:
        module = import_module(f"agent.transports.bus.{name}")
    except ImportError as error:
        message = f"what speaks with {name} is not installed: {error.name}"
        expected = f"pip install 'python-specialist[{name}]'"
        raise RefusedError([Fault(code="bus", message=message, expected=expected)]) from error
    connect: Open = module.connect
    return connect


async def run_bus(service: Service, url: str, names: Names | None = None) -> None:
    """Take what comes from a broker, and publish what is to leave, until this is cancelled.

    A broker that is not there, or goes away, is tried again; so is a database.

    Args:
        service: The service; it need not have a worker.
        url: The broker: ``nats://``, ``amqp://`` or ``redis://``.
        names: The names on the bus (None: the usual ones).

    Raises:
        RefusedError: the URL names no broker, or what speaks with it is not installed.

    """
    connect, names = broker_of(url), names or Names()
    where = urlsplit(url).netloc.rpartition("@")[2]
    intake = Intake(service, names)
    wait = FIRST
    while True:
        try:
            async with connect(url, names, intake.take) as wire:
                LOG.info("on the bus at %s", where)
                wait = FIRST
                await Publisher(service, wire, names).run()
        except Exception as error:  # noqa: BLE001 - each client, and the database, has its own
            LOG.warning("off the bus at %s, again in %g s: %s", where, wait, plain(error))
        end_where_cancelled()
        await asyncio.sleep(wait)
        wait = min(2 * wait, MOST)
