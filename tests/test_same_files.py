"""One request gives the same files by command line, over HTTP and over each broker, to the byte."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from agent.service.service import Service
from tests.asked import asked
from tests.bus import URLS, heard, new_names, on_the_bus, plain_client
from tests.made import TODO
from tests.served import at_work, database, runner
from tests.test_bus import taken
from tests.test_bus_envelopes import as_bytes, cloud_event, envelope

if TYPE_CHECKING:
    from pathlib import Path

    Files = dict[str, bytes]

REQUEST = TODO | {"constraints": {"verification": "none"}}
COMPLETED = "agent.task.completed"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Files, Files]:
    """Return the files in the answer of the command line, and all that it wrote."""
    out = tmp_path_factory.mktemp("run") / "out"
    done = subprocess.run(
        [sys.executable, "-m", "agent", "run", "-", "--json", "--out", str(out)],
        input=json.dumps(REQUEST).encode(),
        capture_output=True,
        timeout=120,
        check=True,
    )
    written = {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and "undo" not in path.parts
    }
    return _told(json.loads(done.stdout)), written


def _told(answer: dict[str, Any]) -> Files:
    """Return the files in an answer."""
    return {each["path"]: each["content"].encode() for each in answer["solution"]["files"]}


def test_by_the_command_line(run: tuple[Files, Files]) -> None:
    told, written = run
    assert len(told) > 30
    assert {path: written[path] for path in told} == told


@pytest.mark.asyncio
async def test_over_http(run: tuple[Files, Files], tmp_path: Path) -> None:
    told, written = run
    async with asked(tmp_path) as door:
        here = await door.done(json.dumps(REQUEST))
        assert _told((await door.client.get(f"{here}/result")).json()) == told
        listed = (await door.client.get(f"{here}/files")).json()["files"]
        paths = [each["path"] for each in listed]
        one_by_one = {p: (await door.client.get(f"{here}/files/{p}")).content for p in paths}
        assert one_by_one == told
        packed = (await door.client.get(f"{here}/project.zip")).content
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert {each: archive.read(each) for each in archive.namelist()} == written


@pytest.mark.asyncio
@pytest.mark.parametrize("broker", URLS)
async def test_over_a_broker_in_both_envelopes(
    broker: str, run: tuple[Files, Files], tmp_path: Path
) -> None:
    names = new_names()
    async with plain_client(broker, names) as client, database("sqlite", tmp_path) as opened:
        service = Service(opened, runner())
        async with at_work(service), on_the_bus(service, broker, names):
            await taken(client, service, 0)
            await client.send(as_bytes(cloud_event(id="one", data=REQUEST)))
            await client.send(as_bytes(envelope(payload=REQUEST)))
            messages = await heard(client, names.events, COMPLETED, 2)
    completed = {
        "cloud event" if "specversion" in each else "envelope": each
        for each in messages
        if COMPLETED in {each["type"], each.get("action")}
    }
    assert _told(completed["cloud event"]["data"]) == run[0]
    assert _told(completed["envelope"]["payload"]) == run[0]
