"""Which line of the project does a tool's output speak of? Output in, findings out."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from agent.checks.claims import LONGEST_PATH, LONGEST_TEXT, as_line, as_text
from agent.documents import Finding
from agent.some import some

if TYPE_CHECKING:
    from agent.sandbox import JobOutcome, Workspace

PYTHON_FRAME = re.compile(r'^ *File "(?P<path>[^"\n]+)", line (?P<line>\d+)', re.MULTILINE)
PYTEST_FRAME = re.compile(r"^(?P<path>[^\s:]+\.py):(?P<line>\d+): ", re.MULTILINE)
LONGEST_ENDING = 300
# SQLAlchemy ends every message with it
_LINK = re.compile(r"\s*\(Background on this error at: https://sqlalche\.me/[^\s)]*\)")
MOST_PATHS = 10


def plain(text: str, workspace: Workspace) -> str:
    """Spell paths as a reader knows them, from the project's folder; leave out advertisements."""
    plain = (
        _LINK.sub("", text)
        .replace(f"{workspace.root}/", "")
        .replace(str(workspace.root.parent), "...")
    )
    return plain.replace(sys.prefix, "...")


def shortened(text: str, most: int = LONGEST_TEXT) -> str:
    """Keep the beginning and the end of a long message."""
    text = text.strip()
    half = most // 2
    return text if len(text) <= most else f"{text[:half]}\n...\n{text[-half:]}"


def last_place(text: str, frame: re.Pattern[str], workspace: Workspace) -> tuple[str, int] | None:
    """Find the innermost frame of a traceback that stands in the project (path, line)."""
    place = None
    for match in frame.finditer(plain(text, workspace)):
        path, line = as_text(match["path"], LONGEST_PATH), as_line(match["line"])
        elsewhere = path.startswith(("/", "<", "...")) or "site-packages" in path
        if line is not None and not elsewhere:
            place = (path, line)
    return place


def misdeed(outcome: JobOutcome, *, doing: str) -> Finding | None:
    """Make a finding of a job that overstepped its bounds, even if it ended well."""
    if outcome.refused:
        calls = ", ".join(f"{name} ({count})" for name, count in sorted(outcome.refused.items()))
        message = f"{doing}: asked for what the sandbox gives to nobody: {calls}"
        return Finding(message=message)
    if outcome.overfull:
        return Finding(message=f"{doing}: stopped, as its share of the disk was full, or the disk")
    if outcome.rewritten:
        paths = some(outcome.rewritten, MOST_PATHS)
        message = (
            f"{doing}: changed files of the project, so it was not tried as it stands: {paths}"
        )
        return Finding(message=message, path=outcome.rewritten[0])
    return None


def from_traceback(outcome: JobOutcome, workspace: Workspace, *, doing: str) -> Finding:
    """Make a finding of a job that should have ended with 0 and did not.

    Args:
        outcome: The job; its standard error ends with a traceback, if it is a Python error.
        workspace: Where it ran.
        doing: What failed, as the beginning of the message ("importing app.main").

    """
    error = plain(outcome.stderr, workspace)
    said = _exception(error)
    overstepped = misdeed(outcome, doing=doing)
    if overstepped is not None:
        if not said or outcome.exit_code <= 0:
            return overstepped
        message = f"{overstepped.message}; it ended with {shortened(said, LONGEST_ENDING)}"
        return overstepped.model_copy(update={"message": message})
    if outcome.timed_out:
        return Finding(message=f"{doing}: stopped after {outcome.seconds:.0f} seconds")
    if outcome.exit_code < 0:
        message = f"{doing}: killed by signal {-outcome.exit_code} (a limit of the sandbox?)"
        return Finding(message=message)
    if said is None:
        printed = error.strip() or plain(outcome.stdout, workspace)
        return Finding(message=shortened(f"{doing}: exit code {outcome.exit_code}: {printed}"))
    place = last_place(error, PYTHON_FRAME, workspace)
    return Finding(
        message=shortened(f"{doing}: {said or f'exit code {outcome.exit_code}'}"),
        path=place[0] if place else None,
        line=place[1] if place else None,
    )


def _exception(error: str) -> str | None:
    """Give what stands below the last frame of a traceback and its code; None without a frame."""
    frames = list(PYTHON_FRAME.finditer(error))
    if not frames:
        return None
    below = error[frames[-1].end() :].splitlines()[1:]
    start = next((at for at, line in enumerate(below) if line and not line[0].isspace()), 0)
    return "\n".join(below[start:])
