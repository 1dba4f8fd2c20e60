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

    from sqlalchemy import Connection

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

        def keep(connection: Connection) -> Key:
            connection.execute(insert(KEYS), values)
            return rows.key(connection.execute(select(KEYS).where(KEYS.c.id == key_id)).one())

        return await self._database.write(keep), f"psk_{key_id}_{secret}"

    async def owner(self, text: str) -> Key | None:
        """Return the key that this is the text of; None where it is none, or was revoked."""
        found = SHAPE.fullmatch(text)
        if found is None:
            return None
        query = select(KEYS).where(KEYS.c.id == found[1], KEYS.c.revoked.is_(None))
        row = await self._database.read(lambda each: each.execute(query).one_or_none())
        if row is None or not hmac.compare_digest(row.hash, _hash(found[2])):
            return None
        return rows.key(row)

    async def all(self) -> list[Key]:
        """Return all keys, the oldest first."""
        query = select(KEYS).order_by(KEYS.c.created)
        return await self._database.read(lambda each: list(map(rows.key, each.execute(query))))

    async def counts(self, key_id: str) -> bool:
        """Tell whether there is such a key that was not revoked."""
        query = select(KEYS.c.id).where(KEYS.c.id == key_id, KEYS.c.revoked.is_(None))
        return await self._database.read(lambda each: each.execute(query).first() is not None)

    async def were_made(self) -> bool:
        """Tell whether there is a key, or ever was one."""
        query = select(KEYS.c.id).limit(1)
        return await self._database.read(lambda each: each.execute(query).first() is not None)

    async def revoke(self, key_id: str) -> bool:
        """Let a key count no more; tell whether there was one."""
        change = update(KEYS).where(KEYS.c.id == key_id, KEYS.c.revoked.is_(None))
        change = change.values(revoked=rows.now())
        return bool(await self._database.write(lambda each: each.execute(change).rowcount))


def _hash(secret: str) -> str:
    """Return what is kept of a secret: it is random and long, so that nobody can try them all."""
    return hashlib.sha256(secret.encode()).hexdigest()
