"""What was made, and what do the checks say of it? Generated files, their proof, and repairs."""

from enum import StrEnum

from pydantic import Field

from agent.documents.base import Ours, Published
from agent.documents.input import VerificationLevel


class FileType(StrEnum):
    """The published types of a generated file."""

    ROUTER = "router"
    SERVICE = "service"
    REPOSITORY = "repository"
    MIDDLEWARE = "middleware"
    MODEL = "model"
    SCHEMA = "schema"
    DEPENDENCY = "dependency"
    CONFIG = "config"
    TEST = "test"
    MIGRATION = "migration"


class GeneratedFile(Published):
    """One file of the project, and the pattern it came from.

    ``path`` is relative, with forward slashes.
    """

    path: str
    content: str
    type: FileType
    description: str = ""
    pattern: str = ""


class FindingLevel(StrEnum):
    """How bad a finding is (SARIF's words)."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Finding(Ours):
    """One problem that a check reports."""

    level: FindingLevel = FindingLevel.ERROR
    message: str
    path: str | None = None
    line: int | None = None


class CheckName(StrEnum):
    """The checks, in the order in which they are reported."""

    SYNTAX = "syntax"
    FORMAT = "format"
    LINT = "lint"
    IMPORT = "import"
    OPENAPI = "openapi"
    TYPES = "types"
    MODEL = "model"
    MIGRATIONS = "migrations"
    TESTS = "tests"
    FUZZ = "fuzz"
    DATABASE = "database"


class Outcome(StrEnum):
    """How a check ended; ``skipped`` and ``not-run`` carry a reason."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    NOT_RUN = "not-run"


class CheckReport(Ours):
    """One check: what was run, what came out, how long it took (seconds)."""

    name: CheckName
    outcome: Outcome
    reason: str | None = None
    command: str | None = None
    seconds: float = 0.0
    findings: tuple[Finding, ...] = ()
    summary: str | None = None


class Verdict(StrEnum):
    """What the checks of one level say together: it says nothing of what only others check."""

    PROVEN = "proven"
    INCOMPLETE = "incomplete"
    FAILED = "failed"
    NOT_RUN = "not-run"


class Isolation(StrEnum):
    """Where the generated code ran."""

    NONE = "none"
    PROCESS = "process"
    SANDBOX = "sandbox"


class JudgedBy(Ours):
    """Whether what judges a project is as it was emitted: tests, migrations, settings of tools.

    ``as_emitted`` is None where nothing tells what was emitted. The lists hold paths of such files
    only, as people left them.
    """

    as_emitted: bool | None = None
    changed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class Proof(Ours):
    """What was run on the generated project, and what came out."""

    level: VerificationLevel
    verdict: Verdict
    isolation: Isolation = Isolation.NONE
    python: str = ""
    versions: dict[str, str] = Field(default_factory=dict)
    checks: tuple[CheckReport, ...] = ()
    unimplemented: tuple[str, ...] = ()
    judged_by: JudgedBy = JudgedBy()

    @property
    def in_words(self) -> str:
        """Return the verdict for people, with the level that it is of."""
        return {
            Verdict.PROVEN: f"proven at level {self.level}",
            Verdict.INCOMPLETE: f"checked at level {self.level}, but not completely",
            Verdict.FAILED: f"the proof at level {self.level} failed",
            Verdict.NOT_RUN: "not checked",
        }[self.verdict]

    @property
    def not_asked(self) -> str:
        """Return what nobody looked at though it is proven, which its level leaves out."""
        only_fast = self.verdict is Verdict.PROVEN and self.level is VerificationLevel.FAST
        return "types, migrations and tests did not run" if only_fast else ""


class Repair(Ours):
    """One round in which a model mended bodies that it wrote.

    ``operations`` are those whose findings it was given. The findings are those of the whole proof
    before the round and after it; None where it gave no other body, so that nothing was proven.
    ``kept`` tells whether the project got further by it; where not, the one before stayed.
    ``put_back`` are operations that fell back in a round that is kept: their bodies stayed as they
    were, and the findings after it are without what they would have added.
    """

    round: int
    operations: tuple[str, ...]
    findings_before: int
    findings_after: int | None = None
    kept: bool = False
    put_back: tuple[str, ...] = ()
