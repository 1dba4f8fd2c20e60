"""Queries over accounts."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.account import Account
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, at_least, at_most, contains, equal

LIST_ACCOUNTS = Listing(
    filters={
        "id": equal(Account.id),
        "username": equal(Account.username),
        "nickname": equal(Account.nickname),
        "is_active": equal(Account.is_active),
        "created_at_min": at_least(Account.created_at),
        "created_at_max": at_most(Account.created_at),
        "updated_at_min": at_least(Account.updated_at),
        "updated_at_max": at_most(Account.updated_at),
    },
    search=contains(Account.username, Account.nickname),
    sorts={
        "id": Account.id,
        "username": Account.username,
        "nickname": Account.nickname,
        "is_active": Account.is_active,
        "created_at": Account.created_at,
        "updated_at": Account.updated_at,
    },
    key=(Account.id,),
)


class AccountRepository(BaseRepository[Account]):
    """Queries over accounts."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, Account)
