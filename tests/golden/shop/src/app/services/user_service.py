"""What can be done with users, and by whom."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.passwords import hash_password
from app.models.user import User
from app.repositories.user_repository import LIST_USERS, UserRepository
from app.schemas.user import (
    ListUsersQuery,
    UserActive,
    UserCreate,
    UserReplace,
    UserRoles,
    UserUpdate,
)
from app.services.permissions import check_owner, confirm_password, keep_an_administrator


class UserService:
    """Business rules of users."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.users = UserRepository(session)

    async def register(self, data: UserCreate) -> User:
        """Register a new user."""
        user = User(
            **data.model_dump(exclude={"password"}),
            hashed_password=await hash_password(data.password),
        )
        await self.users.add(user, email="email")
        return user

    async def list_users(self, query: ListUsersQuery) -> tuple[list[User], int]:
        """List users."""
        return await self.users.page(LIST_USERS, query)

    async def create_user(self, data: UserCreate) -> User:
        """Create a user."""
        user = User(
            **data.model_dump(exclude={"password"}),
            hashed_password=await hash_password(data.password),
        )
        await self.users.add(user, email="email")
        return user

    async def read_user(self, user_id: UUID, actor: User) -> User:
        """Read a user."""
        user = await self.users.one(User.id == user_id)
        check_owner(user.id, actor, "admin")
        return user

    async def replace_user(self, user_id: UUID, data: UserReplace, actor: User) -> User:
        """Replace a user."""
        user = await self.users.one(User.id == user_id, lock=True)
        check_owner(user.id, actor, "admin")
        changes = data.model_dump()
        await self.users.change(user, changes, email="email")
        return user

    async def update_user(self, user_id: UUID, data: UserUpdate, actor: User) -> User:
        """Change a user."""
        user = await self.users.one(User.id == user_id, lock=True)
        check_owner(user.id, actor, "admin")
        changes = data.model_dump(exclude_unset=True, exclude={"password", "current_password"})
        if "password" in data.model_fields_set:
            await confirm_password(user, actor, data.current_password, "current_password")
            changes["hashed_password"] = await hash_password(data.password)
        await self.users.change(user, changes, email="email")
        return user

    async def delete_user(self, user_id: UUID) -> None:
        """Delete a user."""
        user = await self.users.one(User.id == user_id, lock=True)
        await keep_an_administrator(self.session, user)
        await self.users.remove(user)

    async def set_user_active(self, user_id: UUID, data: UserActive) -> User:
        """Close or reopen the account of a user."""
        user = await self.users.one(User.id == user_id, lock=True)
        changes = data.model_dump(exclude_unset=True)
        if not changes["is_active"]:
            await keep_an_administrator(self.session, user)
        await self.users.change(user, changes)
        return user

    async def set_user_roles(self, user_id: UUID, data: UserRoles) -> User:
        """Replace the roles of a user."""
        user = await self.users.one(User.id == user_id, lock=True)
        changes = data.model_dump(exclude_unset=True)
        if "admin" not in changes["roles"]:
            await keep_an_administrator(self.session, user)
        await self.users.change(user, changes)
        return user
