"""How does Python reach system calls that its library has no function for? Through libc."""

from __future__ import annotations

import ctypes
import os
from typing import Any

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_libc.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_KEEPCAPS = 8
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2


def syscall(number: int, *arguments: Any) -> int:  # noqa: ANN401 - whatever ctypes passes on
    """Make a system call by its number.

    Raises:
        OSError: the kernel refused it.

    """
    result = int(_libc.syscall(ctypes.c_long(number), *arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def prctl(option: int, *arguments: int) -> int:
    """Change something about this process.

    Raises:
        OSError: the kernel refused it.

    """
    padded = (*arguments, 0, 0, 0, 0)[:4]
    result = int(_libc.prctl(option, *padded))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
