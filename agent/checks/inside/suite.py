"""How do the project's tests run, and what of the application do they reach? pytest, measured.

``python -m agent.checks.inside.suite COVERAGE-FILE [pytest's arguments]``; with ``-`` nothing is
measured. Slipcover measures: it marks the application's byte code where coverage.py is called at
every call of a function, and switch of a greenlet, in all libraries, which doubles the time.
"""

import json
import sys
from pathlib import Path

import pytest
import slipcover  # type: ignore[import-untyped]

STUB = r"^\s*\.\.\.$"
MIGRATIONS = "*/app/db/migrations/*"


def main() -> int:
    """Run the suite, and write what it reached."""
    target, *arguments = sys.argv[1:]
    if target == "-":
        return pytest.main(arguments)
    source, omitted = [str(Path("src/app").resolve())], [MIGRATIONS]
    measure = slipcover.Slipcover(branch=True, source=source, omit=omitted, exclude_also=[STUB])
    with slipcover.ImportManager(measure, slipcover.FileMatcher(sources=source, omit=omitted)):
        code = pytest.main(arguments)
    Path(target).write_text(json.dumps(measure.get_coverage()), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
