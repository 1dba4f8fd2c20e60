"""Which commands are there? The command line: options in, exit codes out.

Importing this loads typer and nothing else of weight: ``--help`` answers at once, and each command
imports what it needs when it runs.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from agent import __version__
from agent.transports import cli_inspect, cli_serve, cli_tasks
from agent.transports.cli_chat import chat
from agent.transports.cli_exit import WRONG_USAGE, end
from agent.transports.cli_options import (
    CHAT_HELP,
    CHECK_HELP,
    HELP,
    RUN_HELP,
    SPEC_HELP,
    AsJson,
    AuthName,
    Builders,
    DatabaseName,
    Description,
    DryRun,
    FailFast,
    File,
    Force,
    Form,
    GoOn,
    JsonEvents,
    Level,
    LogLevel,
    Merge,
    Out,
    ProjectName,
    ReportFile,
    Requirement,
    Resume,
    TypeName,
    UnsafeNoSandbox,
    Yes,
    said,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from agent.runner import Runner
    from agent.service.service import Service

    BuildRunner = Callable[..., Runner]
    OpenService = Callable[..., Awaitable[Service]]

PROGRAM = "python-specialist"
USAGE_ERROR: Any = typer.BadParameter.mro()[1]
"""Of click, which typer carries along under a private name."""

app = typer.Typer(
    name=PROGRAM,
    help=HELP,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main(
    arguments: list[str], build_runner: BuildRunner, open_service: OpenService | None = None
) -> None:
    """Run one command line, which ends in ``SystemExit`` with the exit code.

    Args:
        arguments: Without the program's name.
        build_runner: What makes a runner.
        open_service: What opens the service (None: commands that need it are not used).

    """
    builders = Builders(build_runner, open_service or _no_service)
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    wanted = {"--json", "--json-events"}.intersection(options)
    if not wanted:
        app(arguments, prog_name=PROGRAM, obj=builders)
    try:
        code = app(arguments, prog_name=PROGRAM, obj=builders, standalone_mode=False)
    except USAGE_ERROR as error:
        from agent.transports.cli_json import print_usage_error  # noqa: PLC0415 - heavy

        error.show()
        print_usage_error(error.format_message(), as_event="--json-events" in wanted)
        code = WRONG_USAGE
    raise SystemExit(code)


async def _no_service(*_: object, **__: object) -> Service:
    raise AssertionError("nobody said how the service is opened")


def _building(context: typer.Context, *, unsafe: bool) -> BuildRunner:
    """Give what builds a runner: only who asks for it gets one without a sandbox."""
    builders: Builders = context.obj
    return partial(builders.runner, unsafe=True) if unsafe else builders.runner


def _print_version(asked: bool) -> None:  # noqa: FBT001 - typer calls it with the option's value
    if asked:
        sys.stdout.write(f"python-specialist {__version__}\n")
        raise typer.Exit


@app.callback()
def _common(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    pass


@app.command(help=RUN_HELP, short_help="Build a project, and prove it.")
def run(  # noqa: PLR0913 - a command has as many arguments as it has options
    context: typer.Context,
    file: File = None,
    *,
    out: Out = None,
    force: Force = False,
    merge: Merge = False,
    dry_run: DryRun = False,
    go_on: GoOn = False,
    resume: Resume = None,
    yes: Yes = False,
    form: Form = None,
    verification: Level = None,
    fail_fast: FailFast = False,
    database: DatabaseName = None,
    auth: AuthName = None,
    name: ProjectName = None,
    request_type: TypeName = None,
    description: Description = None,
    requirement: Requirement = None,
    as_json: AsJson = False,
    report: ReportFile = None,
    json_events: JsonEvents = False,
    unsafe_no_sandbox: UnsafeNoSandbox = False,
    log_level: LogLevel = None,
) -> None:
    """Run one task."""
    from agent.transports.cli_run import Options, run_task  # noqa: PLC0415 - heavy

    goes_on = go_on or resume is not None
    if file is None and description is None and not goes_on:
        raise typer.BadParameter("give a file, or - for standard input", param_hint="FILE")
    if force and merge:
        raise typer.BadParameter("--force leaves nothing to merge: give one of them")
    if yes and not goes_on:
        raise typer.BadParameter("--out writes without asking; --yes goes with -c or --resume")
    if out is None and not goes_on and (merge or dry_run):
        raise typer.BadParameter("name the folder that it is about with --out")
    overlay: dict[str, Any] = {
        "/constraints/verification": verification,
        "/constraints/failFast": fail_fast or None,
        "/context/database/type": database,
        "/context/projectName": name,
        "/request/type": request_type,
        "/request/description": description,
        "/request/requirements": requirement or None,
    }
    options = Options(
        overlay=said(overlay),
        auth=auth,
        out=out,
        force=force,
        merge=merge,
        dry_run=dry_run,
        go_on=go_on,
        resume=resume,
        yes=yes,
        show="events" if json_events else "json" if as_json else "text",
        log_level=log_level,
        report=report,
    )
    end(lambda: run_task(_building(context, unsafe=unsafe_no_sandbox), file, form, options))


app.command(help=CHAT_HELP, short_help="Plan, prove and write a project in a conversation.")(chat)
app.command(help=cli_serve.SERVE_HELP)(cli_serve.serve)
app.command(help=cli_serve.WORKER_HELP)(cli_serve.worker)
app.add_typer(cli_serve.keys, name="keys")
app.add_typer(cli_tasks.tasks, name="tasks", short_help="Look at the tasks of a service.")


@app.command(help=CHECK_HELP, short_help="Prove a project as it stands on the disk.")
def check(  # noqa: PLR0913 - a command has as many arguments as it has options
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The project's own folder.", show_default=True)
    ] = Path(),
    *,
    verification: Annotated[
        Literal["fast", "standard", "full"],
        typer.Option("--verification", help="How much is checked."),
    ] = "standard",
    fail_fast: FailFast = False,
    database: Annotated[
        Literal["postgresql", "mysql", "sqlite"] | None,
        typer.Option("--database", help="Prove it on this database, whatever the project says."),
    ] = None,
    report: ReportFile = None,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite a file that is no report.")
    ] = False,
    as_json: AsJson = False,
    json_events: JsonEvents = False,
    unsafe_no_sandbox: UnsafeNoSandbox = False,
    log_level: LogLevel = None,
) -> None:
    """Prove a project on the disk."""
    from agent.transports.cli_check import CheckOptions, check_project  # noqa: PLC0415 - heavy

    options = CheckOptions(
        level=verification,
        fail_fast=fail_fast,
        database=database,
        report=report,
        force=force,
        show="events" if json_events else "json" if as_json else "text",
        log_level=log_level,
    )
    raise typer.Exit(check_project(_building(context, unsafe=unsafe_no_sandbox), folder, options))


@app.command(short_help="Take back the last time that a project was written.")
def undo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of --out.")],
) -> None:
    """Take back the last time that a project was written to DIR; again: the one before.

    Exit code 4, and nothing is changed, where files were edited since.
    """
    from agent.transports.cli_changes import undo as take_back  # noqa: PLC0415 - heavy

    end(lambda: take_back(folder))


app.command(short_help="Tell whether FILE can be read, and every fault of it.")(
    cli_inspect.validate
)
app.command(help=SPEC_HELP, short_help="Show what is understood of FILE, or how two differ.")(
    cli_inspect.spec
)
app.command(short_help="Print the JSON Schema of requests, answers or proofs.")(cli_inspect.schema)
app.command(short_help="List the patterns that projects are made of, or read one.")(
    cli_inspect.patterns
)
app.command(short_help="Look at what a proof needs, and has, on this machine.")(cli_inspect.doctor)
