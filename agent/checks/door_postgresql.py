"""Who may pass to PostgreSQL? Who names in the first packet the role and database made for it.

After that packet nothing in the protocol changes who somebody is (SET ROLE asks for rights). What a
client sends is read strictly and written anew, so that the server cannot read it otherwise.
https://www.postgresql.org/docs/current/protocol-message-formats.html
"""

from __future__ import annotations

import ssl
import struct
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote

from agent.checks.ends import ForbiddenError, connect

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from agent.checks.ends import End

HEAD = struct.Struct("!II")
HEAD_OF_MESSAGE = 5
LONGEST_FIRST_PACKET = 10_000
"""Bytes that PostgreSQL itself takes."""
LONGEST_GREETING = 2**20
VERSION_3 = 3
CANCEL, ENCRYPT_TLS, ENCRYPT_GSS = 80877102, 80877103, 80877104
VERIFIED = ("verify-ca", "verify-full")


class PostgreSQLDoor:
    """One role, one database; a query may be cancelled by who got its key through this door."""

    driver = "postgresql+asyncpg"
    file = ".s.PGSQL.5432"
    way = "host={folder}"

    def __init__(self, made: SplitResult) -> None:
        """Take the URL of a throw-away database."""
        self.role, self.database = unquote(made.username or ""), unquote(made.path[1:])
        query = {key: values[-1] for key, values in parse_qs(made.query).items()}
        self.host = query.get("host") or made.hostname or "localhost"
        self.port = int(query.get("port") or made.port or 5432)
        in_file = self.host.startswith("/")
        self.path = f"{self.host}/.s.PGSQL.{self.port}" if in_file else None
        self.tls = "disable" if in_file else query.get("sslmode") or query.get("ssl") or "prefer"
        self.authority = query.get("sslrootcert")
        self.keys: set[bytes] = set()

    def refusal(self, reason: str, _number: int = 0) -> bytes:
        """Write an ErrorResponse."""
        fields = {"S": "FATAL", "V": "FATAL", "C": "28000", "M": reason}
        body = b"".join(f"{key}{value}\0".encode() for key, value in fields.items()) + b"\0"
        return b"E" + struct.pack("!I", len(body) + 4) + body

    async def sign_in(self, client: End) -> End | None:
        """Read the first packet; the password is for the server to judge.

        Raises:
            ForbiddenError: it is not the role, or not the database.

        """
        code, body = await _first_packet(client)
        for _ in range(2):
            if code in {ENCRYPT_TLS, ENCRYPT_GSS}:
                client.write(b"N")
                code, body = await _first_packet(client)
        if code == CANCEL:
            if body in self.keys:
                server = await self._connect()
                try:
                    server.write(HEAD.pack(len(body) + HEAD.size, CANCEL) + body)
                    await server.ended
                finally:
                    server.close()
            return None
        if code >> 16 != VERSION_3:
            raise ForbiddenError("this version of the protocol is not spoken here")
        said = _parameters(body)
        user = said.get("user", "")
        place = said.get("database", user)
        if (user, place) != (self.role, self.database) or "replication" in said:
            raise ForbiddenError("only the role and the database that were made for this job")
        server = await self._connect()
        body = b"".join(f"{key}\0{value}\0".encode() for key, value in said.items()) + b"\0"
        server.write(HEAD.pack(len(body) + HEAD.size, code) + body)
        server.look = _Greeting(self.keys)
        return server

    async def _connect(self) -> End:
        """Reach the server, in TLS as libpq's sslmode says."""
        server = await connect(self.host, self.port, self.path)
        if self.tls in {"disable", "allow"}:
            return server
        try:
            await self._encrypt(server)
        except BaseException:
            server.close()
            raise
        return server

    async def _encrypt(self, server: End) -> None:
        server.write(HEAD.pack(HEAD.size, ENCRYPT_TLS))
        if await server.read(1) == b"S":
            context = ssl.create_default_context(cafile=self.authority)
            context.check_hostname = self.tls == "verify-full"
            if self.tls not in VERIFIED:
                context.verify_mode = ssl.CERT_NONE
            await server.encrypt(context, self.host)
        elif self.tls != "prefer":
            raise ForbiddenError("the database server has no TLS, which sslmode asks for")


class _Greeting:
    """Follows a server until it is ready, and notes the key that a query can be cancelled with."""

    def __init__(self, keys: set[bytes]) -> None:
        self.keys = keys
        self.held: bytearray | None = bytearray()

    def __call__(self, data: bytes) -> None:
        if self.held is None:
            return
        self.held += data
        while len(self.held) >= HEAD_OF_MESSAGE:
            kind, size = self.held[:1], int.from_bytes(self.held[1:HEAD_OF_MESSAGE], "big") + 1
            if not HEAD_OF_MESSAGE <= size <= LONGEST_GREETING:
                raise ForbiddenError("the server does not speak PostgreSQL's protocol")
            if len(self.held) < size:
                return
            if kind == b"K":
                self.keys.add(bytes(self.held[HEAD_OF_MESSAGE:size]))
            if kind == b"Z":
                self.held = None
                return
            del self.held[:size]


async def _first_packet(client: End) -> tuple[int, bytes]:
    size, code = HEAD.unpack(await client.read(HEAD.size))
    if not HEAD.size <= size <= LONGEST_FIRST_PACKET:
        raise ForbiddenError("this is not how PostgreSQL's protocol begins")
    return code, await client.read(size - HEAD.size)


def _parameters(body: bytes) -> dict[str, str]:
    """Read names and values, each of which ends with a zero byte, as does their list."""
    try:
        *texts, last, end = body.decode().split("\0")
    except ValueError as error:
        raise ForbiddenError("the first packet cannot be read") from error
    said = dict(zip(texts[::2], texts[1::2], strict=False))
    if last or end or len(texts) != 2 * len(said) or "" in said:
        raise ForbiddenError("the first packet cannot be read")
    return said
