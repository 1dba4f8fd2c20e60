"""Which files may this process reach from now on? Landlock rules, which only ever get stricter.

https://docs.kernel.org/userspace-api/landlock.html. The numbers of the system calls are the same
on every architecture.
"""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING

from agent.confine.kernel import syscall

if TYPE_CHECKING:
    from collections.abc import Iterable

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION_FLAG = 1
PATH_BENEATH = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = (1 << bit for bit in range(4))
TRUNCATE = 1 << 14
ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE
READ = EXECUTE | READ_FILE | READ_DIR
# remove a folder, remove a file, make a folder, make a file: nothing special can be made, no links
CHANGE = WRITE_FILE | TRUNCATE | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 13
# What a kernel can handle, by the version of its interface.
FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
TCP_RIGHTS = 0b11
ABSTRACT_SOCKETS_AND_SIGNALS = 0b11
TCP_VERSION, SCOPE_VERSION = 4, 6


class _RulesetAttributes(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def version() -> int:
    """Give the version of the kernel's interface; 0 where there is none."""
    try:
        return syscall(CREATE_RULESET, 0, ctypes.c_size_t(0), VERSION_FLAG)
    except OSError:
        return 0


def restrict(readable: Iterable[str], writable: Iterable[str]) -> None:
    """Reach only these paths, and what is below them; paths that are not there are left out.

    Also no TCP, and no signals to processes outside, where the kernel knows how.

    Raises:
        OSError: the kernel has no Landlock, or refused.

    """
    known = version()
    rights = FILE_RIGHTS[max((each for each in FILE_RIGHTS if each <= known), default=1)]
    attributes = _RulesetAttributes(
        rights,
        TCP_RIGHTS if known >= TCP_VERSION else 0,
        ABSTRACT_SOCKETS_AND_SIGNALS if known >= SCOPE_VERSION else 0,
    )
    size = 24 if known >= SCOPE_VERSION else 16 if known >= TCP_VERSION else 8
    ruleset = syscall(CREATE_RULESET, ctypes.byref(attributes), ctypes.c_size_t(size), 0)
    try:
        for path in readable:
            _allow(ruleset, path, READ & rights)
        for path in writable:
            _allow(ruleset, path, (READ_FILE | READ_DIR | CHANGE) & rights)
        syscall(RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not os.path.isdir(path):  # noqa: PTH112 - paths are text here
            rights &= ON_FILES
        rule = _PathBeneath(rights, descriptor)
        syscall(ADD_RULE, ruleset, PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(descriptor)
