"""Which commands does a chat know? Lines that begin with a slash."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A command: what may follow it, and what it does."""

    name: str
    argument: str
    about: str


@dataclass(frozen=True, slots=True)
class Edited:
    """A whole plan in the spec language, as somebody's editor gave it back."""

    text: str


COMMANDS = (
    Command("help", "", "what can be said, and these commands"),
    Command("new", "", "begin another project in a new session"),
    Command("resume", "[ID]", "go on with a session; its first characters suffice"),
    Command("sessions", "", "list the sessions, the latest first"),
    Command("spec", "[edit]", "show the plan in the spec language, or edit it in $EDITOR"),
    Command("diff", "[plan]", "show what would change in the folder, or since the plan before"),
    Command("apply", "[mark|ours]", "write the project; where people edited, mark or overwrite"),
    Command("undo", "[plan]", "take the last apply back, or the last change of the plan"),
    Command("check", "[LEVEL]", "prove the plan: none, fast, standard or full, also from now on"),
    Command("status", "", "where everything stands"),
    Command("cost", "", "what models took in this session"),
    Command("model", "", "which model reads your words"),
    Command("export", "[FILE]", "write the plan to a .spec file"),
    Command("exit", "", "leave; the session can be resumed"),
)
NAMES = tuple(each.name for each in COMMANDS)
LOOKING = frozenset({"help", "sessions", "spec", "diff", "status", "cost", "model", "exit", "quit"})
"""What changes nothing, so that the exit code of a chat is that of what was said before."""


def counted(count: int, one: str, many: str) -> str:
    """Return a number of things: ``1 entity``, ``2 entities``."""
    return f"{count} {one if count == 1 else many}"


def parse(text: str) -> tuple[str, str] | None:
    """Return a command's name and what follows it, or None for what is no command."""
    if not text.startswith("/") or "\n" in text:
        return None
    name, _, argument = text[1:].partition(" ")
    if "/" in name or not name:  # a path, not a command
        return None
    return name.lower(), argument.strip()
