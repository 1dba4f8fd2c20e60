"""How is a rule tested without a database? A service over an ``AsyncMock`` with the real shape.

A mock without a spec agrees to everything: rename the method in the repository, and the test goes
on passing. ``create_autospec`` refuses what the class does not have, and wrong arguments too.
"""

from typing import cast
from unittest.mock import AsyncMock, create_autospec
from uuid import UUID, uuid4

import pytest


class User:
    """One user."""

    def __init__(self, email: str, hashed_password: str) -> None:
        """Make one that is not stored yet."""
        self.id = uuid4()
        self.email = email
        self.hashed_password = hashed_password


class UserRepository:
    """What the service needs; the database's part is left out of this example."""

    async def add(self, user: User) -> None:
        """Insert a user."""
        raise NotImplementedError

    async def one(self, user_id: UUID) -> User:
        """Return a user."""
        raise NotImplementedError


class UserService:
    """Business rules of users."""

    def __init__(self, users: UserRepository) -> None:
        """Work on a repository."""
        self.users = users

    async def create(self, email: str, password: str) -> User:
        """Create a user; the hash stands for a real one here."""
        user = User(email.lower(), hashed_password=f"hash of {len(password)} characters")
        await self.users.add(user)
        return user


@pytest.fixture
def users() -> AsyncMock:
    """Return a stand-in that has exactly the repository's methods."""
    return cast("AsyncMock", create_autospec(UserRepository, instance=True))


@pytest.fixture
def service(users: AsyncMock) -> UserService:
    """Return the service over the stand-in."""
    return UserService(cast("UserRepository", users))


class TestUserService:
    async def test_the_password_itself_is_not_stored(
        self, service: UserService, users: AsyncMock
    ) -> None:
        await service.create("Ann@Example.com", "Secret123")
        users.add.assert_awaited_once()
        # What was handed over is the result of a unit; what a mock returns is the test's own words.
        stored: User = users.add.await_args.args[0]
        assert stored.email == "ann@example.com"
        assert "Secret123" not in vars(stored).values()

    async def test_a_failure_of_the_store_reaches_the_caller(
        self, service: UserService, users: AsyncMock
    ) -> None:
        users.add.side_effect = ConnectionError("no database")
        with pytest.raises(ConnectionError):
            await service.create("ann@example.com", "Secret123")

    async def test_a_stand_in_refuses_what_the_class_does_not_have(self, users: AsyncMock) -> None:
        with pytest.raises(AttributeError):
            _ = users.create
        with pytest.raises(TypeError):
            await users.one()
