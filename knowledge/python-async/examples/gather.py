"""How do independent waits overlap? ``asyncio.gather``, with every result in its own type."""

import asyncio
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class UserData:
    """What three sources know about one user."""

    user: str
    orders: list[int]
    preferences: dict[str, bool]


class Source:
    """Three remote services that count how many of them are being asked at once."""

    def __init__(self) -> None:
        """Start with nobody asking."""
        self.waiting = 0
        self.most = 0

    async def _travel(self) -> None:
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        await asyncio.sleep(0.001)
        self.waiting -= 1

    async def user(self, user_id: str) -> str:
        """Return a user's name."""
        await self._travel()
        return f"user {user_id}"

    async def orders(self, user_id: str) -> list[int]:
        """Return the numbers of a user's orders."""
        await self._travel()
        if not user_id.isdigit():
            message = f"no such user: {user_id}"
            raise LookupError(message)
        return [1, 2, 3]

    async def preferences(self, user_id: str) -> dict[str, bool]:
        """Return a user's choices."""
        await self._travel()
        return {"newsletter": bool(user_id)}


async def fetch_user_data(source: Source, user_id: str) -> UserData:
    """Ask all three at once: the answer takes as long as the slowest, not as long as the sum."""
    user, orders, preferences = await asyncio.gather(
        source.user(user_id),
        source.orders(user_id),
        source.preferences(user_id),
    )
    return UserData(user=user, orders=orders, preferences=preferences)


async def fetch_what_answers(source: Source, user_ids: list[str]) -> dict[str, list[int]]:
    """Keep the good answers and leave the failed ones out, on purpose and in one place."""
    answers = await asyncio.gather(
        *(source.orders(user_id) for user_id in user_ids), return_exceptions=True
    )
    found: dict[str, list[int]] = {}
    for user_id, answer in zip(user_ids, answers, strict=True):
        if isinstance(answer, LookupError):
            continue
        if isinstance(answer, BaseException):
            raise answer
        found[user_id] = answer
    return found


async def test_the_three_are_asked_at_once() -> None:
    source = Source()
    data = await fetch_user_data(source, "7")
    assert data == UserData(user="user 7", orders=[1, 2, 3], preferences={"newsletter": True})
    assert source.most == 3


async def test_one_failure_is_the_failure_of_all() -> None:
    with pytest.raises(LookupError, match="no such user"):
        await fetch_user_data(Source(), "nobody")


async def test_a_known_failure_can_be_left_out() -> None:
    assert await fetch_what_answers(Source(), ["1", "nobody"]) == {"1": [1, 2, 3]}
