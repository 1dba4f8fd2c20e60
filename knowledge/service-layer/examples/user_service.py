"""What belongs in a service? The rules of users, over a repository and free of HTTP.

The role document's service with its gaps closed: an update of what is not there is an error with
a name (not a ValueError that ends as 500), a deletion of it too (not silence), and passwords
are hashed with argon2, off the event loop.
"""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from uuid import UUID, uuid4

import pytest
from pwdlib import PasswordHash

hasher = PasswordHash.recommended()


class NotFoundError(Exception):
    """There is no such row."""


class ForbiddenError(Exception):
    """Who is asking may not do this."""


@dataclass(frozen=True)
class User:
    """One user, as it is stored."""

    email: str
    hashed_password: str
    roles: tuple[str, ...] = ("user",)
    id: UUID = field(default_factory=uuid4)


class Users(Protocol):
    """What the service needs of a store."""

    async def one(self, user_id: UUID) -> User:
        """Return the user, or raise NotFoundError."""
        ...

    async def save(self, user: User) -> None:
        """Keep a new or a changed user."""
        ...

    async def remove(self, user: User) -> None:
        """Delete a user."""
        ...


class UserService:
    """Business rules of users."""

    def __init__(self, users: Users) -> None:
        """Work on a store."""
        self.users = users

    async def create(self, email: str, password: str) -> User:
        """Create a user; the password itself is kept nowhere."""
        user = User(email=email, hashed_password=await hash_password(password))
        await self.users.save(user)
        return user

    async def update(self, user_id: UUID, changes: dict[str, Any], actor: User) -> User:
        """Change what was sent, if it is the actor's own or the actor is an administrator."""
        user = await self.users.one(user_id)
        if user.id != actor.id and "admin" not in actor.roles:
            message = "This belongs to another user."
            raise ForbiddenError(message)
        if "password" in changes:
            password = changes["password"]
            changes = {key: value for key, value in changes.items() if key != "password"}
            changes["hashed_password"] = await hash_password(password)
        changed = replace(user, **changes)
        await self.users.save(changed)
        return changed

    async def delete(self, user_id: UUID) -> None:
        """Delete a user that is there."""
        await self.users.remove(await self.users.one(user_id))


async def hash_password(password: str) -> str:
    """Hash in a thread: on the event loop, every other request would wait for it."""
    return await asyncio.to_thread(hasher.hash, password)


async def verify_password(password: str, hashed: str) -> bool:
    """Compare a password with a hash, in a thread."""
    return await asyncio.to_thread(hasher.verify, password, hashed)


class MemoryUsers:
    """Users in memory."""

    def __init__(self) -> None:
        """Start empty."""
        self.rows: dict[UUID, User] = {}

    async def one(self, user_id: UUID) -> User:
        """Return the user, or say that there is none."""
        if user_id not in self.rows:
            message = "User not found."
            raise NotFoundError(message)
        return self.rows[user_id]

    async def save(self, user: User) -> None:
        """Keep a user."""
        self.rows[user.id] = user

    async def remove(self, user: User) -> None:
        """Delete a user."""
        del self.rows[user.id]


async def test_a_password_is_hashed_and_can_be_verified() -> None:
    user = await UserService(MemoryUsers()).create("ann@example.com", "Secret123")
    assert user.hashed_password.startswith("$argon2id$")
    assert await verify_password("Secret123", user.hashed_password)
    assert not await verify_password("secret123", user.hashed_password)


async def test_a_changed_password_is_hashed_as_well() -> None:
    service = UserService(MemoryUsers())
    ann = await service.create("ann@example.com", "Secret123")
    changed = await service.update(ann.id, {"password": "Other4567"}, actor=ann)
    assert changed.email == "ann@example.com"
    assert await verify_password("Other4567", changed.hashed_password)


async def test_what_is_not_there_is_named_in_every_operation() -> None:
    service = UserService(MemoryUsers())
    admin = User("root@example.com", "x", roles=("admin",))
    with pytest.raises(NotFoundError):
        await service.update(uuid4(), {"email": "new@example.com"}, actor=admin)
    with pytest.raises(NotFoundError):
        await service.delete(uuid4())


async def test_only_the_owner_and_an_administrator_may_change_a_user() -> None:
    users = MemoryUsers()
    service = UserService(users)
    ann, ben = User("ann@example.com", "x"), User("ben@example.com", "x")
    await users.save(ann)
    with pytest.raises(ForbiddenError):
        await service.update(ann.id, {"email": "mine@example.com"}, actor=ben)
    admin = replace(ben, roles=("admin",))
    assert (await service.update(ann.id, {"email": "new@example.com"}, actor=admin)).id == ann.id
    await service.delete(ann.id)
    assert users.rows == {}
