"""Which path may a file of a project have? One that leads nowhere else, on any system."""

from __future__ import annotations

from agent.errors import SandboxError

LONGEST_PATH = 200
_NO_NAMES = frozenset({"", ".", ".."})
_READ_DIFFERENTLY = frozenset('\\:*?"<>|')


def checked_path(path: str) -> tuple[str, ...]:
    """Split a project path into its components.

    Raises:
        SandboxError: the path is empty, absolute, leaves the project, or is spelled in a way that
            another system could read differently.

    """
    parts = tuple(path.split("/"))
    unsafe = (
        not _NO_NAMES.isdisjoint(parts)
        or not _READ_DIFFERENTLY.isdisjoint(path)
        or not path.isprintable()
        or len(path.encode(errors="replace")) > LONGEST_PATH
    )
    if unsafe:
        message = f"{path!r} is not a safe project path: use relative names with forward slashes"
        raise SandboxError(message)
    return parts
