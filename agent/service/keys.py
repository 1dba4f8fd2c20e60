"""Who may call the service? Keys, of which only a hash is kept."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from agent.service import rows
from agent.service.tables import KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agent.service.database import Database
    from agent.service.records import Key, Scope

SHAPE = re.compile(r"psk_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
"""A key: its id, which may be told, and the secret behind it."""


class Keys:
    """The keys of the service."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    async def create(self, name: str, scopes: Iterable[Scope]) -> tuple[Key, str]:
        """Make a key; its text is known to nobody afterwards but to who gets it now."""
        key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        values = {
            "id": key_id,
            "name": name,
            "hash": _hash(secret),
            "scopes": sorted(scopes),
            "created": rows.now(),
            "revoked": None,
        }
        async with self._database.write() as connection:
            await connection.execute(insert(KEYS).values(**values))
            row = (await connection.execute(select(KEYS).where(KEYS.c.id == key_id))).one()
        return rows.key(row), f"psk_{key_id}_{secret}"

    async def owner(self, text: str) -> Key | None:
        """Return the key that this is the text of; None where it is none, or was revoked."""
        found = SHAPE.fullmatch(text)
        if found is None:
            return None
        async with self._database.read() as connection:
            query = select(KEYS).where(KEYS.c.id == found[1], KEYS.c.revoked.is_(None))
            row = (await connection.execute(query)).one_or_none()
        if row is None or not hmac.compare_digest(row.hash, _hash(found[2])):
            return None
        return rows.key(row)

    async def all(self) -> list[Key]:
        """Return all keys, the oldest first."""
        async with self._database.read() as connection:
            query = select(KEYS).order_by(KEYS.c.created)
            return [rows.key(row) for row in await connection.execute(query)]

    async def counts(self, key_id: str) -> bool:
        """Tell whether there is such a key that was not revoked."""
        query = select(KEYS.c.id).where(KEYS.c.id == key_id, KEYS.c.revoked.is_(None))
        async with self._database.read() as connection:
            return (await connection.execute(query)).first() is not None

    async def were_made(self) -> bool:
        """Tell whether there is a key, or ever was one."""
        async with self._database.read() as connection:
            return (await connection.execute(select(KEYS.c.id).limit(1))).first() is not None

    async def revoke(self, key_id: str) -> bool:
        """Let a key count no more; tell whether there was one."""
        async with self._database.write() as connection:
            done = await connection.execute(
                update(KEYS)
                .where(KEYS.c.id == key_id, KEYS.c.revoked.is_(None))
                .values(revoked=rows.now())
            )
        return bool(done.rowcount)


def _hash(secret: str) -> str:
    """Return what is kept of a secret: it is random and long, so that nobody can try them all."""
    return hashlib.sha256(secret.encode()).hexdigest()
