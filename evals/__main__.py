"""Which figures do the evals give? ``make evals``: tables of words read, and of rules built.

``python -m evals prose`` prints only the first. ``python -m evals tune`` names what is wrong in the
set to tune on, case by case. There is no such thing for the set to report: it is only counted.
"""

from __future__ import annotations

import asyncio
import sys

from evals.cases import SETS, cases
from evals.scoring import KINDS, Count, Score, score


def main() -> None:
    """Print the figures of all sets, or what is wrong in the one to tune on."""
    if sys.argv[1:] == ["tune"]:
        _explain([score(case) for case in cases("tune")])
        return
    columns = [[score(case) for case in cases(name)] for name in SETS]
    rows = [_figures(scores) for scores in columns]
    _line("prose, without a model", *SETS)
    for label in rows[0]:
        _line(label, *(row[label] for row in rows))
    if sys.argv[1:] != ["prose"]:
        from evals.end_to_end import table  # noqa: PLC0415 - it proves projects, and loads a lot

        sys.stdout.write("\n")
        asyncio.run(table())


def _figures(scores: list[Score]) -> dict[str, str]:
    readable = [one for one in scores if not one.case.refuse]
    unreadable = [one for one in scores if one.case.refuse]
    accepted = [one for one in readable if one.accepted]
    refused = sum(not one.accepted for one in unreadable)
    figures = {
        "descriptions": str(len(scores)),
        "accepted, of those to build": _share(len(accepted), len(readable)),
        "refused, of those to refuse": _share(refused, len(unreadable)),
    }
    for kind in KINDS:
        count = Count()
        for one in accepted:
            count.add(one.counts[kind])
        figures[f"{kind}: precision / recall"] = (
            f"{count.precision:.2f} / {count.recall:.2f} ({count.labelled})"
        )
    right = sum(not one.wrong for one in accepted)
    figures["accepted with nothing wrong"] = _share(right, len(accepted))
    return figures


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.0%})" if whole else "-"


def _line(label: str, *values: str) -> None:
    sys.stdout.write(f"{label:<34}{''.join(f'{value:<24}' for value in values)}".rstrip() + "\n")


def _explain(scores: list[Score]) -> None:
    for one in scores:
        if one.accepted == one.case.refuse:
            told = one.reason or "accepted"
            sys.stdout.write(f"{one.case.name}: {told}\n")
        for wrong in one.wrong:
            sys.stdout.write(f"{one.case.name}: {wrong}\n")


if __name__ == "__main__":
    main()
