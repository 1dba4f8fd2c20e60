"""One sandbox for all tests of a process: what its jobs import is imported once.

A test of a sandbox's own life, of its folders, or of what grows in it has one of its own.
"""

from __future__ import annotations

from functools import cache

from agent.sandbox import Sandbox


@cache
def sandbox() -> Sandbox:
    """Return the sandbox, which ends with the process."""
    return Sandbox()
