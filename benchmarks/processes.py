"""Which processes are below another, and what do they hold? Read from /proc."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")


def below(process: int) -> list[int]:
    """Give the numbers of all processes below one, its grandchildren, too."""
    found: list[int] = []
    with suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{process}/task").iterdir():
            children = [int(each) for each in (task / "children").read_text().split()]
            for child in children:
                found += [child, *below(child)]
    return found


def memory(process: int | str) -> int:
    """Give the bytes in memory of a process."""
    return int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]) * PAGE


def open_files(process: int | str) -> int:
    """Give the number of descriptors that a process has open."""
    return len(list(Path(f"/proc/{process}/fd").iterdir()))
