"""Which trace does a task belong to? That of whoever sent it, else one of its own.

A trace of its own follows from the task's id: whichever worker works on it, and however often it is
taken over, it is the same one, and it stands in the logs also where nothing is collected.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?")


@dataclass(frozen=True, slots=True)
class Trace:
    """A trace: its id (32 digits), the sender's span (16 digits; empty: none), and its flags."""

    id: str
    parent: str = ""
    flags: int = 0


def trace_of(task_id: str, traceparent: str = "") -> Trace:
    """Return the trace of a task.

    Args:
        task_id: The task's id.
        traceparent: As W3C Trace Context has it; one that is not valid counts for nothing.

    """
    found = _TRACEPARENT.fullmatch(traceparent)
    if found is not None and int(found[1], 16) and int(found[2], 16):
        return Trace(found[1], found[2], int(found[3], 16))
    return Trace(hashlib.sha256(task_id.encode()).hexdigest()[:32])
