"""Queries over users."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.user import User
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, at_least, at_most, contains, equal

LIST_USERS = Listing(
    filters={
        "id": equal(User.id),
        "email": equal(User.email),
        "full_name": equal(User.full_name),
        "is_active": equal(User.is_active),
        "created_at_min": at_least(User.created_at),
        "created_at_max": at_most(User.created_at),
        "updated_at_min": at_least(User.updated_at),
        "updated_at_max": at_most(User.updated_at),
    },
    search=contains(User.email, User.full_name),
    sorts={
        "id": User.id,
        "email": User.email,
        "full_name": User.full_name,
        "is_active": User.is_active,
        "created_at": User.created_at,
        "updated_at": User.updated_at,
    },
    key=(User.id,),
)


class UserRepository(BaseRepository[User]):
    """Queries over users."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, User)
