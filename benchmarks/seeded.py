"""Which check finds which seeded bug, and is a sound project left in peace? ``make seeded``.

Each bug is planted alone in a golden project, which is then proven at level full. A cell says
``found`` where a check failed, ``.`` where it passed, ``-`` where it did not run or had to stop.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from typing import TYPE_CHECKING

from agent.checks.prove import prove
from agent.documents import CheckName, Outcome, VerificationLevel
from agent.sandbox import Sandbox
from agent.settings import read_settings
from benchmarks.line import table
from benchmarks.servers import servers
from tests.golden_projects import PROJECTS, document
from tests.made import made
from tests.seeded import BUGS, plant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agent.documents import CheckReport, GeneratedFile

OWN = {CheckName.TESTS, CheckName.DATABASE}
"""The checks that run the project's own tests."""
CELLS = {Outcome.FAILED: "found", Outcome.PASSED: "."}


def main() -> None:
    """Plant and prove one after the other; print the table and what it adds up to."""
    found: dict[str, set[CheckName]] = {}
    rows = []
    for name, bug in BUGS.items():
        sys.stderr.write(f"planting {name}\n")
        reports = {each.name: each for each in proven(plant(bug), bug.project)}
        found[name] = {each.name for each in reports.values() if each.outcome is Outcome.FAILED}
        cells = [CELLS.get(reports[each].outcome, "-") for each in CheckName]
        rows.append((name, bug.kind, *cells))
    alarms = []
    for name in PROJECTS:
        sys.stderr.write(f"proving {name}\n")
        reports = {each.name: each for each in proven(made(document(name))[1], name)}
        alarms += [
            f"{name}: {each.name} {each.outcome}"
            for each in reports.values()
            if each.outcome is Outcome.FAILED
        ]
    head = ("bug", "kind", *CheckName)
    lines = [
        *summary(found),
        f"False alarms on {len(PROJECTS)} golden projects: {_listed(alarms)}.",
    ]
    sys.stdout.write(f"\n{table([head, *rows])}\n\n" + "\n".join(lines) + "\n")


def proven(files: tuple[GeneratedFile, ...], project: str) -> tuple[CheckReport, ...]:
    """Prove a project at level full, on a real server of its database where that is no SQLite."""
    url = servers().get(made(document(project))[0].spec.database)
    work = prove(
        files,
        VerificationLevel.FULL,
        sandbox=SANDBOX,
        database_url=url,
        cache=read_settings().cache,
        remember=False,
    )
    return asyncio.run(work).checks


def summary(found: dict[str, set[CheckName]]) -> Iterable[str]:
    """Say how many are found, by which checks, and where that is not what is written down."""
    kinds = {BUGS[name].kind for name in found}
    by = Counter(check for checks in found.values() for check in checks)
    counts = ", ".join(f"{check} {by[check]}" for check in CheckName if by[check])
    missed = [name for name, checks in found.items() if not checks]
    own = [name for name, checks in found.items() if checks and checks <= OWN]
    yield f"{len(found)} bugs of {len(kinds)} kinds, {len(found) - len(missed)} found: {counts}."
    yield f"Found by nothing: {_listed(missed)}."
    yield f"Found only where the project's own tests run: {len(own)} ({_listed(own)})."
    other = [name for name, checks in found.items() if checks != set(BUGS[name].found_by)]
    yield f"Other checks than tests/seeded says: {_listed(other)}."


def _listed(names: list[str]) -> str:
    return "; ".join(names) or "none"


SANDBOX = Sandbox()


if __name__ == "__main__":
    main()
