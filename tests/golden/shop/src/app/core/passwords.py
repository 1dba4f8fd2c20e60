"""Passwords: kept as argon2 hashes, never as they are."""

import asyncio
from functools import cache

from pwdlib import PasswordHash

hasher = PasswordHash.recommended()


async def hash_password(password: str) -> str:
    """Hash a password in a thread: it takes tens of milliseconds on purpose."""
    return await asyncio.to_thread(hasher.hash, password)


async def verify_password(password: str, hashed: str | None) -> bool:
    """Compare a password with a hash, in a thread.

    Without a hash, as there is none of a user who does not exist, it takes as long to say no.
    """
    return await asyncio.to_thread(_verify, password, hashed)


def _verify(password: str, hashed: str | None) -> bool:
    matches = hasher.verify(password, _nobodys_hash() if hashed is None else hashed)
    return matches and hashed is not None


@cache
def _nobodys_hash() -> str:
    return hasher.hash("nobody has this password")
