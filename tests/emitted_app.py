"""A project as it is emitted, and tests of it that its own suite does not have."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from tests.made import made

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """
from typing import Any

import pytest
from httpx import AsyncClient

"""


def files_of(content: str, form: str = "spec") -> dict[str, str]:
    """Return the files of a project, by their paths."""
    request = {"type": "architecture", "framework": "fastapi", "description": ""}
    sources = [{"format": form, "content": content}]
    _, files, _ = made({"request": request, "context": {"sources": sources}})
    return {file.path: file.content for file in files}


def passes(files: dict[str, str], folder: Path, tests: str) -> None:
    """Run tests in a project, on SQLite, beside its fixtures and factories."""
    for path, content in (*files.items(), ("tests/integration/test_more.py", HEAD + tests)):
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "--no-cov", "tests/integration/test_more.py"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
