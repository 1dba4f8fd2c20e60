"""A service in a process of its own, seen from outside: its log, and the commands on its tasks."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from contextlib import contextmanager
from queue import Queue
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from agent.errors import RefusedError
from agent.transports.cli_tasks import KEY
from tests.made import TODO
from tests.test_tasks import Shell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TRACE, SENDER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
DOCUMENT = {**TODO, "constraints": {"verification": "none"}}


class Served:
    """A service that runs: where it is, a key of it, and its log."""

    def __init__(self, environment: dict[str, str], key: str) -> None:
        self.environment = environment
        self.key = key
        self.url = ""
        self.lines: list[dict[str, Any]] = []
        self.text = ""
        self._heard: Queue[dict[str, Any]] = Queue()

    def hear(self, stream: Any) -> None:  # noqa: ANN401 - a pipe
        for line in stream:
            self.text += line
            self._heard.put(json.loads(line))

    def wait_for(self, event: str) -> dict[str, Any]:
        """Return the next line of the log that begins so."""
        while True:
            line = self._heard.get(timeout=30)
            self.lines.append(line)
            if line["event"].startswith(event):
                return line


def _run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "agent", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )


@contextmanager
def _served(folder: Path) -> Iterator[Served]:
    environment = os.environ | {
        "PYTHON_SPECIALIST_STATE_DIR": str(folder),
        "PYTHON_SPECIALIST_DATABASE_URL": f"sqlite:///{folder}/service.db",
    }
    key = _run(environment, "keys", "create", "me").stdout.strip()
    served = Served(environment, key)
    with subprocess.Popen(
        [sys.executable, "-m", "agent", "serve", "--port", "0", "--unsafe-no-sandbox"],
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        hearing = threading.Thread(target=served.hear, args=[process.stderr])
        hearing.start()
        try:
            found = re.search(r"http://\S+", served.wait_for("serving on")["event"])
            assert found
            served.url = found[0]
            yield served
        finally:
            process.terminate()
            process.wait(30)
            hearing.join()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with _served(tmp_path_factory.mktemp("served")) as found:
        yield found


@pytest.fixture(scope="module")
def task_id(served: Served) -> str:
    headers = {
        "Authorization": f"Bearer {served.key}",
        "traceparent": f"00-{TRACE}-{SENDER}-01",
        "X-Request-Id": "my-request",
    }
    sent = httpx2.post(f"{served.url}/v1/tasks", json=DOCUMENT, headers=headers)
    assert sent.status_code == 202, sent.text
    served.wait_for("task-kept")
    found: str = sent.json()["taskId"]
    return found


def test_the_log_says_whose_everything_is(served: Served, task_id: str) -> None:
    mine = [line for line in served.lines if line.get("task") == task_id]
    assert {(line["caller"], line["trace"]) for line in mine} == {("me", TRACE)}
    (asked,) = [line for line in mine if line["event"] == "request"]
    told = {name: asked[name] for name in ("request", "method", "path", "status")}
    assert told == {
        "request": "my-request",
        "method": "POST",
        "path": "/v1/tasks",
        "status": 202,
    }
    assert {"task-taken", "stage-finished", "task-kept"} <= {line["event"] for line in mine}


def test_no_key_is_logged(served: Served, task_id: str) -> None:
    for sent in (served.key, served.key[:-1] + "x", "Basic bWU6Z2VoZWlt"):
        for path in (f"/v1/tasks/{task_id}", f"/v1/tasks/{sent}", f"/{sent}?key={sent}"):
            headers = {"Authorization": f"Bearer {sent}", "X-Request-Id": sent}
            httpx2.get(f"{served.url}{path}", headers=headers)
    httpx2.get(f"{served.url}/v1/schemas", headers={"X-Request-Id": "over"})
    while served.wait_for("request")["request"] != "over":
        pass
    assert served.key[17:] not in served.text
    assert "bWU6Z2VoZWlt" not in served.text


@pytest.mark.parametrize("where", ["here", "there"])
def test_the_same_is_seen_here_and_there(
    served: Served,
    task_id: str,
    where: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(KEY, served.key)
    shell = Shell(served.environment["PYTHON_SPECIALIST_DATABASE_URL"], capsys)
    there = ["--url", served.url] if where == "there" else []
    code, page = shell.json("list", *there)
    assert code == 0
    assert task_id in [each["taskId"] for each in page["tasks"]]
    code, shown = shell.json("show", task_id, *there)
    assert (code, shown["task"]["status"]) == (0, "completed"), shown["answer"]
    assert shown["answer"]["taskId"] == task_id
    code, out = shell.run("watch", task_id, *there)
    assert code == 0
    assert out.splitlines()[-1] == f"task {task_id}: completed"
    with pytest.raises(RefusedError, match="the task has ended: it is completed"):
        shell.run("cancel", task_id, *there)
    code, again = shell.json("retry", task_id, *there)
    assert (code, again["task"]["status"]) == (0, "submitted")
    code, out = shell.run("watch", again["task"]["taskId"], *there, "--json")
    assert code == 0
    assert json.loads(out.splitlines()[-1])["task"]["status"] == "completed"


def test_without_its_key_a_service_says_no(served: Served, task_id: str) -> None:
    environment = served.environment | {KEY: "psk_nonsense"}
    done = _run(environment, "tasks", "show", task_id, "--url", served.url)
    assert done.returncode == 2
    assert "the service says 401" in done.stderr
    done = _run(environment, "tasks", "list", "--url", served.url, "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["status"] == "rejected"
