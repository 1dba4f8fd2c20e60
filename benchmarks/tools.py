"""How long do the tools take that say the same as a proof, one after the other, as in a shell?

Schemathesis does what our fuzz does, as far as it can: its coverage phase, as one user with every
right, against the application as it is served; with as many workers as there are processors.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.documents import GeneratedFile

TOOLS = (
    "-m ruff format --check --no-cache .",
    "-m ruff check --no-cache .",
    "-c import\tapp.main",
    "-m mypy --strict --cache-dir=/dev/null src tests",
    "-m alembic upgrade head",
    "-m alembic check",
    "-m alembic downgrade base",
    "-m pytest -q --cov=app -p no:cacheprovider",
)
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
LOGIN = {"email": "bench@example.com", "password": "Correct-Horse-Battery-1"}
SECONDS_TO_START = 60


def cold(files: tuple[GeneratedFile, ...]) -> tuple[float, float]:
    """Run everything on a project with users; give the seconds of the tools, and of the fuzz."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for file in files:
            path = root / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.content, encoding="utf-8")
        started = time.perf_counter()
        for tool in TOOLS:
            _python(root, *(word.replace("\t", " ") for word in tool.split(" ")))
        between = time.perf_counter()
        _fuzz(root)
        return between - started, time.perf_counter() - between


def _fuzz(root: Path) -> None:
    _python(root, "-m", "alembic", "upgrade", "head")
    with _served(root) as url:
        _asked(f"{url}/auth/register", LOGIN)
        _python(root, "-m", "app.manage", "grant", LOGIN["email"], "admin")
        token = _asked(f"{url}/auth/login", LOGIN)["access_token"]
        argv = [
            str(SCHEMATHESIS),
            "run",
            f"{url}/openapi.json",
            "--phases",
            "coverage",
            "--workers",
            "auto",
        ]
        header = f"Authorization: Bearer {token}"
        subprocess.run([*argv, "-H", header], cwd=root, check=True, capture_output=True)


@contextmanager
def _served(root: Path) -> Iterator[str]:
    """Serve the application as its README says; yield where its operations are."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    argv = [sys.executable, "-m", "uvicorn", "app.main:app", "--port", str(port)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(argv, cwd=root, env=_environment(), stdout=quiet, stderr=quiet) as server:
        try:
            _wait_for(f"http://127.0.0.1:{port}/health")
            yield f"http://127.0.0.1:{port}/api/v1"
        finally:
            server.terminate()


def _wait_for(url: str) -> None:
    for _ in range(SECONDS_TO_START * 10):
        try:
            with urlopen(url):  # noqa: S310 - our own server
                return
        except URLError:
            time.sleep(0.1)
    raise SystemExit("the application does not start")


def _asked(url: str, body: dict[str, str]) -> Any:  # noqa: ANN401 - any JSON
    headers = {"Content-Type": "application/json"}
    request = Request(url, json.dumps(body).encode(), headers)  # noqa: S310 - our own server
    with urlopen(request) as answer:  # noqa: S310 - the same
        return json.load(answer)


def _python(root: Path, *arguments: str) -> None:
    argv = [sys.executable, *arguments]
    subprocess.run(argv, cwd=root, env=_environment(), check=True, capture_output=True)


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": "src"}
