"""The API as it describes itself, held against what it does (schemathesis, a short run)."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agent.service.records import Scope
from agent.transports.http.limits import Limits
from tests.asked import asked, in_thread, listening

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
NO_KEY = {"/healthz", "/readyz"}


class Keyed:
    """A service that listens in another thread, with a key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def __aenter__(self) -> tuple[str, str]:
        self.made = listening(self.folder, Limits(rate=0))
        door = await self.made.__aenter__()
        headers = await door.key("me", Scope.SUBMIT, Scope.READ)
        return str(door.client.base_url), headers["Authorization"]

    async def __aexit__(self, *error: object) -> None:
        await self.made.__aexit__(None, None, None)


@pytest.fixture
def keyed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    # only the main thread may listen to signals
    monkeypatch.setattr("agent.service.stopping._SIGNALS", ())
    yield from in_thread(Keyed(tmp_path))


def test_it_does_what_it_says(keyed: tuple[str, str], tmp_path: Path) -> None:
    base, key = keyed
    argv = [
        *(sys.executable, "-c", "from schemathesis.cli import schemathesis as s; s()"),
        *("--config-file", str(ROOT / "schemathesis.toml"), "run"),
        *(f"{base}/openapi.json", "--checks", "all", "-H", f"Authorization: {key}"),
        *("--phases", "examples,fuzzing", "--max-examples", "5", "--seed", "1"),
        "--generation-database=none",
    ]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert re.search(r"Tested: 25", done.stdout)


def test_exceptions_of_the_judge_are_explained() -> None:
    text = (ROOT / "schemathesis.toml").read_text(encoding="utf-8")
    operations = tomllib.loads(text)["operations"]
    assert len(operations) == text.count("[[operations]]\n#") == 3


@pytest.mark.asyncio
async def test_every_operation_says_how_it_refuses(tmp_path: Path) -> None:
    async with asked(tmp_path, works=False, is_local=False) as door:
        document = (await door.client.get("/openapi.json")).json()
    for path, item in document["paths"].items():
        for method, operation in item.items():
            statuses = set(operation["responses"])
            keys: list[dict[str, list[str]]] = [{"key": []}]
            keys += [{"password": []}] if method == "get" else []
            assert operation["security"] == ([] if path in NO_KEY else keys)
            assert "500" in statuses
            if path not in NO_KEY:
                assert {"401", "403", "429", "503"} <= statuses
            for status, said in operation["responses"].items():
                assert "X-Request-Id" in said["headers"]
                if status[0] in "45":
                    assert set(said["content"]) == {"application/problem+json"}
    references = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    assert references <= set(document["components"]["schemas"])


@pytest.mark.asyncio
async def test_a_key_may_be_left_out_where_none_is_needed(tmp_path: Path) -> None:
    async with asked(tmp_path, works=False) as door:
        document = (await door.client.get("/openapi.json")).json()
        assert document["paths"]["/v1/tasks"]["post"]["security"] == [{"key": []}, {}]
        await door.key("me", Scope.READ)
        document = (await door.client.get("/openapi.json")).json()
        assert document["paths"]["/v1/tasks"]["post"]["security"] == [{"key": []}]
