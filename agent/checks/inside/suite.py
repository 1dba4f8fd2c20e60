"""How do the project's tests run, and what of the application do they reach? pytest, measured.

``python -m agent.checks.inside.suite REACH-FILE [pytest's arguments]``; with ``-`` nothing is
measured. Slipcover measures: it marks the application's byte code where coverage.py is called at
every call of a function, and switch of a greenlet, in all libraries, which doubles the time.

What is written says of each test module which marks (a line, or a branch from line to line) it was
the first to reach, while it was loaded or while it ran.
"""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import slipcover  # type: ignore[import-untyped]

STUB = r"^\s*\.\.\.$"
MIGRATIONS = "*/app/db/migrations/*"

Marks = set[tuple[str, tuple[int, ...]]]


class Attribution:
    """Looks, after each test module was loaded or has run, at what was reached meanwhile."""

    def __init__(self, measure: Any) -> None:  # noqa: ANN401 - slipcover has no types
        """Look at ``measure``, which is running."""
        self.measure = measure
        self.here = f"{Path.cwd()}/"
        self.module = ""
        self.reached: Marks = set()
        self.first: dict[str, Marks] = {}

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note that a module was loaded, with what it imports."""
        if report.nodeid.endswith(".py"):
            self.module = report.nodeid
            self.look()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Note where the tests of one module end, and those of the next begin."""
        module = nodeid.partition("::")[0]
        if module != self.module:
            self.look()
            self.module = module

    def look(self) -> None:
        """Attribute what is new to the present module."""
        now = {
            (path, mark if isinstance(mark, tuple) else (mark,))
            for seen in (self.measure.all_seen, self.measure.newly_seen)
            for path, marks in list(seen.items())
            for mark in list(marks)
        }
        self.first.setdefault(self.module, set()).update(now - self.reached)
        self.reached |= now

    def written(self) -> str:
        """Give it as JSON, beside all marks that there are."""
        self.look()
        code: Marks = set()
        for path, found in self.measure.get_coverage()["files"].items():
            for kind in ("executed", "missing"):
                code |= {(path, (line,)) for line in found[f"{kind}_lines"]}
                code |= {(path, tuple(branch)) for branch in found[f"{kind}_branches"]}
        first = {module: self._by_file(marks) for module, marks in self.first.items()}
        return json.dumps({"code": self._by_file(code), "first": first})

    def _by_file(self, marks: Marks) -> dict[str, list[tuple[int, ...]]]:
        files: dict[str, list[tuple[int, ...]]] = {}
        for path, mark in marks:
            files.setdefault(path.removeprefix(self.here), []).append(mark)
        return files


def main() -> int:
    """Run the suite, and write what it reached."""
    target, *arguments = sys.argv[1:]
    if target == "-":
        return pytest.main(arguments)
    source, omitted = [str(Path("src/app").resolve())], [MIGRATIONS]
    measure = slipcover.Slipcover(branch=True, source=source, omit=omitted, exclude_also=[STUB])
    attribution = Attribution(measure)
    with slipcover.ImportManager(measure, slipcover.FileMatcher(sources=source, omit=omitted)):
        code = pytest.main(arguments, plugins=[attribution])
    Path(target).write_text(attribution.written(), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
