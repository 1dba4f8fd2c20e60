"""How fast is it here, now? Prints a table: ``make bench``."""

from __future__ import annotations

import os
import platform
import sys

from benchmarks import large, loop, proving, rendering, requests, whole_process
from benchmarks.line import table


def main() -> None:
    """Measure everything, one after the other, and print the table."""
    lines = []
    for part in (rendering, loop, whole_process, large, requests, proving):
        sys.stderr.write(f"measuring: {(part.__doc__ or '').splitlines()[0]}\n")
        lines += part.measure()
    rows = [("what", "measured", "target"), *((x.what, x.measured, x.target) for x in lines)]
    machine = f"{platform.machine()}, {os.cpu_count()} CPUs"
    sys.stdout.write(f"\nPython {platform.python_version()}, {machine}\n\n{table(rows)}\n")


if __name__ == "__main__":
    main()
