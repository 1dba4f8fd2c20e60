"""How does a person see what a conversation tells? As sections, tables and coloured lines."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING

from agent.applying import Fate
from agent.conversation import told
from agent.documents import (
    Cancellation,
    Failure,
    FindingLevel,
    Outcome,
    Questions,
    Refusal,
    Verdict,
    for_people,
    warned,
)
from agent.planner.spec_entity_writer import entity as entity_lines
from agent.report.text_diagram import tree
from agent.transports import cli_summary
from agent.transports.cli_input import Given
from agent.transports.cli_summary import Section

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from agent.applying import Change, Changes, Written
    from agent.conversation.told import Told
    from agent.types import BackendSpec

MOST_FILES = 12
MOST_LINES = 60
"""Lines of a diff that are shown unasked."""
_OWN = ".python-specialist/"
"""What is kept for later runs, and nobody reads."""
_DRAFT = cli_summary.DRAFT
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}
_SHOWN = (Fate.CONFLICT, Fate.MERGED, Fate.CHANGED, Fate.REMOVED, Fate.ADDED)


def show(what: Told) -> None:
    """Print what is told on standard output: in tables and colours on a terminal, else plain."""
    if isinstance(what, told.PlanTold):
        _plan(what)
    elif isinstance(what, told.NotPlanned):
        _not_planned(what)
    elif isinstance(what, told.ProofTold):
        _proof(what)
    elif isinstance(what, told.ChangesTold):
        _changes(what.changes, whole=what.whole)
    elif isinstance(what, told.Asked):
        _line(f"Question {what.number} of {what.count}: {what.question.text}", "bold")
    elif isinstance(what, told.ConsentAsked):
        why = f" ({what.why})" if what.why else ""
        _line(f"Write this to {what.folder}?{why}", "bold")
    elif isinstance(what, told.Text):
        _diff(what.text.split("\n"))
    elif isinstance(what, told.Note):
        _line(what.text, "yellow" if what.trouble else "dim")
    else:
        cli_summary.show(list(_others(what)))


def _others(what: Told) -> Iterator[Section]:
    if isinstance(what, told.Applied):
        yield Section("Written", list(_written(what.written)))
    elif isinstance(what, told.TakenBack):
        undone = what.undone
        text = f"{len(undone.restored)} files as they were before, {len(undone.removed)} removed"
        more = f"{undone.left} more can be taken back" if undone.left else "nothing more to undo"
        yield Section(f"Undone in {undone.folder}", [(text,), (more,)])
    elif isinstance(what, told.SessionsTold):
        rows = [
            (
                each.id + ("*" if each.id == what.current else ""),
                f"{each.changed.astimezone():%Y-%m-%d %H:%M}",
                "applied" if each.applied else "planned" if each.spec else "begun",
                each.title,
            )
            for each in what.sessions
        ]
        yield Section("Sessions", rows or [("none yet", "", "", "")], ("id", "changed", "", ""))
    elif isinstance(what, told.Table):
        yield Section(what.title, what.rows)


def _plan(what: told.PlanTold) -> None:
    spec = what.given
    if what.diff:
        _line(f"{spec.name}: the plan changes", "bold cyan")
        _diff([f"  {line}" for line in what.diff])
        _line("")
    else:
        cli_summary.show(list(_whole_plan(what.given, what.spec)))
    notes = [
        Section(title, [(text,) for text in texts])
        for title, texts in (
            ("Assumptions", for_people(what.assumptions)),
            *warned(what.warnings).items(),
        )
        if texts
    ]
    if notes:
        cli_summary.show(notes)


def _whole_plan(given: BackendSpec, spec: BackendSpec) -> Iterator[Section]:
    auth = f"{spec.auth.user} signs in" if spec.auth.method == "jwt" else "nobody signs in"
    yield Section(f"{given.name}: a plan", [(f"{spec.database.value}, {auth}",)])
    enums = frozenset(each.name for each in given.enums)
    rows = []
    for each in given.entities:
        _, *lines = entity_lines(each, enums)
        count = len(each.attributes)
        relations = lines[count : count + len(each.relations)]
        rules = lines[count + len(each.relations) :]
        attributes = ", ".join(lines[:count]) or "-"
        rows.append((each.name, attributes, ", ".join(relations) or "-", "; ".join(rules)))
    columns = ("entity", "attributes", "relations", "rules")
    shown = 4 if any(rules for *_, rules in rows) else 3
    yield Section("Entities", [row[:shown] for row in rows], columns[:shown])
    if given.enums:
        yield Section("Values", [(e.name, ", ".join(e.values)) for e in given.enums])
    plain = "utf" not in (sys.stdout.encoding or "").lower()
    if any(each.relations for each in given.entities):
        yield Section("What belongs to what", [(line,) for line in tree(given, plain=plain)])


def _not_planned(what: told.NotPlanned) -> None:
    answer = what.answer
    if isinstance(answer, Refusal):
        given = Given({}, what.name, "/request/description")
        faults = tuple(map(given.local, answer.errors))
        answer = answer.model_copy(update={"errors": faults})
        sections = cli_summary.of_refusal(answer, given)
    elif isinstance(answer, Questions):
        passed_over = {"Next steps", *(("Input required", _DRAFT) if what.asks else ())}
        sections = cli_summary.of_questions(answer)
        sections = [each for each in sections if each.title not in passed_over]
    elif isinstance(answer, Failure):
        sections = cli_summary.of_failure(answer)
    else:
        assert isinstance(answer, Cancellation)  # noqa: S101 - nothing else is left
        _line("Canceled.", "yellow")
        return
    in_chat = {_DRAFT: "Draft: /spec edit corrects it, or say it otherwise"}
    cli_summary.show([Section(in_chat.get(s.title, s.title), s.rows, s.columns) for s in sections])


def _proof(what: told.ProofTold) -> None:
    proof = what.result.proof
    verdict = cli_summary.verdict_of(proof)
    colour = {Verdict.PROVEN: "bold green", Verdict.FAILED: "bold red"}.get(proof.verdict, "yellow")
    lines = sum(file.content.count("\n") for file in what.files)
    _line(f"{what.result.spec.name}: {verdict} ({len(what.files)} files, {lines} lines)", colour)
    for hint in cli_summary.on_sqlite_only(what.result.spec.database, proof):
        _line(hint, "dim")
    told_of = [report for report in proof.checks if report.outcome is Outcome.FAILED]
    told_of += [
        report
        for report in proof.checks
        if report.outcome is not Outcome.FAILED
        and any(finding.level is FindingLevel.WARNING for finding in report.findings)
    ]
    sections = [each for each in cli_summary.of_checks(told_of) if each.title == "Findings"]
    if proof.unimplemented:
        names = ", ".join(proof.unimplemented)
        sections.append(Section("Answers 501 until somebody writes it", [(names,)]))
    sections += [
        Section(title, [(text,) for text in texts])
        for title, texts in warned(what.warnings).items()
    ]
    if sections:
        cli_summary.show(sections)


def _changes(changes: Changes, *, whole: bool) -> None:
    counts = ", ".join(
        f"{changes.counts[fate]} {fate.value}" for fate in Fate if changes.counts.get(fate)
    )
    _line(f"{changes.folder}: {counts}", "bold cyan")
    for path in changes.revisions:
        _line(f"  a new revision of the database: {path}")
    changed = [
        each for fate in _SHOWN for each in changes.of(fate) if not each.path.startswith(_OWN)
    ]
    few = whole or len(changed) <= MOST_FILES
    rows = _files(changed) if few else _folders(changed)
    for row in rows:
        _line(f"  {row}")
    differ = [each for each in changed if each.path in changes.revisions]
    differ += [
        each for each in changed if each not in differ and (whole or each.fate is not Fate.ADDED)
    ]
    lines = "".join(each.diff for each in differ).split("\n")[:-1]
    _diff(lines if whole else lines[:MOST_LINES])
    if not whole and (len(lines) > MOST_LINES or len(differ) < len(changed)):
        _line("/diff shows every line.", "dim")


def _folders(changed: Sequence[Change]) -> Iterator[str]:
    """Count the changes by folders: where there are many, nobody reads their names."""
    found: dict[tuple[str, Fate], int] = {}
    for each in changed:
        *parents, name = each.path.split("/")
        folder = "/".join(parents[:3]) + "/" if parents else name
        found[folder, each.fate] = found.get((folder, each.fate), 0) + 1
    files = ", ".join(name for name, _ in found if not name.endswith("/"))
    for (name, fate), count in found.items():
        if name.endswith("/"):
            yield f"{fate.value:<9} {name}  {count} file{'s' if count > 1 else ''}"
    yield from (f"{'':<9} {line}" for line in textwrap.wrap(files, 90))


def _files(changed: Sequence[Change]) -> Iterator[str]:
    for each in changed:
        lines = each.diff.split("\n")
        plus = sum(line.startswith("+") and not line.startswith("+++") for line in lines)
        minus = sum(line.startswith("-") and not line.startswith("---") for line in lines)
        reason = f"  {each.reason}" if each.reason else ""
        yield f"{each.fate.value:<9} {each.path}  +{plus} -{minus}{reason}"


def _written(written: Written) -> Iterator[tuple[str]]:
    new, same = len(written.written), len(written.unchanged)
    yield (f"{new} files to {written.folder}, {same} were there already",)
    for title, paths in (
        ("removed", written.removed),
        ("merged with what people changed", written.merged),
        ("with both sides between markers", written.conflicts),
        ("written beside yours", written.beside),
        ("left as people changed them", written.kept),
    ):
        if paths:
            yield (f"{title}: {', '.join(paths)}",)
    goes_on = "Its README.md goes on: install, test, migrate, start."
    if written.conflicts:
        goes_on = "Resolve the markers (<<<<<<<), then /check."
    elif written.beside:
        goes_on = "Compare what is beside yours, then /check."
    yield (f"/undo takes this back. {goes_on}",)


def _line(text: str, style: str = "") -> None:
    _print([(text, style)], whole=False)


def _diff(lines: Iterable[str]) -> None:
    _print(((line, _COLOURS.get(line.lstrip()[:1], "")) for line in lines), whole=True)


def _print(lines: Iterable[tuple[str, str]], *, whole: bool) -> None:
    """Print lines; a ``whole`` one is not broken between words, so that it can be copied."""
    if not sys.stdout.isatty():
        sys.stdout.write("".join(f"{text}\n" for text, _ in lines))
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
    from rich.text import Text  # noqa: PLC0415 - the same

    console = Console(highlight=False)
    for text, style in lines:
        console.print(Text(_harmless(text), style=style), soft_wrap=whole)


def _harmless(text: str) -> str:
    """Leave nothing that a terminal would obey: models and files of others say what they like."""
    return "".join(c if c.isprintable() or c == "\t" else "\ufffd" for c in text)
