"""What holds for every test: none can spend what a developer pays for.

Sockets lead to this machine only (pytest-socket, see pyproject.toml), and the environment names no
model: neither ours, nor what the SDK would look for by itself.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agent.llm.configured import BUDGET, GROUPS
from agent.settings import PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session", autouse=True)
def _no_model() -> Iterator[None]:
    ours = tuple(f"{PREFIX}{group}" for group in (*GROUPS, BUDGET))
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith((*ours, "OPENAI_"))]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Sessions of tests are nobody's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHON_SPECIALIST_STATE_DIR", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture
def short_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let temporary files be made where nothing else is (a socket's path is short)."""
    folder = Path(tempfile.mkdtemp(prefix="t-", dir="/tmp"))
    folder.chmod(0o711)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    shutil.rmtree(folder)
