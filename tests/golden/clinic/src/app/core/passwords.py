"""Passwords: kept as argon2 hashes, never as they are."""

import asyncio

from pwdlib import PasswordHash

hasher = PasswordHash.recommended()


async def hash_password(password: str) -> str:
    """Hash a password in a thread: it takes tens of milliseconds on purpose."""
    return await asyncio.to_thread(hasher.hash, password)


async def verify_password(password: str, hashed: str) -> bool:
    """Compare a password with a hash, in a thread."""
    return await asyncio.to_thread(hasher.verify, password, hashed)
