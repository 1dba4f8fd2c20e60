"""Was this proven before? What a check passed with the same content and versions passes again.

Only successes are kept: who has a failure before them wants to see it again. A check depends on the
files that its tool reads, so that after a change of one file the others' results still stand.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from agent.checks.cache import is_ours, keep_newest
from agent.checks.project import CONFIG
from agent.checks.versions import python_version, versions
from agent.documents import CheckName, CheckReport, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from agent.documents import GeneratedFile, Isolation

KEPT = 2000
REMEMBERED = "nothing that it depends on has changed since it passed"


# What neither the application nor its tests read.
PROSE = ("docs/", ".github/", ".python-specialist/")
PROSE_FILES = frozenset(
    {
        *(".dockerignore", ".env.example", ".gitignore", "AGENTS.md", "CHANGELOG.md", "Dockerfile"),
        *("LICENSE", "README.md", "compose.yaml", "pyproject.toml", "requirements.txt"),
    }
)


def _python(path: str) -> bool:
    return path.endswith((".py", ".pyi"))


def _suite(path: str) -> bool:
    return not path.startswith(PROSE) and path not in PROSE_FILES


def _application(path: str) -> bool:
    return _suite(path) and not path.startswith("tests/")


def _installed(path: str) -> bool:
    return _application(path) or path == "pyproject.toml"


# Not here: syntax is faster than asking, and the database's own version is its server's affair.
READS: dict[CheckName, Callable[[str], bool]] = {
    CheckName.FORMAT: _python,
    CheckName.LINT: _python,
    CheckName.IMPORT: _installed,
    CheckName.OPENAPI: _application,
    CheckName.TYPES: _python,
    CheckName.MODEL: _application,
    CheckName.MIGRATIONS: _application,
    CheckName.TESTS: _suite,
}


class Memory:
    """Reports of checks that passed, in a folder of this user's."""

    def __init__(self, folder: Path, files: Iterable[GeneratedFile], isolation: Isolation) -> None:
        """Look into ``folder`` for what is known of these files, checked with this isolation."""
        self.isolation = isolation
        self.folder = folder / "passed"
        self._digests = {
            file.path: hashlib.sha256(file.content.encode(errors="replace")).hexdigest()
            for file in files
        }

    def recall(self, name: CheckName) -> CheckReport | None:
        """Give the report of a check that would pass again."""
        file = self._file(name)
        if file is None or not is_ours(self.folder):
            return None
        try:
            report = CheckReport.model_validate_json(file.read_text(encoding="utf-8"))
        except (OSError, ValueError, ValidationError):
            return None
        return report.model_copy(update={"reason": REMEMBERED, "seconds": 0.0})

    def keep(self, report: CheckReport) -> None:
        """Remember a report, if it is worth it; a full disk only costs the memory."""
        file = self._file(report.name)
        if file is None or report.outcome is not Outcome.PASSED:
            return
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            unfinished = file.with_suffix(".new")
            unfinished.write_text(report.model_dump_json(), encoding="utf-8")
            unfinished.rename(file)
            keep_newest(self.folder, KEPT)

    def _file(self, name: CheckName) -> Path | None:
        reads = READS.get(name)
        if reads is None:
            return None
        read = {path: digest for path, digest in self._digests.items() if reads(path)}
        facts = [name, self.isolation, python_version(), versions(), _ours(), read]
        key = json.dumps(facts, sort_keys=True)
        return self.folder / f"{hashlib.sha256(key.encode()).hexdigest()}.json"


@lru_cache
def _ours() -> str:
    """Give one number for our checks as they stand."""
    digest = hashlib.sha256(CONFIG.read_bytes())
    for file in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()
