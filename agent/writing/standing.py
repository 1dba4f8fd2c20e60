"""How far did an attempt get? By the checks that it passed, and by what they found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.documents import CheckName, FindingLevel, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.documents import Finding, Proof, Repair

ORDER = tuple(CheckName)


def findings_of(proof: Proof) -> list[tuple[CheckName, Finding]]:
    """Return what made checks fail, in their order, with the check that found it."""
    return [
        (report.name, finding)
        for report in proof.checks
        if report.outcome is Outcome.FAILED
        for finding in report.findings
        if finding.level is FindingLevel.ERROR
    ]


def standing(proof: Proof) -> tuple[int, int]:
    """Return how far a proof got, as something to compare: more is further.

    First counts the first check that failed, or was kept from running by one that did; of two that
    failed in the same one, the one with fewer findings in all got further.
    """
    stopped = {
        report.name
        for report in proof.checks
        if report.outcome in {Outcome.FAILED, Outcome.NOT_RUN}
    }
    furthest = next((at for at, name in enumerate(ORDER) if name in stopped), len(ORDER))
    return furthest, -len(findings_of(proof))


def share(found: Sequence[tuple[CheckName, Finding]]) -> tuple[int, int]:
    """Return how far a body got of which this was found, in the same way."""
    return min((ORDER.index(name) for name, _ in found), default=len(ORDER)), -len(found)


def in_words(repair: Repair) -> str:
    """Return a round of repair in words."""
    counted = f"{repair.findings_before} finding{'s' if repair.findings_before != 1 else ''}"
    line = f"round {repair.round}, {', '.join(repair.operations)}: {counted}"
    if repair.findings_after is None:
        return f"{line}, and no other body came"
    back = "" if repair.kept else ", so the attempt before it stays"
    if repair.put_back:
        back = f", without another body of {', '.join(repair.put_back)}"
    return f"{line} before, {repair.findings_after} after{back}"
