"""How do many tasks end together? ``asyncio.TaskGroup``, with a bound on how many run at once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import pytest

T = TypeVar("T")
R = TypeVar("R")


async def map_concurrently(
    work: Callable[[T], Awaitable[R]], items: Sequence[T], *, at_once: int
) -> list[R]:
    """Return the results in the order of the items; the first failure cancels the others.

    A group without a bound opens as many connections as there are items.
    """
    slots = asyncio.Semaphore(at_once)

    async def limited(item: T) -> R:
        async with slots:
            return await work(item)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(limited(item)) for item in items]
    return [task.result() for task in tasks]


class Orders:
    """Work that can be watched: how many run, which were cut short."""

    def __init__(self) -> None:
        """Start with nothing running."""
        self.running = 0
        self.most = 0
        self.cancelled: list[str] = []

    async def process(self, order_id: str) -> str:
        """Process one order; the one that is called 'bad' fails."""
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await asyncio.sleep(0.001)
            if order_id == "bad":
                message = f"order {order_id} cannot be processed"
                raise ValueError(message)
            await asyncio.sleep(0.05 if order_id == "slow" else 0)
        except asyncio.CancelledError:
            # Clean up, and let the cancellation go on: who swallows it hangs the group.
            self.cancelled.append(order_id)
            raise
        finally:
            self.running -= 1
        return order_id.upper()


async def test_results_keep_the_order_of_the_items() -> None:
    orders = Orders()
    found = await map_concurrently(orders.process, ["a", "slow", "b", "c"], at_once=2)
    assert found == ["A", "SLOW", "B", "C"]
    assert orders.most == 2


async def test_a_failure_cancels_the_others_and_nothing_is_left_running() -> None:
    orders = Orders()
    with pytest.raises(ExceptionGroup) as caught:
        await map_concurrently(orders.process, ["slow", "bad"], at_once=2)
    assert [str(error) for error in caught.value.exceptions] == ["order bad cannot be processed"]
    assert orders.cancelled == ["slow"]
    assert orders.running == 0


async def test_a_group_of_errors_is_taken_apart_by_type() -> None:
    refused = []
    try:
        await map_concurrently(Orders().process, ["bad"], at_once=1)
    except* ValueError as group:
        refused = [str(error) for error in group.exceptions]
    assert refused == ["order bad cannot be processed"]
