"""How is a folder removed that hostile code worked in? Whatever it made of it."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

SECONDS = 120


def remove(folder: str | Path) -> bool:
    """Delete a folder though a job took away its own permissions in it, or made it very deep.

    Returns:
        Whether it is gone.

    """
    path = Path(folder)
    with suppress(RecursionError):
        shutil.rmtree(path, ignore_errors=True)
    if path.exists():
        # These neither follow links nor mind how deep it is.
        for command in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
            with suppress(OSError, subprocess.TimeoutExpired):
                argv = [*command, "--", str(path)]
                subprocess.run(argv, timeout=SECONDS, check=False, capture_output=True)  # noqa: S603 - a folder of ours
    return not path.exists()
