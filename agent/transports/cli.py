"""Which commands are there? The command line: options in, exit codes out.

Importing this loads typer and nothing else of weight: ``--help`` answers at once, and each command
imports what it needs when it runs.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import typer

from agent import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.runner import Runner

    BuildRunner = Callable[..., Runner]

HELP = """Designs Python backends, writes them, and proves them before it answers.

Exit codes: 0 completed; 1 the proof failed (the project is written all the same);
2 refused, or wrong usage; 3 input required; 4 not written, because something was in the way;
70 a fault of our own; 74 the answer could not be printed; 130 canceled.
"""
CHAT_HELP = """Plan a project in a conversation, prove it, and write it when you agree.

Without a terminal, standard input is read line by line; the exit code is then that of the last
message: 0 fine; 1 the proof failed; 2 refused; 3 a question was left open.
"""
CHECK_HELP = """Prove the FastAPI project in DIR, as it stands there, also one that people changed.

Nothing in DIR is changed or run: a copy is proven, in the sandbox. The answer is a proof.
Exit codes: 0 proven, or nothing failed; 1 a check failed; 2 no such project, or wrong usage.
"""
RUN_HELP = """Build a project from FILE and prove it.

FILE is a JSON input document, a BackendSpec as JSON, a .sql schema, a .spec in the spec language,
or a description in plain English (.txt, .md, or the words themselves, in quotes); - is standard
input. Progress and logs go to stderr, the answer to stdout.
"""

PROGRAM = "python-specialist"
FINE, WRONG_USAGE, NOT_PRINTED = 0, 2, 74
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

File = Annotated[
    str | None,
    typer.Argument(help="The file to read, or what to build in words; - is standard input."),
]
Form = Annotated[
    Literal["json", "sql", "spec", "text"] | None,
    typer.Option("--format", help="What FILE holds, where its name or text do not tell."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
JsonEvents = Annotated[
    bool,
    typer.Option("--json-events", help="Print events as JSON lines; the last is the answer."),
]
LogLevel = Annotated[
    Literal["debug", "info"] | None, typer.Option("--log-level", help="Log to stderr.")
]
FailFast = Annotated[bool, typer.Option("--fail-fast", help="Stop at the first check that fails.")]
UnsafeNoSandbox = Annotated[
    bool,
    typer.Option(
        "--unsafe-no-sandbox", help="Run generated code without isolation; the proof says so."
    ),
]
GoOn = Annotated[
    bool, typer.Option("--continue", "-c", help="Go on with the latest session of the folder.")
]
Resume = Annotated[
    str | None, typer.Option("--resume", metavar="ID", help="Go on with this session.")
]
ReportFile = Annotated[
    Path | None, typer.Option("--report", help="Write the proof as a page for readers (HTML).")
]


def main(arguments: list[str], build_runner: BuildRunner) -> None:
    """Run one command line, which ends in ``SystemExit`` with the exit code."""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    wanted = {"--json", "--json-events"}.intersection(options)
    if not wanted:
        app(arguments, prog_name=PROGRAM, obj=build_runner)
    try:
        code = app(arguments, prog_name=PROGRAM, obj=build_runner, standalone_mode=False)
    except USAGE_ERROR as error:
        from agent.transports.cli_json import print_usage_error  # noqa: PLC0415 - heavy

        error.show()
        print_usage_error(error.format_message(), as_event="--json-events" in wanted)
        code = WRONG_USAGE
    raise SystemExit(code)


def _end(work: Callable[[], int]) -> NoReturn:
    """Do what a command does and end with its exit code; a reader that went away is no fault."""
    try:
        code = work()
        sys.stdout.flush()
    except OSError as error:
        if error.filename is not None:  # a file, and not what we print to
            raise
        # Python writes what is left once more when it ends: that must not fail again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        with suppress(OSError):
            sys.stderr.write(f"the answer was not printed: {error.strerror}\n")
        code = NOT_PRINTED
    raise typer.Exit(code)


def _folder(text: str) -> Path:
    if not text:  # an unset variable of a shell: surely not the folder one happens to be in
        raise typer.BadParameter("it is empty: name a folder")
    return Path(text)


def _building(context: typer.Context, *, unsafe: bool) -> BuildRunner:
    """Give what builds a runner: only who asks for it gets one without a sandbox."""
    build: BuildRunner = context.obj
    return partial(build, unsafe=True) if unsafe else build


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


@app.command(help=RUN_HELP)
def run(  # noqa: PLR0913 - a command has as many arguments as it has options
    context: typer.Context,
    file: File = None,
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", parser=_folder, metavar="FOLDER", help="Write the whole project here."
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite files that are not known or were changed.")
    ] = False,
    form: Form = None,
    verification: Annotated[
        str | None,
        typer.Option(
            "--verification", help="none, fast, standard or full.", show_default="standard"
        ),
    ] = None,
    fail_fast: FailFast = False,
    database: Annotated[
        Literal["postgresql", "mysql", "sqlite"] | None,
        typer.Option("--database", help="What it keeps its data in."),
    ] = None,
    auth: Annotated[
        Literal["jwt", "none"] | None, typer.Option("--auth", help="How clients sign in.")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="The project's name.")] = None,
    request_type: Annotated[
        str | None,
        typer.Option(
            "--type",
            help="What the answer shows: architecture, endpoints, models, tests, ...",
            show_default="architecture",
        ),
    ] = None,
    description: Annotated[
        str | None, typer.Option("--description", help="What it is for, in words.")
    ] = None,
    requirement: Annotated[
        list[str] | None,
        typer.Option(
            "--requirement",
            help="One more thing in words, or the answer to a question; may be given again.",
        ),
    ] = None,
    as_json: AsJson = False,
    report: ReportFile = None,
    json_events: JsonEvents = False,
    unsafe_no_sandbox: UnsafeNoSandbox = False,
    log_level: LogLevel = None,
) -> None:
    """Run one task."""
    from agent.transports.cli_run import Options, run_task  # noqa: PLC0415 - heavy

    if file is None and description is None:
        raise typer.BadParameter("give a file, or - for standard input", param_hint="FILE")
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
        overlay={pointer: value for pointer, value in overlay.items() if value is not None},
        auth=auth,
        out=out,
        force=force,
        show="events" if json_events else "json" if as_json else "text",
        log_level=log_level,
        report=report,
    )
    _end(lambda: run_task(_building(context, unsafe=unsafe_no_sandbox), file, form, options))


@app.command(help=CHAT_HELP)
def chat(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(
            parser=_folder, metavar="FOLDER", help="Where the project goes, or is already."
        ),
    ] = None,
    *,
    verification: Annotated[
        Literal["none", "fast", "standard", "full"],
        typer.Option("--verification", help="How much is checked."),
    ] = "standard",
    yes: Annotated[
        bool, typer.Option("--yes", help="Ask nothing: leave questions open, write what is proven.")
    ] = False,
    go_on: GoOn = False,
    resume: Resume = None,
    unsafe_no_sandbox: UnsafeNoSandbox = False,
) -> None:
    """Chat."""
    from agent.transports.chat import ChatOptions, run_chat  # noqa: PLC0415 - heavy

    options = ChatOptions(folder, verification, yes=yes, go_on=go_on, resume=resume)
    _end(lambda: run_chat(_building(context, unsafe=unsafe_no_sandbox), options))


@app.command(help=CHECK_HELP)
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
        typer.Option("--database", help="What stands above what the project says."),
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


@app.command()
def validate(file: File = None, *, form: Form = None, as_json: AsJson = False) -> None:
    """Check FILE without building anything: 0 when it can be read, 2 with every fault."""
    from agent.transports.cli_look import validate_file  # noqa: PLC0415 - heavy

    _end(lambda: validate_file("-" if file is None else file, form, as_json=as_json))


@app.command()
def schema(which: Annotated[Literal["input", "output", "proof"], typer.Argument()]) -> None:
    """Print the JSON Schema of what goes in, of what comes out, or of what check answers."""
    from agent.resources import folder  # noqa: PLC0415 - only what is asked for

    file = folder("schemas") / f"python-specialist.{which}.schema.json"
    text = file.read_text(encoding="utf-8")
    _end(lambda: sys.stdout.write(text) * FINE)


@app.command()
def patterns(name: Annotated[str | None, typer.Argument(help="One pattern.")] = None) -> None:
    """List the patterns of the library, or print the document of one."""
    from agent.transports.cli_look import show_patterns  # noqa: PLC0415 - only what is asked for

    _end(lambda: show_patterns(name))


@app.command()
def doctor(
    *,
    ask_models: Annotated[
        bool,
        typer.Option("--ask-models", help="Ask each configured model one small question, too."),
    ] = False,
) -> None:
    """Look at what is here: tools, databases, models, and what would be skipped.

    Exit code 1 when something that was configured does not work.
    """
    from agent.transports.cli_look import examine  # noqa: PLC0415 - heavy

    _end(lambda: examine(ask_models=ask_models))
