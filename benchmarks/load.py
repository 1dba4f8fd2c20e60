"""Who asks? ``python -m benchmarks.load PORT PATH CONNECTIONS REQUESTS [FILE]`` keeps asking.

With a file of JSON it is sent, by POST.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path


async def main() -> None:
    """Share the requests out over the connections; each waits for its answer before it goes on."""
    port, path, connections, requests, *files = sys.argv[1:]
    each = int(requests) // int(connections)
    body = b"".join(Path(each).read_bytes() for each in files)
    sent = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if files else ""
    head = f"{'POST' if files else 'GET'} {path} HTTP/1.1\r\nHost: localhost\r\n{sent}"
    asked = f"{head}Accept: application/json\r\n\r\n".encode() + body
    await asyncio.gather(*(_ask(int(port), asked, each) for _ in range(int(connections))))


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
    asyncio.run(main())
