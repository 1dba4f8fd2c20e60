"""What can be done with accounts, and by whom."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.passwords import hash_password
from app.models.account import Account
from app.repositories.account_repository import LIST_ACCOUNTS, AccountRepository
from app.schemas.account import (
    AccountActive,
    AccountCreate,
    AccountReplace,
    AccountRoles,
    AccountUpdate,
    ListAccountsQuery,
)
from app.services.permissions import check_owner, confirm_password, keep_an_administrator


class AccountService:
    """Business rules of accounts."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.accounts = AccountRepository(session)

    async def register(self, data: AccountCreate) -> Account:
        """Register a new user."""
        account = Account(
            **data.model_dump(exclude={"secret"}),
            hashed_secret=await hash_password(data.secret),
        )
        await self.accounts.add(account, username="username")
        return account

    async def list_accounts(self, query: ListAccountsQuery) -> tuple[list[Account], int]:
        """List accounts."""
        return await self.accounts.page(LIST_ACCOUNTS, query)

    async def create_account(self, data: AccountCreate) -> Account:
        """Create an account."""
        account = Account(
            **data.model_dump(exclude={"secret"}),
            hashed_secret=await hash_password(data.secret),
        )
        await self.accounts.add(account, username="username")
        return account

    async def read_account(self, account_id: UUID, actor: Account) -> Account:
        """Read an account."""
        account = await self.accounts.one(Account.id == account_id)
        check_owner(account.id, actor, "admin")
        return account

    async def replace_account(
        self,
        account_id: UUID,
        data: AccountReplace,
        actor: Account,
    ) -> Account:
        """Replace an account."""
        account = await self.accounts.one(Account.id == account_id, lock=True)
        check_owner(account.id, actor, "admin")
        changes = data.model_dump()
        await self.accounts.change(account, changes, username="username")
        return account

    async def update_account(
        self,
        account_id: UUID,
        data: AccountUpdate,
        actor: Account,
    ) -> Account:
        """Change an account."""
        account = await self.accounts.one(Account.id == account_id, lock=True)
        check_owner(account.id, actor, "admin")
        changes = data.model_dump(exclude_unset=True, exclude={"secret", "current_password"})
        if "secret" in data.model_fields_set:
            await confirm_password(account, actor, data.current_password, "current_password")
            changes["hashed_secret"] = await hash_password(data.secret)
        await self.accounts.change(account, changes, username="username")
        return account

    async def delete_account(self, account_id: UUID) -> None:
        """Delete an account."""
        account = await self.accounts.one(Account.id == account_id, lock=True)
        await keep_an_administrator(self.session, account)
        await self.accounts.remove(account)

    async def set_account_active(self, account_id: UUID, data: AccountActive) -> Account:
        """Close or reopen the account of a account."""
        account = await self.accounts.one(Account.id == account_id, lock=True)
        changes = data.model_dump(exclude_unset=True)
        if not changes["is_active"]:
            await keep_an_administrator(self.session, account)
        await self.accounts.change(account, changes)
        return account

    async def set_account_roles(self, account_id: UUID, data: AccountRoles) -> Account:
        """Replace the roles of a account."""
        account = await self.accounts.one(Account.id == account_id, lock=True)
        changes = data.model_dump(exclude_unset=True)
        if "admin" not in changes["roles"]:
            await keep_an_administrator(self.session, account)
        await self.accounts.change(account, changes)
        return account
