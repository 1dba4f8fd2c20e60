"""What came of a task, over HTTP: files, archives, the proof and the diagram, messages, reading."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import re
import stat
import tarfile
import threading
import xml.etree.ElementTree as ET
import zipfile
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Connection, insert

from agent.applying import write
from agent.documents import FileType, GeneratedFile, Outcome
from agent.service import rows
from agent.service.records import Outgoing
from agent.service.tables import EVENTS
from agent.transports.http.metrics import SETTLED, STAGE
from agent.transports.http.pages import is_wanted
from agent.types import BackendSpec
from tests.asked import JSON, asked
from tests.made import TODO, made
from tests.served import REQUEST, runner
from tests.test_runner import Prover
from tests.test_service import WORDS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.asyncio
async def test_files(tmp_path: Path) -> None:
    async with asked(tmp_path) as door:
        here = await door.done()
        listed = (await door.client.get(f"{here}/files")).json()["files"]
        assert [each["path"] for each in listed] == sorted(each["path"] for each in listed)
        main = next(each for each in listed if each["path"] == "src/app/main.py")
        shown = await door.client.get(f"{here}/files/src/app/main.py")
        assert shown.headers["content-type"].startswith("text/plain")
        assert main["size"] == len(shown.content)
        assert main["sha256"] == hashlib.sha256(shown.content).hexdigest()
        wanted = {file.path: file.content for file in made(TODO)[1]}
        assert {each["path"] for each in listed} == set(wanted)
        assert shown.text == wanted["src/app/main.py"]
        for path in ("nothing", "..%2F..%2Fetc%2Fpasswd", "%00", "../result"):
            said = await door.client.get(f"{here}/files/{path}")
            assert said.status_code == (200 if path == "../result" else 404)


@pytest.mark.asyncio
async def test_archives_hold_what_a_run_writes(tmp_path: Path) -> None:
    async with asked(tmp_path / "service") as door:
        first, second = [await door.done() for _ in range(2)]
        packed = [(await door.client.get(f"{each}/project.zip")) for each in (first, second)]
        tars = [(await door.client.get(f"{each}/project.tar.gz")) for each in (first, second)]
        spec = (await door.client.get(f"{first}/result")).json()["spec"]
    assert packed[0].headers["content-disposition"] == 'attachment; filename="todo.zip"'
    assert packed[0].content == packed[1].content
    assert tars[0].content == tars[1].content
    files = [
        GeneratedFile(path=file.path, content=file.content, type=FileType.CONFIG)
        for file in made(TODO)[1]
    ]
    write(files, BackendSpec.model_validate(spec), tmp_path / "out")
    wanted = {
        path.relative_to(tmp_path / "out").as_posix(): path.read_bytes()
        for path in (tmp_path / "out").rglob("*")
        if path.is_file() and "undo" not in path.parts
    }
    with zipfile.ZipFile(io.BytesIO(packed[0].content)) as archive:
        assert {each: archive.read(each) for each in archive.namelist()} == wanted
        assert all(each.external_attr >> 16 & stat.S_IRUSR for each in archive.infolist())
    with tarfile.open(fileobj=io.BytesIO(tars[0].content)) as tar:
        assert set(tar.getnames()) == set(wanted)
        assert {each.mode for each in tar.getmembers()} == {0o644}
        tar.extractall(tmp_path / "tar", filter="data")
    assert (tmp_path / "tar/src/app/main.py").read_bytes() == wanted["src/app/main.py"]


@pytest.mark.asyncio
async def test_the_proof_for_programs_and_for_people(tmp_path: Path) -> None:
    async with asked(tmp_path, works=runner(Prover(Outcome.FAILED))) as door:
        here = await door.done()
        plain = await door.client.get(f"{here}/proof")
        assert plain.json()["verdict"] == "failed"
        browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
        page = await door.client.get(f"{here}/proof", headers={"Accept": browser})
        assert page.headers["content-type"].startswith("text/html")
        assert "sandbox" in page.headers["content-security-policy"]
        assert "script-src" not in page.headers["content-security-policy"]
        assert "<h1>todo</h1>" in page.text
        assert "src/app/main.py" in page.text
        assert page.headers["vary"] == "Accept"


def test_who_wants_a_page() -> None:
    assert is_wanted("text/html")
    assert is_wanted("application/json;q=0.5, text/html; q=0.6")
    for accept in ("", "*/*", "application/json", "text/html;q=0.5, application/json", "text/*"):
        assert not is_wanted(accept)


@pytest.mark.asyncio
async def test_the_diagram_stands_alone(tmp_path: Path) -> None:
    async with asked(tmp_path) as door:
        said = await door.client.get(f"{await door.done()}/diagram")
        assert said.headers["content-type"] == "image/svg+xml"
        root = ET.fromstring(said.text)  # noqa: S314 - our own
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert "--paper" in said.text
        assert "Task" in "".join(root.itertext())


@pytest.mark.asyncio
async def test_what_is_not_there_yet(tmp_path: Path) -> None:
    async with asked(tmp_path, works=False) as door:
        here = (await door.submit(WORDS)).headers["location"]
        pages = ("result", "files", "files/x", "project.zip", "project.tar.gz", "proof", "diagram")
        for page in pages:
            said = await door.client.get(f"{here}/{page}")
            assert (said.status_code, said.json()["type"][-14:]) == (409, ":no-result-yet")


@pytest.mark.asyncio
async def test_messages_are_read_on_and_acknowledged(tmp_path: Path) -> None:
    async with asked(tmp_path) as door:
        await door.done()
        first = (await door.client.get("/v1/messages?limit=1")).json()
        assert first["messages"][0]["type"] == "agent.task.completed"
        rest = (await door.client.get(f"/v1/messages?after={first['next']}")).json()
        handoffs = (await door.client.get("/v1/handoffs")).json()
        assert rest["messages"] == handoffs["messages"]
        assert {each["to"] for each in handoffs["messages"]} >= {"@container-specialist"}
        assert "payload" in handoffs["messages"][0]["data"]
        last = (await door.client.get(f"/v1/messages?after={rest['next']}")).json()
        assert last == {"messages": [], "next": rest["next"]}
        ids = [each["id"] for each in handoffs["messages"]]

        async def acknowledge(page: str, *given: str) -> int:
            content = json.dumps({"ids": given})
            here = f"/v1/{page}/acknowledge"
            said = await door.client.post(here, content=content, headers=JSON)
            return int(said.json().get("acknowledged", -1))

        assert await acknowledge("handoffs", *ids, "unknown") == len(ids)
        assert await acknowledge("handoffs", *ids) == 0
        assert await acknowledge("messages") == -1
        assert await acknowledge("messages", "a\0") == -1
        assert (await door.client.get("/v1/handoffs")).json()["messages"] == []
        assert len((await door.client.get("/v1/messages")).json()["messages"]) == 1
        kept = (await door.client.get("/v1/handoffs?acknowledged=true")).json()["messages"]
        assert [each["acknowledged"] for each in kept] == [True] * len(ids)


@pytest.mark.asyncio
async def test_large_messages_come_in_pages_and_stop_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.service.messages.MOST", 3000)
    threads: set[threading.Thread] = set()
    message = rows.message

    def seen(row: Any) -> Any:  # noqa: ANN401 - a row of the database
        threads.add(threading.current_thread())
        return message(row)

    monkeypatch.setattr(rows, "message", seen)
    async with asked(tmp_path, works=False) as door:
        found = await door.service.tasks.get((await door.submit()).json()["taskId"])
        assert found is not None
        sizes = (10, 1400, 1400, 5000, 10)  # the fourth is larger than a page, packed it is not
        sent = [Outgoing(f"m{n}", "x", {"a": "x" * size}) for n, size in enumerate(sizes)]
        await door.service.messages.send(found, sent)
        after, pages = 0, []
        while True:
            page = (await door.client.get(f"/v1/messages?after={after}")).json()
            if not page["messages"]:
                break
            pages.append([each["id"] for each in page["messages"]])
            after = page["next"]
        assert pages == [["m0", "m1", "m2"], ["m3"], ["m4"]]
        assert threading.current_thread() not in threads


@pytest.mark.asyncio
async def test_schemas_and_patterns(tmp_path: Path) -> None:
    async with asked(tmp_path, works=False) as door:
        for entry in (await door.client.get("/v1/schemas")).json()["schemas"]:
            schema = await door.client.get(entry["href"])
            is_bus = entry["name"] == "asyncapi"
            kind = "application/json" if is_bus else "application/schema+json"
            assert schema.headers["content-type"] == kind
            found = schema.json()
            assert found.get("info", found)["title"] == entry["title"]
        other = await door.client.get("/v1/schemas/other")
        assert other.status_code == 404
        known = "there is no schema 'other': there are input, output, proof, asyncapi"
        assert other.json()["detail"] == known
        bus = await door.client.get("/v1/schemas/asyncapi")
        assert bus.json()["asyncapi"] == "3.0.0"
        for file in set(re.findall(r'"\./([^"#]+)"', bus.text)):
            assert (await door.client.get(f"/v1/schemas/{file}")).status_code == 200
        patterns = (await door.client.get("/v1/patterns")).json()["patterns"]
        assert patterns
        shown = (await door.client.get(f"/v1/patterns/{patterns[0]['name']}")).json()
        assert shown["description"] == patterns[0]["description"]
        assert shown["document"].startswith("#")
        other = await door.client.get("/v1/patterns/other")
        assert other.status_code == 404
        assert other.json()["detail"].endswith("see /v1/patterns")


@pytest.mark.asyncio
async def test_what_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with asked(tmp_path) as door:
        await door.desk.metrics.begin(door.service)
        await door.done(REQUEST)
        await door.client.get("/v1/tasks/6f1c2c4e-9f3e-4a53-8a5d-0c6b5d2f5b11")
        await door.client.request("ODD", "/v1/tasks")
        early = await door.client.get("/metrics")
        assert early.headers["content-type"].startswith("text/plain; version=0.0.4")
        assert 'stage="prove"' not in early.text  # its events may still be overtaken
        monkeypatch.setattr("agent.transports.http.metrics.SETTLED", early.elapsed * 0)
        lines = (await door.client.get("/metrics")).text.splitlines()
        assert 'python_specialist_tasks{state="completed"} 1' in lines
        waiting = len((await door.client.get("/v1/messages")).json()["messages"])
        assert f"python_specialist_outbox {waiting}" in lines
        assert 'python_specialist_stage_duration_seconds_count{stage="prove"} 1' in lines
        inf = 'python_specialist_stage_duration_seconds_bucket{stage="prove",le="+Inf"} 1'
        assert inf in lines
        assert 'http_requests_total{method="POST",route="/v1/tasks",status="200"} 1' in lines
        shown = 'http_requests_total{method="GET",route="/v1/tasks/{task_id}",status="404"} 1'
        assert shown in lines
        assert any(line.startswith('http_requests_total{method="other"') for line in lines)
        again = (await door.client.get("/metrics")).text
        assert 'python_specialist_stage_duration_seconds_count{stage="prove"} 1' in again


@pytest.mark.asyncio
async def test_two_who_count_at_once_count_once(tmp_path: Path) -> None:
    async with asked(tmp_path, works=False) as door:
        await door.desk.metrics.begin(door.service)
        task = (await door.submit()).json()["taskId"]
        event = {
            "task": task,
            "name": STAGE,
            "data": {"stage": "plan", "seconds": 1},
            "at": rows.now() - 2 * SETTLED,
        }
        new = partial(Connection.execute, statement=insert(EVENTS), parameters=[event] * 10)
        await door.service.database.write(new)
        metrics = door.desk.metrics
        texts = await asyncio.gather(*(metrics.text(door.service, 0) for _ in range(3)))
        told = 'python_specialist_stage_duration_seconds_count{stage="plan"} 10'
        assert all(told in each.splitlines() for each in texts)
