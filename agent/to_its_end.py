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
    if called_off is None:
        return doing.result()
    _ = doing.exception()  # somebody has to ask for it
    try:
        raise called_off
    finally:
        called_off = None  # it holds this frame, and so all that waits for it
