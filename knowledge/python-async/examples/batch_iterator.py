"""How is a long list read in pieces? An async iterator over cursors, as class and as generator."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Generic, Self, TypeVar

import pytest

T = TypeVar("T")
Fetch = Callable[[str | None], Awaitable[tuple[list[T], str | None]]]


class AsyncBatchIterator(Generic[T]):
    """Batches of items, until a batch comes without a cursor for the next.

    An empty last batch is not handed out: who counts rows by batches is not told of nothing.
    """

    def __init__(self, fetch: Fetch[T]) -> None:
        """Start before the first batch; ``fetch`` takes a cursor, and gives items and the next."""
        self.fetch = fetch
        self.cursor: str | None = None
        self.exhausted = False

    def __aiter__(self) -> Self:
        """Iterate over itself, once."""
        return self

    async def __anext__(self) -> list[T]:
        """Return the next batch."""
        if self.exhausted:
            raise StopAsyncIteration
        items, self.cursor = await self.fetch(self.cursor)
        self.exhausted = self.cursor is None
        if not items and self.exhausted:
            raise StopAsyncIteration
        return items


async def each(fetch: Fetch[T]) -> AsyncGenerator[T, None]:
    """Give single items: the shorter form, wherever no state has to be seen from outside."""
    cursor: str | None = None
    while True:
        items, cursor = await fetch(cursor)
        for item in items:
            yield item
        if cursor is None:
            return


class Pages:
    """A server that hands out its rows two at a time, and counts the requests."""

    def __init__(self, rows: list[int]) -> None:
        """Serve these rows."""
        self.rows = rows
        self.requests = 0

    async def fetch(self, cursor: str | None) -> tuple[list[int], str | None]:
        """Return the rows behind a cursor, and the cursor of the next page."""
        self.requests += 1
        start = int(cursor or 0)
        following = str(start + 2) if start + 2 <= len(self.rows) else None
        return self.rows[start : start + 2], following


@pytest.mark.parametrize(
    ("rows", "batches"), [([], []), ([1], [[1]]), ([1, 2], [[1, 2]]), ([1, 2, 3], [[1, 2], [3]])]
)
async def test_batches_end_where_the_rows_end(rows: list[int], batches: list[list[int]]) -> None:
    assert [batch async for batch in AsyncBatchIterator(Pages(rows).fetch)] == batches


async def test_the_next_page_is_asked_for_only_when_it_is_needed() -> None:
    pages = Pages([1, 2, 3, 4, 5])
    # A generator that is left early keeps its resources until it is closed.
    async with aclosing(each(pages.fetch)) as items:
        async for item in items:
            if item == 2:
                break
    assert pages.requests == 1


async def test_all_items_come_in_order() -> None:
    assert [item async for item in each(Pages([1, 2, 3]).fetch)] == [1, 2, 3]
