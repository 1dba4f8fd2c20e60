"""Streams, slow clients and large bodies, under the server that the service really has."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.exc import OperationalError

from agent.contract.text import MAX_DEPTH, MAX_SIZE
from agent.service.records import Scope
from agent.transports.http import serving
from agent.transports.http.limits import Limits
from tests.asked import JSON, asked, listening
from tests.served import REQUEST, runner
from tests.test_conversation import Slow

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

pytestmark = pytest.mark.asyncio
Json = Any


def events_of(text: str) -> list[tuple[int, str, Json]]:
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.partition(": ")[::2] for line in block.splitlines())
        if "id" in lines:
            found.append((int(lines["id"]), lines["event"], json.loads(lines["data"])))
    return found


async def until(condition: Any) -> None:  # noqa: ANN401 - anything that can be called
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - what is looked at tells nobody
            await asyncio.sleep(0.02)


async def test_events_of_a_task_that_ended(tmp_path: Path) -> None:
    async with asked(tmp_path) as door:
        here = await door.done()
        said = await door.client.get(f"{here}/events")
        assert said.headers["content-type"].startswith("text/event-stream")
        found = events_of(said.text)
        names = [name for _, name, _ in found]
        assert (names[0], names[-1]) == ("task-started", "task-ended")
        assert found[-1][2]["state"] == "completed"
        assert [number for number, _, _ in found] == sorted({number for number, _, _ in found})
        middle = str(found[3][0])
        rest = await door.client.get(f"{here}/events", headers={"Last-Event-ID": middle})
        assert events_of(rest.text) == found[4:]
        last = {"Last-Event-ID": str(found[-1][0])}
        over = await door.client.get(f"{here}/events", headers=last)
        assert (over.status_code, over.content) == (204, b"")
        odd = await door.client.get(f"{here}/events", headers={"Last-Event-ID": "x"})
        assert odd.status_code == 422
        (fault,) = odd.json()["errors"]
        assert fault["pointer"] == "/header/Last-Event-ID"
        assert fault["expected"] == "the id of an event: a number"
        assert odd.json()["detail"].endswith(
            "has another form (expected: the id of an event: a number)"
        )


async def test_events_as_they_happen_with_signs_of_life(tmp_path: Path) -> None:
    slow = Slow()
    limits = Limits(rate=0, heartbeat=0.3)
    async with listening(tmp_path, limits, runner(slow)) as door:
        here = (await door.submit()).headers["location"]
        text = ""
        async with door.client.stream("GET", f"{here}/events") as stream:
            async for piece in stream.aiter_text():
                text += piece
                if "\n:\n\n" in text and slow.started.is_set():
                    slow.started.clear()
                    await door.client.delete(here)
        assert events_of(text)[-1][1] == "task-ended"
        assert events_of(text)[-1][2]["state"] == "canceled"
        await until(lambda: door.desk.listeners.count == 0)


async def test_fifty_readers_leave_nothing_behind(tmp_path: Path) -> None:
    slow = Slow()
    async with listening(tmp_path, works=runner(slow)) as door:
        here = (await door.submit()).headers["location"]
        await slow.started.wait()
        await door.client.get("/healthz")
        before = len(asyncio.all_tasks())
        read: list[asyncio.Task[str]] = []
        ready = asyncio.Semaphore(0)

        async def read_all() -> str:
            text = ""
            async with door.client.stream("GET", f"{here}/events") as stream:
                async for piece in stream.aiter_text():
                    if not text:
                        ready.release()
                    text += piece
            return text

        read = [asyncio.create_task(read_all()) for _ in range(50)]
        for _ in read:
            await ready.acquire()
        assert door.desk.listeners.count == 50
        for each in read[:25]:  # half of them go away without a word
            each.cancel()
        await asyncio.wait(read[:25])
        await until(lambda: door.desk.listeners.count == 25)
        assert (await door.client.get(here)).status_code == 200
        await door.client.delete(here)
        texts = await asyncio.gather(*read[25:])
        assert len(set(texts)) == 1
        assert events_of(texts[0])[-1][2]["state"] == "canceled"
        await until(lambda: door.desk.listeners.count == 0)
        await until(lambda: len(asyncio.all_tasks()) <= before)


async def test_a_stream_ends_with_its_key(tmp_path: Path) -> None:
    limits = Limits(rate=0, heartbeat=0.3)
    async with listening(tmp_path, limits, runner(Slow())) as door:
        mine, other = await door.key("me", *Scope), await door.key("me", *Scope)
        here = (await door.submit(**mine)).headers["location"]
        await door.client.get(here, headers=other)
        (key, _) = await door.service.keys.all()
        async with (
            door.client.stream("GET", f"{here}/events", headers=mine) as stream,
            door.client.stream("GET", f"{here}/events", headers=other) as stays,
        ):
            await door.service.keys.revoke(key.id)
            async with asyncio.timeout(5):
                assert "task-ended" not in "".join([each async for each in stream.aiter_text()])
            await door.client.delete(here, headers=other)
            assert "task-ended" in "".join([each async for each in stays.aiter_text()])


async def test_a_stream_ends_without_noise_where_the_database_does_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with listening(tmp_path) as door:
        here = await door.done()

        async def refuse(*_: object) -> None:
            raise OperationalError("SELECT", {}, Exception("the connection is closed"))

        monkeypatch.setattr(door.service, "news", refuse)
        said = await door.client.get(f"{here}/events")
        assert (said.status_code, said.text) == (200, "")
        assert "a-stream-ends" in caplog.text
        assert not [each for each in caplog.records if each.exc_info]


async def test_head_is_answered_as_get_is(tmp_path: Path) -> None:
    async with listening(tmp_path) as door:
        here = await door.done()
        pages = ("/healthz", "/readyz", "/v1/tasks", here, f"{here}/project.zip", f"{here}/x")
        for page in pages:
            whole, head = await door.client.get(page), await door.client.head(page)
            assert head.status_code == whole.status_code
            assert head.content == b""
            for name in ("content-type", "content-length", "content-disposition"):
                assert head.headers.get(name) == whole.headers.get(name)
        assert (await door.client.head(f"{here}/retry")).status_code == 405
        metrics = (await door.client.get("/metrics")).text
        assert 'http_requests_total{method="HEAD",route="/healthz",status="200"} 1' in metrics
    async with listening(tmp_path, works=runner(Slow())) as door:
        slow = (await door.submit()).headers["location"]
        async with asyncio.timeout(5):
            assert (await door.client.head(f"{slow}/events")).status_code == 200
        await until(lambda: door.desk.listeners.count == 0)


async def test_streams_end_with_the_service(tmp_path: Path) -> None:
    slow = Slow()
    async with listening(tmp_path, works=runner(slow)) as door:
        here = (await door.submit()).headers["location"]
        await slow.started.wait()
        async with door.client.stream("GET", f"{here}/events") as stream:
            pieces = stream.aiter_text()
            await anext(pieces)
            door.desk.closing.set()
            async with asyncio.timeout(5):
                assert "task-ended" not in "".join([piece async for piece in pieces])


async def test_who_waits_is_answered_when_the_service_stops(tmp_path: Path) -> None:
    slow = Slow()
    async with listening(tmp_path, works=runner(slow)) as door:
        waiting = asyncio.create_task(door.submit(Prefer="wait=60"))
        await slow.started.wait()
        door.desk.closing.set()
        async with asyncio.timeout(5):
            said = await waiting
        assert said.status_code == 202
        assert said.json()["status"] == "working"


async def test_what_the_server_calls_off_is_answered_with_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with asked(tmp_path, works=False) as door:
        reached = asyncio.Event()

        async def hang(*_: object, **__: object) -> None:
            reached.set()
            await asyncio.Event().wait()

        monkeypatch.setattr(door.service.tasks, "page", hang)
        asking = asyncio.create_task(door.client.get("/v1/tasks"))
        await reached.wait()
        door.desk.closing.set()
        asking.cancel()
        said = await asking
        assert _problem(said) == (503, "stops")
        assert said.headers["retry-after"] == "5"


async def test_not_too_many_read(tmp_path: Path) -> None:
    slow = Slow()
    limits = Limits(rate=0, listeners_of_one=1)
    async with listening(tmp_path, limits, runner(slow)) as door:
        here = (await door.submit()).headers["location"]
        async with door.client.stream("GET", f"{here}/events") as stream:
            pieces = stream.aiter_text()
            await anext(pieces)
            said = await door.client.get(f"{here}/events")
            assert (said.status_code, said.headers["retry-after"]) == (429, "5")
            waited = await door.client.get(here, headers={"Prefer": "wait=30"})
            assert "preference-applied" not in waited.headers  # answered at once
            del pieces  # until here the stream is read


async def test_a_reader_that_takes_nothing_is_dropped(tmp_path: Path) -> None:
    limits = Limits(rate=0, send_seconds=0.5)
    async with listening(tmp_path, limits) as door:
        here = await door.done()
        port = door.client.base_url.port
        reader = socket.create_connection(("127.0.0.1", port or 0))
        ask = f"GET {here}/result HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        reader.sendall(ask * 150)  # about 20 MB of answers
        await asyncio.sleep(2)
        assert (await door.client.get(here)).status_code == 200
        taken = await asyncio.to_thread(_drained, reader)
        assert taken < 150 * 140_000
        reader.close()


def _drained(reader: socket.socket) -> int:
    reader.settimeout(10)
    taken = 0
    try:
        while piece := reader.recv(1 << 20):
            taken += len(piece)
    except ConnectionError:
        pass
    return taken


async def test_a_request_that_does_not_come_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "HEAD_SECONDS", 0.5)
    limits = Limits(rate=0, body_seconds=0.5)
    async with listening(tmp_path, limits) as door:
        port = door.client.base_url.port
        silent, slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        silent[1].write(b"GET /healthz HTTP/1.1\r\n")
        head = b"POST /v1/tasks HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        slow[1].write(head + b"Content-Length: 10\r\n\r\n{")
        async with asyncio.timeout(10):
            answer = await slow[0].read()
            assert answer.startswith(b"HTTP/1.1 408")
            assert b"application/problem+json" in answer
            with suppress(ConnectionResetError):
                assert await silent[0].read() == b""
        for _, writer in (silent, slow):
            writer.close()


async def _large(size: int) -> Any:  # noqa: ANN401 - an async iterator
    for _ in range(size // 65536 + 1):
        yield b" " * 65536


async def test_bodies_have_limits(tmp_path: Path) -> None:
    async with listening(tmp_path) as door:
        told = await door.submit(b" " * (MAX_SIZE + 1))
        assert _problem(told) == (413, "too-large")
        chunked = await door.client.post("/v1/tasks", content=_large(2 * MAX_SIZE), headers=JSON)
        assert _problem(chunked) == (413, "too-large")
        deep = REQUEST[:-1] + ', "x": ' + "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1) + "}"
        assert (await door.submit(deep)).json()["errors"][0]["code"] == "too-deep"
        deeper = await door.submit("[" * 1_000_000)
        assert deeper.status_code == 422
        assert (await door.client.get("/healthz")).status_code == 200


def _problem(said: httpx.Response) -> tuple[int, str]:
    assert said.headers["content-type"] == "application/problem+json"
    return said.status_code, said.json()["type"].rpartition(":")[2]
