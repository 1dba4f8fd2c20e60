"""How do the agent and its prover talk? Messages of JSON, each behind its length, over a socket."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

LENGTH = struct.Struct("!I")
MOST_DESCRIPTORS = 8


def send(
    channel: socket.socket, message: dict[str, Any], descriptors: tuple[int, ...] = ()
) -> None:
    """Send one message, and copies of open descriptors with it."""
    data = json.dumps(message).encode()
    head = LENGTH.pack(len(data))
    if descriptors:
        socket.send_fds(channel, [head], list(descriptors))
        channel.sendall(data)
    else:
        channel.sendall(head + data)


def receive(channel: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Wait for one message, and the descriptors that came with it.

    Raises:
        EOFError: the other side is gone.

    """
    head, descriptors, _, _ = socket.recv_fds(channel, LENGTH.size, MOST_DESCRIPTORS)
    head += _exactly(channel, LENGTH.size - len(head)) if head else b""
    if not head:
        raise EOFError
    (length,) = LENGTH.unpack(head)
    return json.loads(_exactly(channel, length)), descriptors


def _exactly(channel: socket.socket, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        part = channel.recv(min(length - len(data), 2**16))
        if not part:
            raise EOFError
        data += part
    return bytes(data)
