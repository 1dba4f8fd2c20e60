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


# What neither the application nor its tests read, unless their code names it.
PROSE = ("docs/", ".github/", ".python-specialist/")
PROSE_FILES = frozenset(
    {
        *(".dockerignore", ".env.example", ".gitignore", "AGENTS.md", "CHANGELOG.md", "Dockerfile"),
        *("LICENSE", "README.md", "compose.yaml", "pyproject.toml", "requirements.txt"),
    }
)


def _python(path: str) -> bool:
    return path.endswith((".py", ".pyi"))


def in_suite(path: str) -> bool:
    """Tell whether the application or its tests may read the file at ``path``."""
    return not path.startswith(PROSE) and path not in PROSE_FILES


def _application(path: str) -> bool:
    return in_suite(path) and not path.startswith("tests/")


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
    CheckName.TESTS: in_suite,
}


class Memory:
    """What passed, in a folder of this user's. What cannot be written only costs the memory."""

    def __init__(self, folder: Path, files: Iterable[GeneratedFile], isolation: Isolation) -> None:
        """Look into ``folder`` for what is known of these files, checked with this isolation."""
        self.isolation = isolation
        self.folder = folder / "passed"
        files = tuple(files)
        self._named = _named(files)
        self.digests = {
            file.path: hashlib.sha256(file.content.encode(errors="replace")).hexdigest()
            for file in files
        }

    def recall(self, name: CheckName) -> CheckReport | None:
        """Give the report of a check that would pass again."""
        reads = READS.get(name)
        text = None if reads is None else self.text(name, reads)
        try:
            report = CheckReport.model_validate_json(text or "")
        except ValidationError:
            return None
        return report.model_copy(update={"reason": REMEMBERED, "seconds": 0.0})

    def keep(self, report: CheckReport) -> None:
        """Remember a report, if it is worth it, and of a check that ran as a whole."""
        reads = READS.get(report.name)
        if reads is not None and report.outcome is Outcome.PASSED and report.reason is None:
            self.keep_text(report.name, reads, report.model_dump_json())

    def text(self, name: str, reads: Callable[[str], bool]) -> str | None:
        """Give what was kept under a name when the files that ``reads`` tells were the same."""
        if not is_ours(self.folder):
            return None
        try:
            return self._file(name, reads).read_text(encoding="utf-8")
        except (OSError, ValueError):
            return None

    def keep_text(self, name: str, reads: Callable[[str], bool], text: str) -> None:
        """Keep a text under a name for as long as these files are the same."""
        file = self._file(name, reads)
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            unfinished = file.with_suffix(".new")
            unfinished.write_text(text, encoding="utf-8")
            unfinished.rename(file)
            keep_newest(self.folder, KEPT)

    def _file(self, name: str, reads: Callable[[str], bool]) -> Path:
        read = {
            path: digest
            for path, digest in self.digests.items()
            if reads(path) or path in self._named
        }
        facts = [name, self.isolation, python_version(), versions(), _ours(), read]
        key = json.dumps(facts, sort_keys=True)
        return self.folder / f"{hashlib.sha256(key.encode()).hexdigest()}.json"


def _named(files: Iterable[GeneratedFile]) -> frozenset[str]:
    """Give the files beside the suite that some code names, or whose folder it names."""
    code = "\n".join(file.content for file in files if _python(file.path))

    def is_named(path: str) -> bool:
        folder, slash, _ = path.partition("/")
        folders = (f"{folder}/", f'"{folder}"', f"'{folder}'") if slash else ()
        return any(name in code for name in (path.rpartition("/")[2], *folders))

    return frozenset(file.path for file in files if not in_suite(file.path) and is_named(file.path))


@lru_cache
def _ours() -> str:
    """Give one number for this agent as it stands."""
    digest = hashlib.sha256(CONFIG.read_bytes())
    for file in sorted(Path(__file__).parents[1].rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()
