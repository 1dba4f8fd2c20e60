"""Which system calls may this process make from now on? A filter of the kernel (seccomp).

A job is one process: it may start threads, but no other process, and may signal none. It has
sockets, but can neither connect nor bind one: what it may talk to is handed over when it starts.
A call that is refused fails, and the process that watches the returned descriptor is told of it.

https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import platform
import struct
from functools import lru_cache
from typing import TYPE_CHECKING

from agent.confine import syscalls
from agent.confine.kernel import syscall

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Numbers = Mapping[str, tuple[int | None, int | None]]

# machine -> (its column in the tables, its name in the audit interface, number of seccomp itself)
MACHINES = {"x86_64": (0, 0xC000003E, 317), "aarch64": (1, 0xC00000B7, 277)}
SET_MODE_FILTER = 1
NEW_LISTENER = 1 << 3

ALLOW = 0x7FFF0000
NOTIFY = 0x7FC00000
FAIL = 0x00050000
KILL = 0x80000000

# Where the filter finds what: the number, the architecture, an argument's lower half.
NUMBER, ARCHITECTURE = 0, 4
FIRST, SECOND = 16, 24
LOAD, EQUAL, AT_LEAST, ANY_BIT, AND, RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
X32_CALLS = 0x40000000

CLONE_THREAD = 0x00010000
AF_UNIX = 1
SOCK_STREAM = 1
SOCKET_TYPE = 0xF

F_SETOWN, F_SETSIG, F_SETOWN_EX, F_SETLEASE, F_NOTIFY = 8, 10, 15, 1024, 1026
# What a terminal is, and how large; close at exec, or not; do not block; what is there to read.
HARMLESS_IOCTLS = (0x5401, 0x5413, 0x5450, 0x5451, 0x5421, 0x541B)
# Names of threads and of memory; whether it is dumpable, has privileges to lose, uses huge pages.
HARMLESS_PRCTLS = (15, 16, 0x53564D41, 3, 38, 39, 41, 42)

RECEIVE, SEND = 0xC0502100, 0xC0182101
NOTIFICATION = struct.Struct("=QIIiIQ6Q")
RESPONSE = struct.Struct("=Qqii")

Instruction = tuple[int, int, int, int]


@lru_cache
def names() -> Mapping[int, str]:
    """Give the name of each number that is refused on this machine."""
    special = {
        "clone": syscalls.CLONE,
        "fcntl": syscalls.FCNTL,
        "prctl": syscalls.PRCTL,
        "prlimit64": syscalls.PRLIMIT64,
        "sched_setaffinity": syscalls.SCHED_SETAFFINITY,
        "socket": syscalls.SOCKET,
        "socketpair": syscalls.SOCKETPAIR,
    }
    column = MACHINES[platform.machine()][0]
    found = {**syscalls.REFUSED, **special}
    return {number: name for name, both in found.items() if (number := both[column]) is not None}


def supported() -> bool:
    """Tell whether there is a table for this machine's system calls."""
    return platform.machine() in MACHINES


def install() -> int:
    """Filter the calls of this process for good; return the descriptor that tells of refusals.

    The process must have given up to gain privileges (``PR_SET_NO_NEW_PRIVS``).

    Raises:
        OSError: the kernel refused.

    """
    column, audit, _ = MACHINES[platform.machine()]
    return _install(program(column, audit), NEW_LISTENER)


def refuse_always(numbers: Numbers, *, clone_flags: int) -> None:
    """Refuse these calls, and clone with these flags; allow all others. Nobody is told.

    Raises:
        OSError: the kernel refused.

    """
    column, audit, _ = MACHINES[platform.machine()]
    no = FAIL | errno.EPERM
    clone = [(LOAD, 0, 0, FIRST), (ANY_BIT, 0, 1, clone_flags), (RETURN, 0, 0, no)]
    branch = [(EQUAL, 0, len(clone), syscalls.CLONE[column]), *clone]
    rest = [*branch, (RETURN, 0, 0, ALLOW)]
    _install([*_head(audit), *_each(numbers, column, no), *rest], 0)


def _install(instructions: Iterable[Instruction], flags: int) -> int:
    code = b"".join(struct.pack("=HBBI", *each) for each in instructions)
    buffer = ctypes.create_string_buffer(code)
    # struct sock_fprog: a length, padding, a pointer
    packed = struct.pack("@HP", len(code) // 8, ctypes.addressof(buffer))
    head = ctypes.create_string_buffer(packed)
    own_number = MACHINES[platform.machine()][2]
    return syscall(own_number, SET_MODE_FILTER, flags, ctypes.byref(head))


def program(column: int, audit: int) -> list[Instruction]:
    """Write the filter for one machine, as BPF instructions (code, jump if, jump else, value)."""
    local_stream = [
        (LOAD, 0, 0, FIRST),
        (EQUAL, 0, 4, AF_UNIX),
        (LOAD, 0, 0, SECOND),
        (AND, 0, 0, SOCKET_TYPE),
        (EQUAL, 0, 1, SOCK_STREAM),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, NOTIFY),
    ]
    arguments = {
        # threads only
        syscalls.CLONE: [
            (LOAD, 0, 0, FIRST),
            (ANY_BIT, 0, 1, CLONE_THREAD),
            (RETURN, 0, 0, ALLOW),
            (RETURN, 0, 0, NOTIFY),
        ],
        # Its flags lie in memory, out of the filter's sight; libraries then use clone.
        syscalls.CLONE3: [(RETURN, 0, 0, FAIL | errno.ENOSYS)],
        syscalls.SOCKET: local_stream,
        syscalls.SOCKETPAIR: local_stream,
        # of the process itself only
        syscalls.PRLIMIT64: _only(FIRST, (0,), NOTIFY),
        syscalls.SCHED_SETAFFINITY: _only(FIRST, (0,), NOTIFY),
        # signals of one's own choice to others
        syscalls.FCNTL: _but(SECOND, (F_SETOWN, F_SETSIG, F_SETOWN_EX, F_SETLEASE, F_NOTIFY)),
        syscalls.IOCTL: _only(SECOND, HARMLESS_IOCTLS, FAIL | errno.ENOTTY),
        syscalls.PRCTL: _only(FIRST, HARMLESS_PRCTLS, NOTIFY),
    }
    body = [
        *_each(syscalls.ALLOWED, column, ALLOW),
        *_each(syscalls.REFUSED, column, NOTIFY),
        *_each(syscalls.IGNORED, column, FAIL | errno.EPERM),
        *_each(syscalls.UNSUPPORTED, column, FAIL | errno.EOPNOTSUPP),
    ]
    for numbers, branch in arguments.items():
        number = numbers[column]
        body += [(EQUAL, 0, len(branch), number), *branch]
    return [*_head(audit), *body, (RETURN, 0, 0, FAIL | errno.ENOSYS)]


def _only(argument: int, values: tuple[int, ...], otherwise: int) -> list[Instruction]:
    """Allow a call with one of these values (the lower half counts, as it does to the kernel)."""
    tests: list[Instruction] = [(LOAD, 0, 0, argument)]
    for left, value in zip(range(len(values), 0, -1), values, strict=True):
        tests.append((EQUAL, left, 0, value))
    return [*tests, (RETURN, 0, 0, otherwise), (RETURN, 0, 0, ALLOW)]


def _but(argument: int, values: tuple[int, ...]) -> list[Instruction]:
    """Refuse a call with one of these values, and tell of it."""
    tests: list[Instruction] = [(LOAD, 0, 0, argument)]
    for left, value in zip(range(len(values), 0, -1), values, strict=True):
        tests.append((EQUAL, left, 0, value))
    return [*tests, (RETURN, 0, 0, ALLOW), (RETURN, 0, 0, NOTIFY)]


def _head(audit: int) -> list[Instruction]:
    """Load the call's number; end a process that calls in another machine's way."""
    return [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, audit),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        (AT_LEAST, 0, 1, X32_CALLS),
        (RETURN, 0, 0, KILL),
    ]


def _each(numbers: Numbers, column: int, action: int) -> Iterable[Instruction]:
    known = (number for both in numbers.values() if (number := both[column]) is not None)
    for number in sorted(known):
        yield (EQUAL, 0, 1, number)
        yield (RETURN, 0, 0, action)


def refuse(listener: int) -> int:
    """Answer one waiting call with a refusal; return its number.

    Raises:
        OSError: nobody waits any more.

    """
    received = bytearray(NOTIFICATION.size)
    fcntl.ioctl(listener, RECEIVE, received)
    identity, _pid, _flags, number, *_ = NOTIFICATION.unpack(received)
    answer = bytearray(RESPONSE.pack(identity, 0, -errno.EPERM, 0))
    fcntl.ioctl(listener, SEND, answer)
    return int(number)
