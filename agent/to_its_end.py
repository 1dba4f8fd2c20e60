"""How is something done to its end, though the task that does it is called off meanwhile?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable

T = TypeVar("T")


async def to_its_end(work: Awaitable[T]) -> T:
    """Do all of ``work``, and only then be called off."""
    doing = asyncio.ensure_future(work)
    called_off = None
    while not doing.done():
        try:
            await asyncio.wait([doing])
        except asyncio.CancelledError as error:
            called_off = error
    failure = doing.exception()
    if called_off is not None:
        raise called_off
    if failure is not None:
        raise failure
    return doing.result()
