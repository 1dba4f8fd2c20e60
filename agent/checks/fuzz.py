"""Does the served application keep its contract against everybody? Requests from outside decide.

Two jobs, neither of which trusts the other: one serves the project on a socket that it was handed,
one of our own code sends the requests. The way between them is ours: each connection is made by the
doorman. What the second reports is to be trusted, as nothing of the project ran in it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from typing import TYPE_CHECKING, Any

from agent.checks.application import WARM as WARM_APPLICATION
from agent.checks.application import loaded
from agent.checks.claims import LONGEST_PATH, as_line, as_object, as_text
from agent.checks.door import bound
from agent.checks.findings import from_traceback, misdeed, shortened
from agent.checks.project import concluded
from agent.documents import CheckName, CheckReport, Finding, FindingLevel, Outcome

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from pathlib import Path

    from agent.checks.project import Project
    from agent.sandbox import JobOutcome, Workspace

SERVER, FUZZER = "agent.checks.inside.serve", "agent.checks.inside.fuzz"
COMMAND = "alembic upgrade head && uvicorn app.main:app; then each finding's own command"
WARM_SERVER = (
    *WARM_APPLICATION,
    "agent.checks.inside.hurry",
    "alembic.command",
    "uvicorn.protocols.http.h11_impl",
)
WARM_FUZZER = tuple(
    f"agent.checks.inside.fuzz.{name}"
    for name in ("edges", "lists", "rights", "shapes", "trying", "users")
)
HOLDER = "fuzz"
"""Whose the key is where a name goes with it: as the fuzzer calls it."""
KEY = "only-for-this-proof-" + "0" * 32
LEAST_SECONDS, MOST_SECONDS = 60, 240
SECONDS_FOR_EACH = 0.25
GRACE_SECONDS = 10
STOPPED_IN_SECONDS = 20
MOST_REQUESTS = 20_000
BACKLOG = 16
LONGEST = 4000


async def check(project: Project) -> CheckReport:
    """Serve the project in one job, and fuzz it from another."""
    async with project.sandbox.folder() as folder:
        door = folder / "app"
        with bound(door) as listener:
            listener.listen(BACKLOG)
            return await _fuzzed(project, listener, door)


async def _fuzzed(project: Project, listener: socket.socket, door: Path) -> CheckReport:
    async with (
        project.sandbox.workspace(project.files) as application,
        project.sandbox.workspace(()) as own,
    ):
        seconds = await _seconds(project)
        serving = asyncio.create_task(_serve(application, listener, seconds))
        fuzzing = asyncio.create_task(_fuzz(own, door, seconds))
        try:
            await asyncio.wait([serving, fuzzing], return_when=asyncio.FIRST_COMPLETED)
            # Where the application is gone, nobody is to wait for it.
            listener.close()
            fuzzed = await fuzzing
            await asyncio.wait([serving], timeout=STOPPED_IN_SECONDS)
            served = serving.result() if serving.done() else None
        finally:
            for task in (serving, fuzzing):
                task.cancel()
            await asyncio.wait([serving, fuzzing])
        return _report(as_object(own.read("fuzz.json")), served, application, fuzzed, own)


async def _seconds(project: Project) -> float:
    """Say how long it may take, by the number of operations."""
    document = (await loaded(project)).openapi
    paths = document.get("paths") if isinstance(document, dict) else None
    items = paths.values() if isinstance(paths, dict) else ()
    count = sum(len(item) for item in items if isinstance(item, dict))
    return min(max(LEAST_SECONDS, count * SECONDS_FOR_EACH), MOST_SECONDS)


async def _serve(workspace: Workspace, listener: socket.socket, seconds: float) -> JobOutcome:
    return await workspace.run(
        [sys.executable, "-m", SERVER],
        env={
            "DATABASE_URL": "sqlite+aiosqlite:///./proof.db",
            "ENVIRONMENT": "development",
            "JWT_SECRET_KEY": KEY,
            "API_KEY_DIGESTS": json.dumps([_digest(KEY), _digest(f"{HOLDER}:{KEY}")]),
            "PYTHONPATH": "src",
        },
        warm=WARM_SERVER,
        given=[listener.fileno()],
        # Longer than it is asked.
        timeout=2 * seconds,
    )


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


async def _fuzz(workspace: Workspace, door: Path, seconds: float) -> JobOutcome:
    report = str(workspace.scratch / "fuzz.json")
    return await workspace.run(
        [
            *(sys.executable, "-m", FUZZER, report),
            *(str(seconds - GRACE_SECONDS), str(MOST_REQUESTS), KEY),
        ],
        warm=WARM_FUZZER,
        door=door,
        timeout=seconds,
    )


def _report(
    report: dict[str, Any],
    served: JobOutcome | None,
    application: Workspace,
    fuzzed: JobOutcome,
    own: Workspace,
) -> CheckReport:
    report["late"] = late = bool(report.get("late")) or fuzzed.timed_out
    findings = [_finding(each) for each in report.get("findings", ())]
    overstepped = misdeed(served, doing="serving") if served is not None else None
    if overstepped is not None:
        findings.append(overstepped)
    if served is None and "stage" in report:
        # Whoever asked told it to end. Now nobody knows what it was refused.
        findings.append(Finding(message="the application did not end when it was told to"))
    if "broken" in report:
        if served is not None and served.exit_code:
            findings.append(from_traceback(served, application, doing="serving app.main:app"))
        elif overstepped is None:
            said = f"the application stopped answering ({report.get('stage')}): {report['broken']}"
            findings.append(Finding(message=as_text(said)))
    findings += [
        Finding(level=FindingLevel.NOTE, message=as_text(note, LONGEST)) for note in _notes(report)
    ]
    roles = dict.fromkeys(report.get("users", ()))
    summary = (
        f"{report.get('requests', 0)} requests on {report.get('operations', 0)} operations "
        f"as {', '.join(roles) or 'nobody'}"
    )
    concluding = concluded(CheckName.FUZZ, COMMAND, findings, summary=as_text(summary))
    if concluding.outcome is not Outcome.PASSED:
        return concluding
    if report.get("alone"):
        reason = f"{as_text(report['alone'])}: what asks for a token was only called without one"
        return concluding.model_copy(update={"outcome": Outcome.SKIPPED, "reason": reason})
    if report.get("stage") == "end":
        return concluding
    # Whatever did not come to its end has found nothing so far, which is no pass.
    if late:
        reason = f"time was up in the phase: {report.get('stage', 'start')}"
        return concluding.model_copy(update={"outcome": Outcome.SKIPPED, "reason": reason})
    reason = from_traceback(fuzzed, own, doing="the fuzzer itself failed").message
    return concluding.model_copy(update={"outcome": Outcome.NOT_RUN, "reason": reason})


def _notes(report: dict[str, Any]) -> Iterator[str]:
    yield from report.get("notes", ())
    if left := report.get("left", ()):
        yield f"not reached: {', '.join(left)}"
    if never := [each for each in report.get("never", ()) if each not in report.get("left", ())]:
        yield f"never answered with success: {', '.join(never)}"
    if report.get("late"):
        yield f"time was up in the phase: {report.get('stage')}"


def _finding(said: dict[str, Any]) -> Finding:
    """Say which operation, how to see it again, what came back, and where it was raised."""
    raised = f"\nraised: {said['raised']}" if said.get("raised") else ""
    message = (
        f"{said['operation']}: {shortened(said['message'])}\n{said['curl']}\n"
        f"{said['status']}: {said['answer']}{raised}"
    )
    path = said.get("path")
    return Finding(
        message=as_text(message, LONGEST),
        path=as_text(path, LONGEST_PATH) if path else None,
        line=as_line(said.get("line")),
    )
