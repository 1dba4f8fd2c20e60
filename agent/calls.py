"""Where is a function called? Here, in a thread (``asyncio.to_thread``), or in another process."""

from __future__ import annotations

from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")


class Calls(Protocol):
    """Calls a function somewhere, and gives what it gives or raises what it raises."""

    async def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call it."""
        ...


async def here(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function in this process, without limits: for who has no other tasks."""
    return function(*args, **kwargs)
