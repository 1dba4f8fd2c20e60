"""Is docs/http.md true? Its examples, against the program as a user starts it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agent.transports.http.answering import _REASONS
from agent.transports.http.limits import Limits
from tests.made import TODO
from tests.test_cli import call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.test_cli import Call

__all__ = ["call"]  # the fixture

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/http.md").read_text(encoding="utf-8")


@contextmanager
def served(folder: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Give a service as a process of its own, and where it is."""
    argv = [sys.executable, "-m", "agent", "serve", "--port", "0", *options]
    environment = os.environ | {"PYTHON_SPECIALIST_STATE_DIR": str(folder)}
    folder.mkdir(exist_ok=True)
    log = folder / "log"
    with log.open("wb") as stream:
        process = subprocess.Popen(argv, cwd=ROOT, stderr=stream, env=environment)
    try:
        until = time.monotonic() + 60
        while not (found := re.search(r"serving on (https?://[\w.:]+)", log.read_text())):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until
            time.sleep(0.05)
        yield found[1], process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def keys(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHON_SPECIALIST_STATE_DIR": str(folder)}
    argv = [sys.executable, "-m", "agent", "keys", *arguments]
    return subprocess.run(
        argv, cwd=ROOT, capture_output=True, text=True, env=environment, check=False
    )


def curl(*arguments: str) -> str:
    argv = ["curl", "-sS", *arguments]
    return subprocess.run(argv, capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.fixture(autouse=True)
def _needs_tools() -> None:
    for tool in ("curl", "openssl"):
        if shutil.which(tool) is None:
            if os.environ.get("CI"):
                pytest.fail(f"CI must have {tool}")
            pytest.skip(f"{tool} is not installed")


def test_its_examples_do_what_it_says(tmp_path: Path) -> None:
    examples = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    work = tmp_path / "work"
    work.mkdir()
    with served(tmp_path / "state") as (base, process):
        script = "".join(examples).replace("http://127.0.0.1:8000", base)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],  # noqa: S607 - the page is for a shell
            cwd=work,
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert process.returncode == 0
    assert json.loads((work / "result.json").read_text())["proof"]["verdict"] == "proven"
    assert "event: task-ended" in done.stdout
    assert zipfile.is_zipfile(work / "todo.zip")
    assert (work / "todo/src/app/main.py").is_file()
    assert "<h1>todo</h1>" in (work / "proof.html").read_text()
    assert (work / "diagram.svg").read_text().startswith("<svg")
    assert '"turn":1' in done.stdout
    assert '"acknowledged":1' in done.stdout
    assert 'python_specialist_tasks{state="completed"}' in done.stdout
    assert '"pointer":"/request/framework"' in done.stdout


def test_keys_by_command_and_over_http(tmp_path: Path) -> None:
    with served(tmp_path, "--no-worker") as (base, _):
        assert json.loads(curl(f"{base}/v1/tasks")) == {"tasks": []}
        made = keys(tmp_path, "create", "coordinator", "--scope", "read")
        key = made.stdout.strip()
        assert key.startswith("psk_")
        assert key not in made.stderr
        assert json.loads(curl(f"{base}/v1/tasks"))["status"] == 401
        bearer = ("-H", f"Authorization: Bearer {key}")
        assert json.loads(curl(*bearer, f"{base}/v1/tasks")) == {"tasks": []}
        (known,) = json.loads(keys(tmp_path, "list", "--json").stdout)
        assert (known["name"], known["scopes"]) == ("coordinator", ["read"])
        assert key not in keys(tmp_path, "list").stdout
        assert keys(tmp_path, "revoke", known["id"]).returncode == 0
        assert keys(tmp_path, "revoke", known["id"]).returncode == 2
        assert json.loads(curl(*bearer, f"{base}/v1/tasks"))["status"] == 401


@pytest.mark.parametrize(
    "arguments", [("create", "a b"), ("create", "x", "--scope", "all"), ("create",)]
)
def test_no_such_key_is_made(call: Call, arguments: tuple[str, ...]) -> None:
    assert call("keys", *arguments).code == 2


def test_one_accepts_and_another_works(tmp_path: Path) -> None:
    request = tmp_path / "request.json"
    request.write_text(json.dumps(TODO | {"constraints": {"verification": "none"}}))
    send = ("-H", "Content-Type: application/json", "-d", f"@{request}")
    environment = os.environ | {"PYTHON_SPECIALIST_STATE_DIR": str(tmp_path)}
    with served(tmp_path, "--no-worker") as (base, _):
        assert json.loads(curl(*send, f"{base}/v1/tasks"))["status"] == "submitted"
        assert "worker" not in json.loads(curl(f"{base}/readyz"))
        argv = [sys.executable, "-X", "importtime", "-m", "agent", "worker", "--at-once", "1"]
        with (tmp_path / "worker").open("wb") as log:
            worker = subprocess.Popen(argv, cwd=ROOT, env=environment, stderr=log)
        try:
            said = curl(*send, "-H", "Prefer: wait=50", f"{base}/v1/tasks")
            assert json.loads(said)["status"] == "completed"
        finally:
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(30) == 0
    lines = (tmp_path / "worker").read_text(encoding="utf-8").splitlines()
    loaded = {line.rpartition("|")[2].strip() for line in lines}
    assert "agent.service.worker" in loaded
    assert not loaded & {"fastapi", "starlette", "uvicorn"}
    assert list(tmp_path.glob("*.lock")) == []


def test_https(tmp_path: Path) -> None:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    argv = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
    argv += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)]
    subprocess.run(argv, check=True, capture_output=True)
    options = ("--no-worker", "--tls-cert", str(cert), "--tls-key", str(key))
    with served(tmp_path, *options) as (base, _):
        assert base.startswith("https://")
        said = curl("--cacert", str(cert), "-D", "-", f"{base}/healthz")
        assert "strict-transport-security" in said.lower()


@pytest.mark.parametrize(
    "options",
    [
        ("--tls-key", "k"),
        ("--tls-cert", "/nowhere"),
        ("--host", "192.0.2.1"),
    ],
)
def test_what_cannot_be_served_is_refused(options: tuple[str, str], tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "agent", "serve", "--port", "0", "--no-worker", *options]
    environment = os.environ | {"PYTHON_SPECIALIST_STATE_DIR": str(tmp_path)}
    done = subprocess.run(
        argv, cwd=ROOT, capture_output=True, text=True, env=environment, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_its_numbers_are_those_of_the_code() -> None:
    told = {
        int(each)
        for line in re.findall(r"^\| (4.*?|5.*?) \|", PAGE, re.MULTILINE)
        for each in line.split(", ")
    }
    assert told == set(_REASONS) | {405}
    assert f"larger than {Limits().body // 2**20} MiB" in PAGE
    assert f"({Limits().wait} at most)" in PAGE
