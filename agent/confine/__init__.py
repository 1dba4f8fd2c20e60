"""How does a process give up its means before foreign code starts? In layers, each for good.

Limits of the kernel (``resource``), an identity without rights, the files that it may reach
(``landlock``), the system calls that it may make (``seccomp``). Any one of them that cannot be had
is an error: then nothing runs.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from agent.confine import landlock, seccomp
from agent.confine.kernel import (
    PR_CAP_AMBIENT,
    PR_CAP_AMBIENT_RAISE,
    PR_SET_DUMPABLE,
    PR_SET_KEEPCAPS,
    PR_SET_NO_NEW_PRIVS,
    PR_SET_PDEATHSIG,
    prctl,
    syscall,
)

CAPSET = {"x86_64": 126, "aarch64": 91}
CAPABILITY_VERSION = 0x20080522
CAP_DAC_READ_SEARCH = 2


@dataclass(frozen=True, slots=True)
class Rules:
    """What a job may use, reach and be (seconds, bytes, counts, absolute paths).

    ``identity`` is a user and group without any rights, for a caller who is root. Such a user may
    lack the way to the interpreter in somebody's home; ``passage`` lets it pass folders that are
    closed to it, while Landlock still says what it reaches.
    """

    readable: tuple[str, ...]
    writable: tuple[str, ...]
    identity: int | None = None
    passage: bool = False
    cpu_seconds: int = 300
    memory_bytes: int = 4 * 2**30
    file_bytes: int = 256 * 2**20
    open_files: int = 1024
    threads: int = 256


def limit(rules: Rules) -> None:
    """Set the limits of the kernel, and go when the parent goes."""
    limits = {
        resource.RLIMIT_CPU: rules.cpu_seconds,
        resource.RLIMIT_AS: rules.memory_bytes,
        resource.RLIMIT_FSIZE: rules.file_bytes,
        resource.RLIMIT_NOFILE: rules.open_files,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    if rules.identity is not None:
        limits[resource.RLIMIT_NPROC] = rules.threads
    elif os.getuid() != 0:  # of root nothing is counted
        limits[resource.RLIMIT_NPROC] = _tasks() + rules.threads
    for name, value in limits.items():
        resource.setrlimit(name, (value, value))
    os.umask(0o077)


def _tasks() -> int:
    """Count the processes and threads of this user: the limit is on all of them together."""
    count, user = 0, os.getuid()
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            if process.name.isdecimal() and process.stat().st_uid == user:
                count += sum(1 for _ in (process / "task").iterdir())
    return count


def confine(rules: Rules) -> int:
    """Give up everything but what the rules leave; return the descriptor that tells of refusals.

    Raises:
        OSError: a layer cannot be had. The process must not run foreign code then.

    """
    limit(rules)
    if rules.identity is not None:
        _become(rules.identity, passage=rules.passage)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    prctl(PR_SET_DUMPABLE, 0)
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    landlock.restrict(rules.readable, rules.writable)
    return seccomp.install()


def _become(identity: int, *, passage: bool) -> None:
    """Be nobody that anything belongs to."""
    os.setgroups([])
    os.setresgid(identity, identity, identity)
    if passage:
        prctl(PR_SET_KEEPCAPS, 1)
    os.setresuid(identity, identity, identity)
    if passage:
        kept = 1 << CAP_DAC_READ_SEARCH
        head = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
        sets = (ctypes.c_uint32 * 6)(kept, kept, kept, 0, 0, 0)
        syscall(CAPSET[os.uname().machine], ctypes.byref(head), ctypes.byref(sets))
        # so that a program it becomes (ruff) keeps it, too
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_READ_SEARCH)
