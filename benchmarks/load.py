"""Who asks? ``python -m benchmarks.load PORT PATH CONNECTIONS REQUESTS`` keeps asking."""

from __future__ import annotations

import asyncio
import sys


async def main() -> None:
    """Share the requests out over the connections; each waits for its answer before it goes on."""
    port, path, connections, requests = sys.argv[1:]
    each = int(requests) // int(connections)
    asked = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n".encode()
    await asyncio.gather(*(_ask(int(port), asked, each) for _ in range(int(connections))))


async def _ask(port: int, asked: bytes, times: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(times):
        writer.write(asked)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if not head.startswith(b"http/1.1 200 "):
            raise SystemExit(f"not 200: {head.decode()}")
        _, _, after = head.partition(b"content-length:")
        await reader.readexactly(int(after.partition(b"\r\n")[0]))
    writer.close()


if __name__ == "__main__":
    asyncio.run(main())
