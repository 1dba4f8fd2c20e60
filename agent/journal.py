"""Who calls the stages of a task? A journal: one step after another, by name.

This one only calls. A durable one would keep what each step gave, and after a crash give it again
instead of calling; so stages take and return plain data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

P = ParamSpec("P")
T = TypeVar("T")


class Journal(Protocol):
    """The one thing that a runner asks of a journal."""

    async def step(
        self, name: str, stage: Callable[P, Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Give what the stage of this name gives for these arguments."""
        ...


class MemoryJournal:
    """Calls each stage, and keeps nothing."""

    async def step(
        self, _name: str, stage: Callable[P, Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Call the stage."""
        return await stage(*args, **kwargs)
