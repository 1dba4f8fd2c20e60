"""What does a person want to know in the end? The answer as sections, and the sections as text."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from agent.documents import (
    CheckName,
    FindingLevel,
    Isolation,
    Outcome,
    Status,
    Verdict,
    for_people,
    warned,
)
from agent.settings import SERVERS
from agent.transports.cli_changes import of_written
from agent.transports.cli_judges import of_judges
from agent.transports.cli_models import models_used, was_written
from agent.writing.standing import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from agent.applying import Written
    from agent.documents import (
        CheckReport,
        Failure,
        GeneratedFile,
        Proof,
        Questions,
        Refusal,
        Result,
        Understood,
        Usage,
    )
    from agent.transports.cli_input import Given
    from agent.types import Database

DRAFT = "Draft: correct it, save it as draft.spec, and run draft.spec"
MOST_FINDINGS = 10
"""Findings of one check that are shown."""
_TEMPLATES_FAIL = (
    "Findings in files that nobody changed are faults of the templates, not of your input: please "
    "report them"
)
_WRITTEN_FAILS = (
    "Mend what the model wrote where the findings name it, and run check; others are faults of the "
    "templates: please report them"
)


@dataclass(frozen=True, slots=True)
class Section:
    """A title, and rows below it; ``columns`` empty means that rows are single lines."""

    title: str
    rows: Sequence[tuple[str, ...]]
    columns: tuple[str, ...] = ()


def show(sections: Sequence[Section]) -> None:
    """Print sections on standard output: in tables and colours on a terminal, else plain."""
    if sys.stdout.isatty():
        _show_rich(sections)
    else:
        text = "\n\n".join("\n".join(_plain(section)) for section in sections)
        sys.stdout.write(f"{text}\n")


def of_result(
    result: Result,
    files: Sequence[GeneratedFile],
    written: Written | None,
    *,
    folder: Path | None = None,
) -> list[Section]:
    """Return what there is to say of a result; ``folder`` is where it is, or would be, written."""
    proof = result.proof
    verdict = verdict_of(proof)
    sections = [
        Section(f"{result.spec.name}: {result.status}, {verdict}", _head(result)),
        Section("Entities", list(_entities(result)), ("name", "attributes", "relations", "owner")),
        Section("Files", list(_files(files, written, folder))),
    ]
    sections += of_checks(proof.checks)
    for title, texts in (
        ("Repairs", [in_words(each) for each in result.repairs]),
        ("Assumptions", for_people(result.assumptions)),
        ("Open questions", [note.text for note in result.open_questions]),
        *warned(result.warnings).items(),
        ("Models", list(models_used(result.usage))),
        ("Next steps", list(_next_steps(result, written))),
    ):
        if texts:
            sections.append(Section(title, [(text,) for text in texts]))
    return sections


def verdict_of(proof: Proof) -> str:
    """Say what came out; who reads "proven" has to know of what did not even run."""
    if proof.verdict is not Verdict.PROVEN:
        return proof.in_words
    missing = f"; {proof.not_asked}" if proof.not_asked else ""
    return f"{proof.in_words}: every check passed{missing}"


def of_isolation(proof: Proof) -> list[tuple[str, ...]]:
    """Return a row for a proof that was not made in the sandbox: who reads "proven" has to know."""
    if not proof.checks or proof.isolation is Isolation.SANDBOX:
        return []
    return [(f"Isolation: {proof.isolation.value}, as asked for",)]


def of_checks(checks: Sequence[CheckReport]) -> list[Section]:
    """Return what every check said, and what they found."""
    sections = []
    if checks:
        rows = [_check(report) for report in checks]
        sections.append(Section("Checks", rows, ("check", "outcome", "seconds", "")))
    if findings := list(_findings(checks)):
        sections.append(Section("Findings", findings))
    return sections


def of_questions(answer: Questions) -> list[Section]:
    """Return what has to be answered before anything can be built."""
    asked = [(question.text,) for question in answer.open_questions]
    sections = [Section("Input required", asked), *_used(answer.usage)]
    if answer.usage or answer.understood:  # who asks reads answers in words, too
        again = 'Run it again with an answer to each: --requirement "..."'
        alone = 'Or answer them alone: run -c "..."'
        sections.append(Section("Next steps", [(again,), (alone,)]))
    return [*sections, *_understood(answer.understood)]


def of_failure(failure: Failure) -> list[Section]:
    """Return why there is nothing to show, and what it took."""
    why = [(fault.message,) for fault in failure.errors]
    if any(fault.code == "model" for fault in failure.errors):
        why.append(("Without PYTHON_SPECIALIST_MODEL plain sentences are read (docs/prose.md).",))
    return [Section("Failed, nothing was built", why), *_used(failure.usage)]


def of_refusal(refusal: Refusal, given: Given) -> list[Section]:
    """Return every fault, with its place and what would be right."""
    rows = []
    for fault in refusal.errors:
        hint = f" (expected: {fault.expected})" if fault.expected else ""
        rows.append((f"{given.place(fault)}: {fault.message}{hint}",))
    count = len(rows)
    told = Section(f"Refused, {count} fault{'s' if count > 1 else ''}", rows)
    return [told, *_understood(refusal.understood)]


def _understood(found: Understood | None) -> Iterator[Section]:
    """Yield what was understood of words as a table, and the draft to correct."""
    if found is None:
        return
    if found.entities:
        rows = [
            (each.name, ", ".join(each.attributes) or "-", ", ".join(each.relations) or "-")
            for each in found.entities
        ]
        yield Section("Understood", rows, ("entity", "attributes", "relations"))
    draft = [(line,) for line in found.draft.rstrip().split("\n")]
    yield Section(DRAFT, draft)


def _used(usage: Usage | None) -> list[Section]:
    rows = [(text,) for text in models_used(usage)]
    return [Section("Models", rows)] if rows else []


def _head(result: Result) -> list[tuple[str, ...]]:
    spec = result.spec
    auth = "no authentication" if spec.auth.method == "none" else spec.auth.method.value
    rows: list[tuple[str, ...]] = [
        (f"{result.solution.architecture.framework}, {spec.database.value}, {auth}",)
    ]
    rows += of_isolation(result.proof)
    if result.proof.checks:
        rows += of_judges(result.proof)
    if len(result.selection.reasons) > 1 or "guide" in result.selection.reasons[0]:
        rows += [(reason,) for reason in result.selection.reasons]
    return rows


def _entities(result: Result) -> Iterator[tuple[str, ...]]:
    for entity in result.spec.entities:
        yield (
            entity.name,
            str(len(entity.attributes)),
            ", ".join(f"{r.name} -> {r.target}" for r in entity.relations) or "-",
            entity.owner or "-",
        )


def _files(
    files: Sequence[GeneratedFile], written: Written | None, folder: Path | None
) -> Iterator[tuple[str, ...]]:
    lines = sum(file.content.count("\n") for file in files)
    kinds = Counter(file.type.value for file in files)
    told = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    yield (f"{len(files)} files, {lines} lines: {told}",)
    if written is None:
        yield ("Nothing was written" + ("" if folder else ": name a folder with --out") + ".",)
        return
    yield from ((line,) for line in of_written(written))


def _check(report: CheckReport) -> tuple[str, ...]:
    told = ": ".join(filter(None, (report.summary, report.reason)))
    levels = [finding.level for finding in report.findings]
    if count := levels.count(FindingLevel.WARNING):
        warnings = f"{count} warning{'s' if count > 1 else ''}"
        told = f"{told}, {warnings}" if told else warnings
    return report.name.value, report.outcome.value, f"{report.seconds:.2f}", told


def _findings(checks: Sequence[CheckReport]) -> Iterator[tuple[str, ...]]:
    for report in checks:
        failed = report.outcome is Outcome.FAILED
        shown = [f for f in report.findings if failed or f.level is FindingLevel.WARNING]
        for finding in shown[:MOST_FINDINGS]:
            place = f"{finding.path}:{finding.line or 1}: " if finding.path else ""
            mild = "" if finding.level is FindingLevel.ERROR else f"{finding.level.value}: "
            yield (f"{report.name.value}: {place}{mild}{finding.message}",)
        if (more := len(shown) - MOST_FINDINGS) > 0:
            yield (f"{report.name.value}: and {more} more (all of them with --json)",)


def _next_steps(result: Result, written: Written | None) -> Iterator[str]:
    if result.proof.unimplemented:
        names = ", ".join(result.proof.unimplemented)
        yield f"Write what answers 501 so far: {names} (in src/app/services/operations)"
    if written is not None and (written.conflicts or written.beside):
        yield f"Resolve the conflicts, then prove it: python-specialist check {written.folder}"
    if written is not None:
        yield f"cd {written.folder} and follow README.md: install, test, migrate, start"
    if result.status == Status.FAILED:
        yield _WRITTEN_FAILS if was_written(result) else _TEMPLATES_FAIL
    yield from on_sqlite_only(result.spec.database, result.proof)
    if result.proof.verdict is Verdict.NOT_RUN:
        yield "Prove it: run again with --verification standard"
    if result.handoff is not None:
        yield f"Hand over to {', '.join(h.to for h in result.handoffs)}: the messages are in --json"


def on_sqlite_only(database: Database, proof: Proof) -> Iterator[str]:
    """Tell what proves a project on its own database, too, where its tests ran on SQLite alone."""
    checked = {report.name for report in proof.checks}
    if CheckName.TESTS in checked and CheckName.DATABASE not in checked and database in SERVERS:
        variable, *_ = SERVERS[database]
        was = "proven" if proof.verdict is Verdict.PROVEN else "tried"
        yield f"This was {was} on SQLite; to prove it on {database.value}, too, set {variable}"


def _plain(section: Section) -> Iterator[str]:
    yield section.title
    rows = [section.columns, *section.rows] if section.columns else section.rows
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))] if rows else []
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield f"  {'  '.join(cells)}".rstrip()


def _show_rich(sections: Sequence[Section]) -> None:
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
    from rich.padding import Padding  # noqa: PLC0415 - the same
    from rich.table import Table  # noqa: PLC0415 - the same
    from rich.text import Text  # noqa: PLC0415 - the same

    colours = {"passed": "green", "failed": "bold red", "skipped": "yellow", "not-run": "yellow"}
    console = Console(highlight=False)
    for section in sections:
        console.print(Text(section.title, style="bold cyan"))
        table = Table(show_header=bool(section.columns), box=None, pad_edge=False)
        for name in section.columns or ("",):
            side: Literal["left", "right"] = "right" if name == "seconds" else "left"
            table.add_column(name, justify=side, overflow="fold")
        for row in section.rows:
            table.add_row(*(Text(cell, style=colours.get(cell, "")) for cell in row))
        console.print(Padding(table, (0, 0, 1, 2)))
