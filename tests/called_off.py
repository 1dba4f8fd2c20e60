"""Work that a test calls off at any of its awaits, one after the other."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator


class CalledOff:
    """Work that is called off at one of its awaits: while it waits, or when that is just over."""

    def __init__(self, work: Coroutine[Any, Any, None], at: int, *, is_over: bool) -> None:
        self.work = work
        self.left = at
        self.is_over = is_over

    def __await__(self) -> Generator[Any, Any, None]:
        task = asyncio.current_task()
        assert task is not None
        waits = self.work.__await__()
        send: Callable[[], Any] = partial(next, waits)
        while True:
            try:
                awaited = send()
            except StopIteration:
                return
            self.left -= 1
            if self.left == 0:
                if self.is_over and awaited is not None:
                    awaited.add_done_callback(lambda _: task.cancel())
                else:
                    asyncio.get_running_loop().call_soon(task.cancel)
            try:
                yield awaited
            except BaseException as error:  # noqa: BLE001 - it goes where it belongs
                send = partial(waits.throw, error)
            else:
                send = partial(next, waits)


async def stepped(work: CalledOff) -> None:
    """Do it in a task of its own, which can be called off."""
    await work
