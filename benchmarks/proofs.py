"""Is every golden project proven here, and how long does it take? Prints a table: ``make proofs``.

The level is full. A cell of the table is the time of a check that passed, or else how it ended.
"""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from typing import TYPE_CHECKING

from agent.checks.prove import prove
from agent.documents import CheckName, Outcome, Result
from agent.events import Rendered
from agent.knowledge import Library
from agent.resources import folder
from agent.runner import Runner
from agent.sandbox import Sandbox
from agent.settings import read_settings
from benchmarks.line import table
from benchmarks.servers import servers
from tests.golden_projects import PROJECTS, document

if TYPE_CHECKING:
    from agent.documents import CheckReport
    from agent.events import Event

SIZES = ("entities", "files", "lines")
HEAD = ("project", "database", *SIZES, *CheckName, "suite", "verdict")


def main() -> None:
    """Prove one golden project after the other, and print the table."""
    runner = Runner(
        Library(folder("knowledge")),
        Sandbox(),
        databases=servers(),
        cache=read_settings().cache,
        prove=partial(prove, remember=False),
    )
    rows = []
    for name in PROJECTS:
        sys.stderr.write(f"proving {name}\n")
        rows.append(asyncio.run(_row(runner, name)))
    sys.stdout.write(f"\n{table([HEAD, *rows])}\n")


async def _row(runner: Runner, name: str) -> tuple[str, ...]:
    rendered: list[Rendered] = []

    def listen(event: Event) -> None:
        if isinstance(event, Rendered):
            rendered.append(event)

    answer = await runner.run({**document(name), "constraints": {"verification": "full"}}, listen)
    if not isinstance(answer, Result):
        raise SystemExit(f"{name}: {answer.status}")
    files = rendered[0].files
    lines = sum(file.content.count("\n") for file in files)
    sizes = (str(len(answer.spec.entities)), str(len(files)), str(lines))
    reports = {report.name: report for report in answer.proof.checks}
    cells = [_cell(reports.get(check)) for check in CheckName]
    suite = reports[CheckName.TESTS].summary or ""
    return (name, answer.spec.database, *sizes, *cells, suite, answer.proof.verdict)


def _cell(report: CheckReport | None) -> str:
    if report is None:
        return "-"
    passed = report.outcome is Outcome.PASSED
    return f"{report.seconds:.1f} s" if passed else report.outcome.value


if __name__ == "__main__":
    main()
