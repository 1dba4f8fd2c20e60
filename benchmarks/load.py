"""Who asks? ``python -m benchmarks.load PORT PATH CONNECTIONS REQUESTS [FILE]`` keeps asking.

With a file of JSON it is sent, by POST.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path


async def main(port: int, path: str, connections: int, requests: int, body: bytes) -> None:
    """Share the requests out over the connections; each waits for its answer before it goes on."""
    each = requests // connections
    sent = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if body else ""
    head = f"{'POST' if body else 'GET'} {path} HTTP/1.1\r\nHost: localhost\r\n{sent}"
    asked = f"{head}Accept: application/json\r\n\r\n".encode() + body
    await asyncio.gather(*(_ask(port, asked, each) for _ in range(connections)))


async def _ask(port: int, asked: bytes, times: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(times):
        writer.write(asked)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if not head.startswith(b"http/1.1 20"):
            raise SystemExit(f"not 200, nor 202: {head.decode()}")
        _, _, after = head.partition(b"content-length:")
        await reader.readexactly(int(after.partition(b"\r\n")[0]))
    writer.close()


if __name__ == "__main__":
    given, path, connections, requests, *files = sys.argv[1:]
    body = b"".join(Path(file).read_bytes() for file in files)
    asyncio.run(main(int(given), path, int(connections), int(requests), body))
