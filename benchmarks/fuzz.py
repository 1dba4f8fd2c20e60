"""What do readers make of many broken and of large texts? ``make fuzz`` counts, for each format.

``python -m benchmarks.fuzz --seconds 300 --keep FOLDER sql spec``: so long for each of them, and
what was answered wrongly or slowly is kept as files. The exit code is 1 where there was any.
"""

from __future__ import annotations

import argparse
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from agent.contract.text import MAX_SIZE
from benchmarks.line import table
from tests.fuzzed import BAD, FORMATS, MOST_SECONDS, answer, large, mutated

if TYPE_CHECKING:
    from collections.abc import Iterator

MEBI = 2**20
MOST_MEMORY = 2**30
HEAD = ("format", "texts", "accepted", "asked", "refused", "no place", "broken", "slowest")
HEAD_OF_LARGE = ("format", "characters", "shape", "answer", "seconds", "MiB")
SIZES = (19_000, 990_000, MAX_SIZE - MEBI // 16, 2 * MAX_SIZE)
"""Just below what is read of words, of the spec language, of any request; and ten megabytes."""
_FINE = frozenset({"accepted", "asked", "refused"})


@dataclass(slots=True)
class Found:
    """What came of the texts of one format."""

    counts: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, int] = (0.0, 0)
    wrong: dict[str, int] = field(default_factory=dict)
    """The first seed with each reason."""


def fuzz(form: str, seconds: float, first: int) -> Found:
    """Judge the answers to texts of a format, from a seed on, for so many seconds."""
    found, seed, end = Found(), first, time.monotonic() + seconds
    while time.monotonic() < end:
        signal.alarm(MOST_SECONDS)
        got = answer(form, mutated(form, seed))
        signal.alarm(0)
        found.counts[got.outcome] += 1
        found.slowest = max(found.slowest, (got.seconds, seed))
        if got.outcome in BAD:
            found.wrong.setdefault(_reason(got.why), seed)
        seed += 1
    return found


def _reason(why: str) -> str:
    """Return what is the same for texts that are wrong in the same way."""
    if not why.startswith("Traceback"):
        return why[:50]
    places = [line.strip() for line in why.split("\n") if line.startswith("  File ")]
    return f"{why.rstrip().rpartition(chr(10))[2][:60]} {places[-1][-80:]}"


def _too_late(*_: object) -> None:
    raise TimeoutError(f"no answer after {MOST_SECONDS} s")


def _measured(form: str) -> Iterator[tuple[str, ...]]:
    """Yield a row for the slowest text of each size, with the most memory that any took."""
    for size in SIZES:
        command = [sys.executable, "-m", "benchmarks.fuzz", "--size", str(size), form]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        rows = [tuple(line.split("\t")) for line in done.stdout.splitlines()]
        if done.returncode or not rows:
            rows.append((f"died with {done.returncode}", "none", "0", "0"))
        bad = next((row for row in rows if row[1] not in _FINE), None)
        shape, outcome, seconds, _ = bad or max(rows, key=lambda row: float(row[2]))
        yield form, str(size), shape, outcome, seconds, str(max(int(row[3]) for row in rows))


def _answer_large(form: str, size: int) -> None:
    """Answer large texts, within the memory that there may be, and print what each took."""
    resource.setrlimit(resource.RLIMIT_AS, (2 * MOST_MEMORY, 2 * MOST_MEMORY))
    for shape, text in large(form, size):
        signal.alarm(2 * MOST_SECONDS)
        got = answer(form, text)
        signal.alarm(0)
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        sys.stdout.write(f"{shape}\t{got.outcome}\t{got.seconds:.1f}\t{most}\n")
        sys.stdout.flush()


def main() -> int:
    """Print the tables; return the exit code."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("formats", nargs="*", metavar="FORMAT", choices=[[], *FORMATS])
    options.add_argument("--seconds", type=float, default=60, help="for each format")
    options.add_argument("--first", type=int, default=1000, help="the first seed")
    options.add_argument("--keep", type=Path, help="a folder for the texts that went wrong")
    options.add_argument("--size", type=int, help=argparse.SUPPRESS)
    given = options.parse_args()
    chosen = given.formats or FORMATS
    signal.signal(signal.SIGALRM, _too_late)
    if given.size:
        _answer_large(chosen[0], given.size)
        return 0
    rows: list[tuple[str, ...]] = [HEAD]
    wrong: list[tuple[str, int, str]] = []
    for form in chosen:
        found = fuzz(form, given.seconds, given.first)
        counts = [str(found.counts[name]) for name in HEAD[2:-1]]
        slowest, seed = found.slowest
        rows.append((form, str(found.counts.total()), *counts, f"{slowest:.1f} s (seed {seed})"))
        wrong += [(form, seed, reason) for reason, seed in found.wrong.items()]
        if given.keep:
            given.keep.mkdir(parents=True, exist_ok=True)
            for each in {*found.wrong.values(), seed}:
                text = mutated(form, each).encode("utf-8", "surrogatepass")
                (given.keep / f"{form}-{each}.txt").write_bytes(text)
    sys.stdout.write(f"{table(rows)}\n\n")
    sys.stdout.writelines(f"{form}, seed {seed}: {reason}\n" for form, seed, reason in wrong)
    sizes = [row for form in chosen for row in _measured(form)]
    sys.stdout.write(f"\n{table([HEAD_OF_LARGE, *sizes])}\n")
    most = MOST_MEMORY // MEBI
    over = [r for r in sizes if r[3] not in _FINE or float(r[4]) > MOST_SECONDS or int(r[5]) > most]
    return 1 if wrong or over else 0


if __name__ == "__main__":
    raise SystemExit(main())
