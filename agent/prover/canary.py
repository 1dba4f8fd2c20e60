"""Does the sandbox hold? Attacks it from inside, in the ways that matter most.

Run as a job before any other: ``python -m agent.prover.canary SECRET-FILE PID``. Prints "kept in",
or what got through.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from agent.confine.kernel import syscall

if TYPE_CHECKING:
    from collections.abc import Callable

PTRACE, PTRACE_ATTACH = {"x86_64": 101, "aarch64": 117}, 16


def main() -> None:
    """Try everything; whatever does not fail is named."""
    secret, other = Path(sys.argv[1]), int(sys.argv[2])
    attacks: dict[str, Callable[[], object]] = {
        "reads a file outside": secret.read_bytes,
        "writes a file outside": lambda: secret.with_name(f"{secret.name}-too").touch(),
        "lists the root folder": lambda: list(Path("/").iterdir()),
        "reads the environment of another process": lambda: Path(
            f"/proc/{other}/environ"
        ).read_bytes(),
        "signals another process": lambda: os.kill(other, 0),
        "signals its parent": lambda: os.kill(os.getppid(), 0),
        "traces another process": lambda: syscall(
            PTRACE[os.uname().machine], PTRACE_ATTACH, os.getppid(), 0, 0
        ),
        "starts another process": _fork,
        "opens a network socket": lambda: socket.socket(socket.AF_INET).close(),
        "connects a local socket": _connect,
        "keeps the rights of root": _be_root,
    }
    through = [name for name, attack in attacks.items() if not _fails(attack)]
    sys.stdout.write(f"a job {', '.join(through)}\n" if through else "kept in\n")


def _fails(attack: Callable[[], object]) -> bool:
    try:
        attack()
    except OSError:
        return True
    return False


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _be_root() -> None:
    if os.getuid():
        os.setuid(0)


def _connect() -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect("/nowhere")


if __name__ == "__main__":
    main()
