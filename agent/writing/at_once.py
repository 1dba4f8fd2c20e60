"""How are several answers asked for at a time? A few of them, and given in the order of asking."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

A = TypeVar("A")
T = TypeVar("T")

AT_ONCE = 4


async def each(work: Callable[[A], Awaitable[T]], items: Iterable[A]) -> list[T]:
    """Do the same with each item, a few at a time; the first that raises ends the others."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(item: A) -> T:
        async with turns:
            return await work(item)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(item)) for item in items]
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]
