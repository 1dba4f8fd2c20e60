"""What does mypy know of third-party packages already? A cache, made once per set of versions.

Only our own probe file fills it, never a project; each job gets a copy. So a job can neither
leave anything to the next one nor read what came before it.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import shutil
from typing import TYPE_CHECKING

from agent.checks.cache import is_ours, keep_newest
from agent.checks.project import CONFIG, tool
from agent.checks.versions import versions
from agent.documents import FileType, GeneratedFile
from agent.to_its_end import to_its_end

if TYPE_CHECKING:
    from pathlib import Path

    from agent.checks.project import Project
    from agent.sandbox import Workspace

MYPY = (*tool("mypy"), "--strict", f"--config-file={CONFIG}")
"""What reads a project must have filled its cache: other options would make it cold."""
PACKAGES = (
    "alembic.command",
    "fastapi.testclient",
    "httpx",
    "jwt",
    "pwdlib.hashers.argon2",
    "pydantic_settings",
    "pytest_asyncio",
    "sqlalchemy.ext.asyncio",
    "sqlalchemy.orm",
    "structlog",
    "uvicorn",
)
PROBE = "".join(f"import {package}\n" for package in PACKAGES)
SECONDS = 300
KEPT = 4


async def give_base(project: Project, workspace: Workspace) -> None:
    """Put a copy of the base into ``scratch/mypy``; without a cache folder mypy starts cold."""
    if project.cache is None:
        return
    key = hashlib.sha256(f"{CONFIG.read_text()}{PROBE}{versions()}".encode()).hexdigest()[:24]
    base = project.cache / "mypy" / key
    if not base.is_dir():
        await _build(project, base)
    if is_ours(base.parent) and is_ours(base):
        target = workspace.scratch / "mypy"
        # A thread cannot be called off: it must not write what is already being removed.
        await to_its_end(asyncio.to_thread(_copy, base, target))


async def _build(project: Project, base: Path) -> None:
    """Let mypy read the packages, under the project's options, and keep what it learnt."""
    probe = GeneratedFile(path="probe.py", content=PROBE, type=FileType.CONFIG)
    async with project.sandbox.workspace([probe]) as workspace:
        made = workspace.scratch / "mypy"
        outcome = await workspace.run(
            [*MYPY, f"--cache-dir={made}", "probe.py"],
            timeout=SECONDS,
        )
        if outcome.exit_code in {0, 1} and made.is_dir():
            await asyncio.to_thread(_keep, made, base)


def _keep(made: Path, base: Path) -> None:
    """Move the cache to its place in one step, so that nobody ever sees half of it."""
    base.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = base.with_name(f".{base.name}-{secrets.token_hex(4)}")
    try:
        shutil.copytree(made, unfinished, symlinks=True)
        unfinished.rename(base)
    except OSError:
        # Another run was first, or the disk is full: the cache is only a matter of speed.
        shutil.rmtree(unfinished, ignore_errors=True)
    keep_newest(base.parent, KEPT)


def _copy(base: Path, target: Path) -> None:
    try:
        shutil.copytree(base, target, symlinks=True)
    except OSError:
        # Another run cleared it away meanwhile, or the disk is full: half a cache is none.
        shutil.rmtree(target, ignore_errors=True)
