"""How does the command line prove a folder? From the disk to a proof on stdout."""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from agent.contract import proof_to_wire
from agent.documents import Cancellation, Refusal, Status, Verdict, VerificationLevel
from agent.errors import OutputError, RefusedError
from agent.events import Stage, StageFinished, StageStarted, TaskFinished, TaskStarted
from agent.existing import load
from agent.some import some
from agent.transports import cli_summary
from agent.transports.cli_input import Given
from agent.transports.cli_json import print_answer, print_json
from agent.transports.cli_judges import of_judges
from agent.transports.cli_report import look_ahead, write_of_project
from agent.transports.cli_run import EXIT_CODES, NOT_WRITTEN, SIGNALS, listeners
from agent.transports.cli_summary import Section
from agent.types import Database
from agent.writing.reading import unimplemented

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from pathlib import Path

    from agent.documents import Proof
    from agent.events import Event, OnEvent
    from agent.existing import Existing
    from agent.runner import Runner
    from agent.transports.cli_run import LogLevel, Show


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What the command line asks for."""

    level: str = "standard"
    fail_fast: bool = False
    database: str | None = None
    report: Path | None = None
    force: bool = False
    show: Show = "text"
    log_level: LogLevel | None = None


def check_project(build_runner: Callable[[], Runner], folder: Path, options: CheckOptions) -> int:
    """Prove the project in ``folder`` and show its proof; return the exit code."""
    task_id = str(uuid4())
    with ExitStack() as stack:
        heard = listeners(stack, options.show, options.log_level)

        def on_event(event: Event) -> None:
            for listener in heard:
                listener(event)

        try:
            if options.report is not None:
                look_ahead(options.report, force=options.force)
            work = _prove(build_runner(), folder, options, on_event, task_id)
            project, proof = asyncio.run(_until_signal(work))
        except OutputError as error:
            sys.stderr.write(f"{error}\n")
            return NOT_WRITTEN
        except RefusedError as error:
            answer: Refusal | Cancellation | None = Refusal(task_id=task_id, errors=error.faults)
        except asyncio.CancelledError:
            answer = Cancellation(task_id=task_id)
        else:
            answer = None
    if answer is not None:
        return _show_without_proof(answer, folder, options)
    return _finish(project, proof, options)


async def _prove(
    runner: Runner, folder: Path, options: CheckOptions, on_event: OnEvent, task_id: str
) -> tuple[Existing, Proof]:
    """Read and prove, with the events of a task."""
    started = time.perf_counter()
    on_event(TaskStarted(task_id))
    status = Status.FAILED
    try:
        project = _load(folder, options, on_event)
        proof = await _proof(runner, project, options, on_event)
        if proof.verdict is not Verdict.FAILED:
            status = Status.COMPLETED
    except RefusedError:
        status = Status.REJECTED
        raise
    except asyncio.CancelledError:
        status = Status.CANCELED
        raise
    finally:
        on_event(TaskFinished(task_id, status, time.perf_counter() - started))
    return project, proof


def _load(folder: Path, options: CheckOptions, on_event: OnEvent) -> Existing:
    started = time.perf_counter()
    on_event(StageStarted(Stage.VALIDATE))
    project = load(folder, Database(options.database) if options.database else None)
    told = f"{len(project.files)} files, {project.database.value}"
    on_event(StageFinished(Stage.VALIDATE, time.perf_counter() - started, told))
    return project


async def _proof(
    runner: Runner, project: Existing, options: CheckOptions, on_event: OnEvent
) -> Proof:
    started = time.perf_counter()
    on_event(StageStarted(Stage.PROVE))
    proof = await runner.proving.verify(
        project.files,
        VerificationLevel(options.level),
        project.database,
        on_event,
        unimplemented=tuple(unimplemented(project.files)),
        fail_fast=options.fail_fast,
    )
    on_event(StageFinished(Stage.PROVE, time.perf_counter() - started, proof.in_words))
    return proof.model_copy(update={"judged_by": project.judged_by})


async def _until_signal(
    work: Coroutine[None, None, tuple[Existing, Proof]],
) -> tuple[Existing, Proof]:
    """Await the work; a signal calls it off, and what it started is cleaned up."""
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    with suppress(NotImplementedError):  # Windows has none of this: there it just ends
        for number in SIGNALS:
            loop.add_signal_handler(number, task.cancel)
    return await task


def _finish(project: Existing, proof: Proof, options: CheckOptions) -> int:
    code = EXIT_CODES[Status.FAILED if proof.verdict is Verdict.FAILED else Status.COMPLETED]
    if options.report is not None:
        try:
            write_of_project(project, proof, options.report, force=options.force)
        except OutputError as error:
            sys.stderr.write(f"{error}\n")
            code = NOT_WRITTEN
    if options.show == "json":
        print_json(proof_to_wire(proof), indent=2)
    elif options.show == "events":
        print_json({"event": "answer", "answer": proof_to_wire(proof)})
    else:
        cli_summary.show(list(_sections(project, proof)))
    return code


def _show_without_proof(answer: Refusal | Cancellation, folder: Path, options: CheckOptions) -> int:
    if options.show != "text":
        print_answer(answer, as_event=options.show == "events")
    elif isinstance(answer, Refusal):
        cli_summary.show(cli_summary.of_refusal(answer, Given({}, str(folder))))
    else:
        sys.stderr.write("canceled\n")
    return EXIT_CODES[answer.status]


def _sections(project: Existing, proof: Proof) -> Iterator[Section]:
    lines = sum(file.content.count("\n") for file in project.files)
    head = f"{project.name}: {cli_summary.verdict_of(proof)}"
    rows: list[tuple[str, ...]] = [
        (f"{project.database.value}, {len(project.files)} files, {lines} lines",)
    ]
    rows += cli_summary.of_isolation(proof)
    rows += of_judges(proof)
    if project.left_out:
        rows.append((f"left out, as links or no text: {some(project.left_out)}",))
    yield Section(head, rows)
    if project.manifest:
        yield Section("Since it was written", list(_changes(project)))
    yield from cli_summary.of_checks(proof.checks)
    if steps := list(_next_steps(project, proof)):
        yield Section("Next steps", steps)


def _changes(project: Existing) -> Iterator[tuple[str, ...]]:
    kinds = (("changed", project.changed), ("added", project.added), ("missing", project.missing))
    for kind, paths in kinds:
        if paths:
            yield (f"{len(paths)} {kind}: {some(paths)}",)
    if not any(paths for _, paths in kinds):
        yield ("nothing was changed",)


def _next_steps(project: Existing, proof: Proof) -> Iterator[tuple[str, ...]]:
    if proof.unimplemented:
        yield (f"Write what answers 501 so far: {', '.join(proof.unimplemented)}",)
    for step in cli_summary.on_sqlite_only(project.database, proof):
        yield (step,)
