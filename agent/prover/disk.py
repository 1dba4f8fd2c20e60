"""How much of the disk is used? What lies in a job's folders, and what is left for everybody.

The first misses what a job removed while it was open or mapped, which the disk still holds: it
lacks in the second.
"""

from __future__ import annotations

import math
import os
import stat

ENTRY_BYTES = 4096
"""What an empty file costs: so many of them fill a disk, too."""
DEEPEST = 60
"""Levels of folders that a job may make."""


def room(folder: str) -> int:
    """Give the bytes that users may still write on the disk of a folder."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def size(folder: str) -> float:
    """Give the bytes that lie in a folder and below it, as the disk counts them.

    What is too deep, or cannot be looked into, was made so to hide something: it has no size.
    """
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
    try:
        descriptor = os.open(folder, flags)
    except (FileNotFoundError, NotADirectoryError):
        return 0
    except OSError:
        return math.inf
    try:
        return _size_in(descriptor, flags, DEEPEST)
    finally:
        os.close(descriptor)


def _size_in(folder: int, flags: int, levels: int) -> float:
    # By descriptors: a path may be longer than the kernel takes.
    total = 0.0
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                found = entry.stat(follow_symlinks=False)
                total += found.st_blocks * 512 + ENTRY_BYTES
                if not stat.S_ISDIR(found.st_mode):
                    continue
                if not levels:
                    return math.inf
                inner = os.open(entry.name, flags, dir_fd=folder)
            except FileNotFoundError:
                continue  # it was removed meanwhile
            except OSError:
                return math.inf
            try:
                total += _size_in(inner, flags, levels - 1)
            finally:
                os.close(inner)
    return total
