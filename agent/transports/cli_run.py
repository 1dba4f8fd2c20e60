"""How does the command line run a task? From a file to an answer on stdout, and an exit code."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from agent import output
from agent.applying import Conflicts, Fate, Target, carry_out, compare, refused
from agent.documents import (
    Cancellation,
    Failure,
    Fault,
    Questions,
    Refusal,
    Result,
    Status,
    Warn,
)
from agent.errors import OutputError, RefusedError
from agent.events import Rendered, Stage, StageStarted, TaskStarted
from agent.some import some
from agent.task import NOT_WRITTEN as NOT_WRITTEN_CODE
from agent.transports import cli_changes, cli_summary
from agent.transports.cli_input import Given, read
from agent.transports.cli_json import print_answer, print_json
from agent.transports.cli_progress import progress
from agent.transports.cli_report import look_ahead, write_of_result
from agent.transports.cli_session import GoingOn, agreed, go_on

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from agent.applying import Changes, Written
    from agent.documents import Answer, GeneratedFile
    from agent.events import Event, OnEvent
    from agent.runner import Runner

    Show = Literal["text", "json", "events"]
    LogLevel = Literal["debug", "info"]
NOT_WRITTEN = 4
"""Exit code where something that is not ours alone is in the way."""
NO_MODEL = 69
"""Exit code of a task that a language model could not be used for (sysexits: EX_UNAVAILABLE)."""
EXIT_CODES = {
    Status.COMPLETED: 0,
    Status.FAILED: 1,
    Status.REJECTED: 2,
    Status.INPUT_REQUIRED: 3,
    Status.CANCELED: 130,
}
SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for. ``overlay``: JSON Pointer of the document -> value."""

    overlay: Mapping[str, str | bool | list[str]] = field(default_factory=dict)
    auth: Literal["jwt", "none"] | None = None
    out: Path | None = None
    force: bool = False
    merge: bool = False
    dry_run: bool = False
    go_on: bool = False
    resume: str | None = None
    yes: bool = False
    show: Show = "text"
    log_level: LogLevel | None = None
    report: Path | None = None

    @property
    def conflicts(self) -> Conflicts:
        """Return what is to be done where people changed what we changed, too."""
        if self.force:
            return Conflicts.OURS
        return Conflicts.MARK if self.merge else Conflicts.REFUSE


def run_task(
    build_runner: Callable[[], Runner], file: str | None, form: str | None, options: Options
) -> int:
    """Run one task and show its answer; return the exit code."""
    given = Given({}, "options" if file is None else file.strip() or "words")
    try:
        given = read(file, form, options.overlay, options.auth)
        runner = build_runner()
        going_on = go_on(given, options)
    except RefusedError as error:
        return _show(Refusal(errors=error.faults), given, (), None, options)
    asks = options.out is None and going_on.folder is not None
    if asks:
        options = replace(options, out=going_on.folder)
    with ExitStack() as stack:
        heard = listeners(stack, options.show, options.log_level)
        session = _Session(runner, given, options, heard, going_on)
        answer = asyncio.run(session.run())
    try:
        code = _ended(answer, session, options, asks=asks)
        if isinstance(answer, Refusal) and not going_on.written:
            sys.stderr.write(f"the session's plan is not written yet: {going_on.command} does it\n")
        return code
    finally:
        going_on.keep(answer, session.written_to, dry_run=options.dry_run)


def _ended(answer: Answer, session: _Session, options: Options, *, asks: bool) -> int:
    """Write what is to be written, and show the answer; return the exit code."""
    given = session.given
    if isinstance(answer, Refusal):
        in_the_way = [e.message for e in answer.errors if e.code == NOT_WRITTEN_CODE]
        if in_the_way:
            return _not_written(in_the_way[0], answer, session, options)
    written: Written | None = None
    try:
        if isinstance(answer, Result) and options.out is not None:
            changes = compare(session.files, answer.spec, options.out)
            sure = not asks or (options.yes and answer.status is Status.COMPLETED)
            command = session.going_on.command
            if options.dry_run or not sure:
                code = _only_shown(changes, answer, session, options)
                if options.dry_run or not agreed(
                    changes, options.out, command, ask=options.show == "text"
                ):
                    return code
            written = carry_out(changes, options.conflicts)
            session.written_to = options.out
            answer = _told_of(changes, session, answer)
        if isinstance(answer, Result) and options.report is not None:
            local = _local(answer, given)
            write_of_result(local, session.files, options.report, force=options.force)
    except OutputError as error:
        return _not_written(str(error), answer, session, options, written)
    return _show(answer, given, session.files, written, options)


def _told_of(changes: Changes, session: _Session, answer: Result) -> Result:
    """Tell of what was changed in the folder while the project was proven."""
    proven = session.target.seen(session.files) if session.target else {}
    moved = sorted(path for path in proven if changes.seen.get(path) != proven[path])
    if not moved:
        return answer
    message = f"changed while it was proven, so look at it again: {some(moved)}"
    told = Warn(code="changed-meanwhile", message=message)
    return answer.model_copy(update={"warnings": (*answer.warnings, told)})


def _only_shown(changes: Changes, answer: Result, session: _Session, options: Options) -> int:
    """Show what would be written; return the exit code that writing it would have."""
    code = _show(answer, session.given, session.files, None, options)
    stream = sys.stdout if options.show == "text" else sys.stderr
    differ = () if options.dry_run else changes.of(Fate.CHANGED, Fate.MERGED, Fate.CONFLICT)
    diff = changes.diff if options.dry_run else "".join(each.diff for each in differ)
    stream.write("\n".join(["", *cli_changes.lines(changes), "", diff]))
    if changes.conflicts and options.conflicts is Conflicts.REFUSE:
        sys.stderr.write(f"{refused(changes)}\n")
        return NOT_WRITTEN
    return code


def _not_written(
    error: str,
    answer: Answer,
    session: _Session,
    options: Options,
    written: Written | None = None,
) -> int:
    """Tell why something was not written; what else there is to say is said all the same."""
    if isinstance(answer, Result):
        told = Warn(code=NOT_WRITTEN_CODE, message=error)
        answer = answer.model_copy(update={"warnings": (*answer.warnings, told)})
        _show(answer, session.given, session.files, written, options)
    elif options.show != "text":
        _show(answer, session.given, session.files, None, options)
    sys.stderr.write(f"{error}\n")
    return NOT_WRITTEN


class _Session:
    """One task between the signals of the system and the listeners of its events."""

    def __init__(
        self,
        runner: Runner,
        given: Given,
        options: Options,
        listeners: list[OnEvent],
        going_on: GoingOn,
    ) -> None:
        self.runner = runner
        self.given = given
        self.going_on = going_on
        self.written_to: Path | None = None
        self.options = options
        self.listeners = listeners
        self.task_id = ""
        self.files: tuple[GeneratedFile, ...] = ()
        # What is only shown is proven as it would be with markers in it.
        marked = options.dry_run and options.conflicts is Conflicts.REFUSE
        conflicts = Conflicts.MARK if marked else options.conflicts
        self.target = None if options.out is None else Target(options.out, conflicts)

    async def run(self) -> Answer:
        """Run the task; a signal calls it off, and what it started is cleaned up."""
        loop = asyncio.get_running_loop()
        with suppress(NotImplementedError):  # Windows has none of this: there it just ends
            for number in SIGNALS:
                loop.add_signal_handler(number, lambda: self.runner.cancel(self.task_id))
        return await self.runner.run(
            self.going_on.data,
            self.on_event,
            standing=self.going_on.standing,
            ground=self.target,
            on_plan=self.going_on.planned,
            again=not self.going_on.written,
        )

    def on_event(self, event: Event) -> None:
        """Note what is needed later, and pass the event on."""
        if isinstance(event, TaskStarted):
            self.task_id = event.task_id
        for listener in [*self.listeners]:
            try:
                listener(event)
            except OSError:  # nobody reads it any more, which is no reason to stop working
                self.listeners.remove(listener)
        if isinstance(event, StageStarted) and event.stage is Stage.VALIDATE:
            self._look_ahead()
        if isinstance(event, Rendered):
            self.files = event.files

    def _look_ahead(self) -> None:
        """End the task before any work, where its project could not be written anyway."""
        try:
            if self.options.out is not None and not self.options.dry_run:
                output.look_ahead(self.options.out)
            if self.options.report is not None:
                look_ahead(self.options.report, force=self.options.force)
        except OutputError as error:
            fault = Fault(code=NOT_WRITTEN_CODE, message=str(error))
            raise RefusedError([fault]) from error


def listeners(stack: ExitStack, show: Show, log_level: LogLevel | None) -> list[OnEvent]:
    """Return what listens to events for as long as the stack lasts."""
    found: list[OnEvent] = [_print_event] if show == "events" else []
    if log_level:
        from agent.log import event_log  # noqa: PLC0415 - loads structlog

        found.append(event_log(log_level))
    elif show != "events":
        found.append(stack.enter_context(progress()))
    return found


def _print_event(event: Event) -> None:
    from agent.log import plain  # noqa: PLC0415 - only when events are asked for

    name, facts = plain(event)
    print_json({"event": name, **facts})


def _show(
    answer: Answer,
    given: Given,
    files: tuple[GeneratedFile, ...],
    written: Written | None,
    options: Options,
) -> int:
    answer = _local(answer, given)
    if options.show != "text":
        print_answer(answer, as_event=options.show == "events")
    elif isinstance(answer, Result):
        cli_summary.show(cli_summary.of_result(answer, files, written, folder=options.out))
    elif isinstance(answer, Questions):
        cli_summary.show(cli_summary.of_questions(answer))
    elif isinstance(answer, Refusal):
        cli_summary.show(cli_summary.of_refusal(answer, given))
    elif isinstance(answer, Failure):
        cli_summary.show(cli_summary.of_failure(answer))
    elif isinstance(answer, Cancellation):
        sys.stderr.write("canceled; nothing was written\n")
    return NO_MODEL if isinstance(answer, Failure) else EXIT_CODES[Status(answer.status)]


def _local(answer: Answer, given: Given) -> Answer:
    """Make everything that an answer points to stand in the file, not in what was made of it."""
    if isinstance(answer, Cancellation):
        return answer
    update: dict[str, Any] = {"warnings": tuple(map(given.local, answer.warnings))}
    if isinstance(answer, Refusal):
        update["errors"] = tuple(map(given.local, answer.errors))
    if isinstance(answer, Result):
        update["assumptions"] = tuple(map(given.told, answer.assumptions))
    return answer.model_copy(update=update)
