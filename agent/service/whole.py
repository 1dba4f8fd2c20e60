"""How does a statement come to its end, though who sent it is called off meanwhile?

SQLite keeps its locks for a statement that is left in the middle, also after its connection was
closed. So what was begun there is awaited, and whoever is called off hears of it at the end.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from sqlalchemy import CursorResult, Executable

T = TypeVar("T")


class Whole(AsyncConnection):
    """A connection whose statements come to their end."""

    __slots__ = ("_called_off",)

    def __init__(self, connection: AsyncConnection) -> None:
        """Take the connection that is spoken through."""
        super().__init__(connection.engine, connection.sync_connection)
        self._called_off: asyncio.CancelledError | None = None

    async def execute(
        self,
        statement: Executable,
        parameters: Any = None,  # noqa: ANN401 - as of any connection
        **options: Any,  # noqa: ANN401 - the same
    ) -> CursorResult[Any]:
        """Execute a statement, to its end."""
        return await self.to_its_end(super().execute(statement, parameters, **options))

    async def to_its_end(self, work: Awaitable[T]) -> T:
        """Do something, and remember who wanted it to be called off."""
        doing = asyncio.ensure_future(work)
        while not doing.done():
            try:
                await asyncio.wait([doing])
            except asyncio.CancelledError as error:
                self._called_off = error
        return doing.result()

    def hear(self) -> None:
        """Be called off now, where that was wanted meanwhile.

        Raises:
            CancelledError: it was.

        """
        if self._called_off is not None:
            raise self._called_off
