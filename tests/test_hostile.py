"""Is hostile code contained and reported, whatever the sandbox has to work with?"""

from __future__ import annotations

import json
import os
import platform
import stat
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.hostile import ATTACKS, MODES

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64",
    reason="the attacks are written for Linux on x86_64",
)
ROOT = Path(__file__).parent.parent
# Opens the way to an interpreter that lies in root's home, for this command alone.
OPENING = """
closed=$1; shift
while [ "$1" != -- ]; do
  kept=$(mktemp -d /tmp/opened-XXXXXX); mount --bind "$1" "$kept"
  all="$all $kept $1"; shift
done; shift
mount -t tmpfs -o mode=755 none "$closed"
set -- $all -- "$@"
while [ "$1" != -- ]; do
  mkdir -p "$2"; mount --bind "$1" "$2"; umount "$1"; rmdir "$1"; shift 2
done; shift
exec "$@"
"""


def opened() -> list[str]:
    """Write what a command is put behind so that an ordinary user could read the interpreter."""
    ours = {sys.base_prefix, sys.prefix, str(ROOT)}
    ways = {folder for path in ours for folder in Path(path).parents}
    closed = sorted(str(folder) for folder in ways if not folder.stat().st_mode & stat.S_IXOTH)
    if os.geteuid() != 0 or not closed:
        return []
    within = sorted(path for path in ours if path.startswith(f"{closed[0]}/"))
    return ["unshare", "-m", "sh", "-ec", OPENING, "sh", closed[0], *within, "--"]


@cache
def results(mode: str) -> dict[str, Any]:
    ran = subprocess.run(
        [*(opened() if MODES[mode].ordinary else ()), sys.executable, "-m", "tests.hostile", mode],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("mode", MODES)
def test_an_attack_is_contained_and_reported(mode: str, attack: str) -> None:
    if mode.startswith("root") and os.geteuid() != 0:
        pytest.skip("only root can be root")
    seen = results(mode)[attack]
    assert not seen["through"], seen["printed"]
    assert not seen["leaked"]
    assert seen["left"] == []
    told = not (MODES[mode].contained and ATTACKS[attack].by_container)
    assert ATTACKS[attack].end in seen["ends"] or not told, seen
