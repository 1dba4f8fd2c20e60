"""How does a process hear that it is to stop? By a signal; a worker alone then gives all back."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from agent.log import logger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agent.service.service import Service

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def on_signal(stop: Callable[[], None]) -> Iterator[None]:
    """Call something for each signal to stop, instead of what would happen."""
    loop = asyncio.get_running_loop()
    for each in _SIGNALS:
        loop.add_signal_handler(each, stop)
    try:
        yield
    finally:
        for each in _SIGNALS:
            loop.remove_signal_handler(each)


async def work(service: Service) -> None:
    """Work until a signal says to stop. What is worked on is given back then."""
    if service.worker is None:
        raise AssertionError("a worker needs a runner")
    logger().info("working")
    with on_signal(service.worker.stop):
        await service.worker.run()
