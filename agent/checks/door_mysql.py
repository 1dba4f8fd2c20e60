"""Who may pass to MySQL or MariaDB? Who signs in as the user made for it, and stays that user.

The server speaks first: what would hide the packets from us (TLS, compression) or make a client
send files is taken from its offer. Signing in is followed packet by packet; after it every packet
that begins a command is looked at, as one of them (COM_CHANGE_USER) signs in as somebody else.
https://dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote

from agent.checks.ends import ForbiddenError, connect

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from agent.checks.ends import End

HEAD = 4
"""Bytes before each packet: three of its length, one that counts."""
LONGEST = 0xFFFFFF
"""Bytes of a packet that goes on in the next one."""
LONGEST_TO_SIGN_IN = 2**16
PROTOCOL = 10
OK, MORE, SWITCH, ERROR = 0x00, 0x01, 0xFE, 0xFF
FAST_PATH_TAKEN = b"\x01\x03"
"""Of caching_sha2_password: nothing more is asked of the client."""
COMPRESS, LOCAL_FILES, PROTOCOL_41, TLS, ZSTD = 1 << 5, 1 << 7, 1 << 9, 1 << 11, 1 << 26
HIDING = COMPRESS | TLS | ZSTD
COMMANDS = frozenset(
    {
        *(0x01, 0x02, 0x03, 0x04, 0x09, 0x0E),  # quit, database, query, fields, statistics, ping
        *(0x16, 0x17, 0x18, 0x19, 0x1A, 0x1B, 0x1C),  # prepared statements, options, fetch
        *(0x1F, 0xFA),  # reset of the connection; MariaDB's execution in bulk
    }
)


class MySQLDoor:
    """One user, whose rights keep it in its database."""

    driver = "mysql+aiomysql"
    file = "mysql.sock"
    way = "unix_socket={folder}/mysql.sock"

    def __init__(self, made: SplitResult) -> None:
        """Take the URL of a throw-away database."""
        self.user = unquote(made.username or "").encode()
        self.database = unquote(made.path[1:]).encode()
        self.host, self.port = made.hostname or "localhost", made.port or 3306
        self.path = parse_qs(made.query).get("unix_socket", [None])[0]

    def refusal(self, reason: str, number: int = 0) -> bytes:
        """Write an ERR packet: access denied."""
        body = bytes([ERROR]) + (1045).to_bytes(2, "little") + b"#28000" + reason.encode()
        return _packet(number, body)

    async def sign_in(self, client: End) -> End:
        """Follow it to the end: a client must not say more than it was asked.

        Raises:
            ForbiddenError: it is not the user, or what follows could not be read.

        """
        server = await connect(self.host, self.port, self.path)
        try:
            number, greeting = await _read(server)
            client.write(_packet(number, _without_hiding(greeting)))
            client.look = _Commands()
            if greeting[0] == ERROR:
                return server
            number, response = await _read(client)
            server.write(_packet(number, self._checked(response)))
            while True:
                number, answer = await _read(server)
                client.write(_packet(number, answer))
                if answer[0] in {OK, ERROR}:
                    return server
                if answer[0] == SWITCH or (answer[0] == MORE and answer != FAST_PATH_TAKEN):
                    server.write(_packet(*await _read(client)))
        except BaseException:
            server.close()
            raise

    def _checked(self, response: bytes) -> bytes:
        """Read who a client says it is: flags, 28 bytes of no interest, a name and a zero byte."""
        flags, user = int.from_bytes(response[:4], "little"), response[32:].partition(b"\0")[0]
        if not flags & PROTOCOL_41 or flags & HIDING:
            raise ForbiddenError("this way of signing in is not spoken here", 2)
        if user != self.user:
            raise ForbiddenError("only the user that was made for this job", 2)
        return (flags & ~LOCAL_FILES).to_bytes(4, "little") + response[4:]


class _Commands:
    """Follows the packets of a client that has signed in, wherever they were cut on their way."""

    def __init__(self) -> None:
        self.begun = b""
        self.left = 0
        self.goes_on = False

    def __call__(self, data: bytes) -> None:
        at = 0
        while at < len(data):
            if self.left:
                passed = min(self.left, len(data) - at)
                self.left -= passed
                at += passed
                continue
            wanted = HEAD if self.goes_on else HEAD + 1
            taken = data[at : at + wanted - len(self.begun)]
            self.begun += taken
            at += len(taken)
            if len(self.begun) < wanted:
                return
            size = int.from_bytes(self.begun[:3], "little")
            if not self.goes_on and (size == 0 or self.begun[HEAD] not in COMMANDS):
                raise ForbiddenError("this command is not passed on", 1)
            self.left = size - (wanted - HEAD)
            self.goes_on = size == LONGEST
            self.begun = b""


async def _read(end: End) -> tuple[int, bytes]:
    head = await end.read(HEAD)
    size = int.from_bytes(head[:3], "little")
    if not 0 < size <= LONGEST_TO_SIGN_IN:
        raise ForbiddenError("a packet of this length does not belong to signing in")
    return head[3], await end.read(size)


def _packet(number: int, body: bytes) -> bytes:
    return len(body).to_bytes(3, "little") + bytes([number]) + body


def _without_hiding(greeting: bytes) -> bytes:
    """Take from the server's offer what we could not read, or do not want."""
    if greeting[0] == ERROR:
        return greeting
    # version, thread, half of the challenge, a zero byte | flags | character set, status | flags
    low = greeting.find(b"\0") + 1 + 4 + 8 + 1
    high = low + 2 + 3
    if greeting[0] != PROTOCOL or len(greeting) < high + 2:
        raise ForbiddenError("the server does not speak MySQL's protocol")
    flags = int.from_bytes(greeting[low : low + 2] + greeting[high : high + 2], "little")
    kept = (flags & ~HIDING & ~LOCAL_FILES).to_bytes(4, "little")
    return greeting[:low] + kept[:2] + greeting[low + 2 : high] + kept[2:] + greeting[high + 2 :]
