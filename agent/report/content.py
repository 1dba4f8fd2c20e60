"""What stands in a report? An answer or a proof, counted, grouped and put into plain words."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from agent.documents import CheckName, FileType, Outcome, Verdict, for_people, warned
from agent.emitter.facts import Facts
from agent.emitter.statuses import error_statuses
from agent.report.diagram import badge_of, draw, type_of
from agent.writing.standing import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from agent.documents import CheckReport, GeneratedFile, Proof, Result
    from agent.report.diagram import Diagram
    from agent.types import BackendSpec, Operation

QUESTIONS = {
    CheckName.SYNTAX: "Is every Python file Python?",
    CheckName.FORMAT: "Is it formatted?",
    CheckName.LINT: "Does it keep the linter's rules?",
    CheckName.IMPORT: "Can every module be imported?",
    CheckName.OPENAPI: "Does the API describe itself soundly?",
    CheckName.TYPES: "Do its types fit together, strictly?",
    CheckName.MODEL: "Does it keep what its model says?",
    CheckName.MIGRATIONS: "Do migrations build the tables, and undo them?",
    CheckName.TESTS: "Do its own tests pass, and reach its code?",
    CheckName.FUZZ: "Does it stand odd requests?",
    CheckName.DATABASE: "Does all of it hold on the real database?",
}
DATABASES = {"postgresql": "PostgreSQL", "mysql": "MySQL or MariaDB", "sqlite": "SQLite"}
ISOLATION = {
    "none": "without isolation",
    "process": "a process with limits: it keeps mistakes in, not an attacker",
    "sandbox": "a sandbox of the operating system",
}
OPEN_UP_TO = 30
"""Longer lists are folded at first."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a page is made of.

    ``states``: path of a file -> what became of it since it was written, in a word. ``spec`` is
    None for a project whose plan is not known. ``made`` says when, for readers.
    """

    name: str
    proof: Proof
    files: Sequence[GeneratedFile]
    database: str
    made: str
    spec: BackendSpec | None = None
    states: Mapping[str, str] = field(default_factory=dict)
    missing: Sequence[str] = ()
    notes: Sequence[tuple[str, Sequence[str]]] = ()
    framework: str = "fastapi"


class Check(NamedTuple):
    """One row of the table of checks; ``share`` is in percent of the longest."""

    question: str
    report: CheckReport
    share: float


class FileRow(NamedTuple):
    """One file, without its text."""

    path: str
    lines: int
    pattern: str
    state: str


class OperationRow(NamedTuple):
    """One operation as a client meets it."""

    method: str
    path: str
    summary: str
    who: str
    success: int | None
    refusals: list[int]


class EntityRow(NamedTuple):
    """One entity in words, for whoever cannot see the diagram."""

    name: str
    attributes: list[tuple[str, str, str]]
    relations: list[str]


def of_result(result: Result, files: Sequence[GeneratedFile], made: str) -> Report:
    """Return the report of an answer; ``files`` is the whole project."""
    return Report(
        name=result.spec.name,
        proof=result.proof,
        files=files,
        database=result.spec.database.value,
        made=made,
        spec=result.spec,
        framework=result.solution.architecture.framework,
        notes=(
            ("Repairs by a model", [in_words(each) for each in result.repairs]),
            ("Assumptions", for_people(result.assumptions)),
            ("Open questions", [note.text for note in result.open_questions]),
            *warned(result.warnings).items(),
        ),
    )


class Content:
    """A report in the form that the template reads."""

    def __init__(self, report: Report) -> None:
        """Look everything up once."""
        self.report = report
        self.alone = False  # its diagram stands on the page
        self.proof = report.proof
        self.spec = report.spec
        self.open_up_to = OPEN_UP_TO
        self.questions = QUESTIONS
        self.database = DATABASES.get(report.database, report.database)
        self.isolation = ISOLATION[report.proof.isolation.value]
        self.diagram: Diagram | None = draw(report.spec) if report.spec else None
        self.lines = sum(_lines(file) for file in report.files)

    @property
    def verdict(self) -> tuple[str, str]:
        """Return the verdict in a word or two, and in a sentence."""
        proof = self.proof
        outcomes = Counter(check.outcome for check in proof.checks)
        of_all = f"{len(proof.checks)} check{'' if len(proof.checks) == 1 else 's'}"
        if proof.verdict is Verdict.PROVEN:
            missing = f"; {proof.not_asked}" if proof.not_asked else ""
            return _title(proof), f"Every check of this level passed: {of_all}{missing}."
        if proof.verdict is Verdict.FAILED:
            failed = [check.name.value for check in proof.checks if check.outcome is Outcome.FAILED]
            return _title(proof), f"{len(failed)} of {of_all} failed: {', '.join(failed)}."
        if proof.verdict is Verdict.NOT_RUN:
            return _title(proof), "No check was run."
        passed = outcomes[Outcome.PASSED]
        reasons = [f"{passed} of {of_all} passed, none failed."]
        reasons += [
            f"{check.name.value} was not run: {check.reason or 'no reason given'}."
            for check in proof.checks
            if check.outcome in {Outcome.SKIPPED, Outcome.NOT_RUN}
        ]
        if proof.unimplemented:
            count = len(proof.unimplemented)
            what = "operation answers" if count == 1 else "operations answer"
            reasons.append(f"{count} {what} 501 so far: {', '.join(proof.unimplemented)}.")
        return _title(proof), " ".join(reasons)

    @property
    def judges(self) -> str:
        """Say whether the checks asked the tests that were emitted."""
        by = self.proof.judged_by
        if self.proof.verdict is Verdict.NOT_RUN:
            return ""
        if by.as_emitted is None:
            return "Nothing tells whether its tests and migrations are those that were emitted."
        if by.as_emitted:
            return "Its tests, migrations and settings of tools are those that were emitted."
        kinds = (("changed", by.changed), ("added", by.added), ("missing", by.missing))
        told = ", ".join(f"{len(paths)} {kind}" for kind, paths in kinds if paths)
        return (
            f"Judged by tests, migrations or settings that are not those that were emitted: {told}."
        )

    @property
    def numbers(self) -> list[tuple[str, str]]:
        """Return what is worth counting: the number, and of what."""
        found = []
        if self.spec:
            found += [(str(len(self.spec.entities)), "entities")]
            found += [(str(len(self.spec.operations)), "operations")]
        found += [(f"{len(self.report.files):,}", "files"), (f"{self.lines:,}", "lines")]
        told = next((c.summary for c in self.proof.checks if c.name is CheckName.TESTS), "") or ""
        if passed := re.match(r"(\d+) passed", told):
            found.append((passed[1], "tests passed"))
        if coverage := re.search(r"coverage ([\d.]+) %", told):
            found.append((f"{coverage[1]} %", "of the code reached"))
        return found

    @property
    def checks(self) -> list[Check]:
        """Return the checks, each with the share of the time that it took."""
        total = sum(check.seconds for check in self.proof.checks) or 1.0
        return [
            Check(QUESTIONS[check.name], check, round(100 * check.seconds / total, 1))
            for check in self.proof.checks
        ]

    @property
    def seconds(self) -> float:
        """Return how long all checks took, one after another."""
        return sum(check.seconds for check in self.proof.checks)

    @property
    def has_findings(self) -> bool:
        """Tell whether any check found something."""
        return any(check.findings for check in self.proof.checks)

    @property
    def entities(self) -> Iterator[EntityRow]:
        """Return the entities in words."""
        for entity in self.spec.entities if self.spec else ():
            yield EntityRow(
                entity.name,
                [(badge_of(entity, a), a.name, type_of(a)) for a in entity.attributes],
                [
                    f"{r.name}: {r.kind.value} to {r.target}{', optional' if r.nullable else ''}"
                    for r in entity.relations
                ],
            )

    @property
    def files(self) -> list[tuple[str, int, list[FileRow]]]:
        """Return the files by their type: the type, its lines, its files."""
        groups: dict[FileType, list[FileRow]] = {}
        for file in sorted(self.report.files, key=lambda file: file.path):
            state = self.report.states.get(file.path, "")
            row = FileRow(file.path, _lines(file), file.pattern, state)
            groups.setdefault(file.type, []).append(row)
        return [
            (kind.value, sum(row.lines for row in groups[kind]), groups[kind])
            for kind in FileType
            if kind in groups
        ]

    @property
    def operations(self) -> list[OperationRow]:
        """Return the operations, in the order of the plan."""
        spec = self.spec
        if spec is None:
            return []
        facts = Facts(spec)
        return [
            OperationRow(
                operation.method.value,
                f"{spec.api.base_path}{operation.path}",
                operation.summary or operation.name,
                _who(operation, facts),
                operation.status,
                error_statuses(facts, operation),
            )
            for operation in spec.operations
        ]

    @property
    def notes(self) -> list[tuple[str, Sequence[str]]]:
        """Return what there is to say beside the proof."""
        return [(title, texts) for title, texts in self.report.notes if texts]


def _title(proof: Proof) -> str:
    return proof.in_words[0].upper() + proof.in_words[1:]


def _lines(file: GeneratedFile) -> int:
    return file.content.count("\n")


def _who(operation: Operation, facts: Facts) -> str:
    if not (facts.secured or facts.keyed) or "public" in (operation.permission or ()):
        return "anybody"
    if facts.keyed:
        return "whoever has a key"
    words = {"authenticated": "signed in", "owner": "the owner"}
    admin = facts.spec.auth.admin_role
    who = [words.get(each, each) for each in operation.permission or ()]
    return ", ".join(dict.fromkeys(who)) or admin
