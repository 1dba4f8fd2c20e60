"""Signing in, staying signed in, registering."""

from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.exceptions import UnauthorizedError
from app.core.passwords import verify_password
from app.core.security import Use, issue_token, password_mark, read_token
from app.models.user import User
from app.schemas.auth import TokenPair


class AuthService:
    """Accounts and their tokens."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session

    async def login(self, email: str, password: str) -> TokenPair:
        """Return a pair of tokens for the right password."""
        user = await self._find(User.email == email.lower())
        hashed = None if user is None else user.hashed_password
        if not await verify_password(password, hashed) or user is None or not user.is_active:
            raise UnauthorizedError("The name or the password is wrong.")
        return _pair(user)

    async def refresh(self, token: str) -> TokenPair:
        """Return a new pair for a refresh token."""
        return _pair(await self._holder(token, "refresh"))

    async def user_of(self, token: str) -> User:
        """Return the user that an access token names."""
        return await self._holder(token, "access")

    async def _holder(self, token: str, use: Use) -> User:
        claims = read_token(token, use)
        try:
            subject = UUID(claims.subject)
        except ValueError as error:
            raise UnauthorizedError("The token is not valid.") from error
        user = await self._find(User.id == subject)
        if user is None or not user.is_active or password_mark(user.hashed_password) != claims.mark:
            raise UnauthorizedError("The token is not valid any more.")
        return user

    async def _find(self, condition: ColumnElement[bool]) -> User | None:
        return (await self.session.scalars(select(User).where(condition))).one_or_none()


def _pair(user: User) -> TokenPair:
    subject = str(user.id)
    return TokenPair(
        access_token=issue_token(subject, user.hashed_password, "access"),
        refresh_token=issue_token(subject, user.hashed_password, "refresh"),
    )
