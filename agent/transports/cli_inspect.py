"""Which commands only look? At an input, the contract, the patterns, this machine; none builds.

Each imports what it needs when it runs.
"""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

from agent.transports.cli_exit import FINE, end
from agent.transports.cli_options import (
    AsJson,
    AuthName,
    DatabaseName,
    File,
    Form,
    ProjectName,
    said,
)


def validate(file: File = None, *, form: Form = None, as_json: AsJson = False) -> None:
    """Tell whether FILE (without one: standard input) can be read, and build nothing.

    Exit codes: 0 it can; 2 it cannot, with every fault and its place.
    """
    from agent.transports.cli_look import validate_file  # noqa: PLC0415 - heavy

    end(lambda: validate_file("-" if file is None else file, form, as_json=as_json))


def spec(  # noqa: PLR0913 - a command has as many arguments as it has options
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE", help="What run reads; two of them with --diff."),
    ] = None,
    *,
    show_as: Annotated[
        Literal["table", "spec", "json", "mermaid"],
        typer.Option("--as", help="How it is shown."),
    ] = "table",
    as_json: AsJson = False,
    given: Annotated[
        bool, typer.Option("--given", help="Only what FILE says, not what follows from it.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="How two FILEs differ.")] = False,
    form: Form = None,
    database: DatabaseName = None,
    auth: AuthName = None,
    name: ProjectName = None,
) -> None:
    """Show what was understood."""
    from agent.transports import cli_spec  # noqa: PLC0415 - heavy

    options = cli_spec.SpecOptions(
        form=form,
        overlay=said({"/context/database/type": database, "/context/projectName": name}),
        auth=auth,
        given=given,
        show_as="json" if as_json else show_as,
    )
    first, *second = files or ["-"]
    if len(second) != diff:
        raise typer.BadParameter("--diff is about two, else give one", param_hint="FILE")
    if not diff:
        end(lambda: cli_spec.show_spec(first, options))
    if options.show_as in {"spec", "mermaid"}:
        raise typer.BadParameter("differences are shown as lines, or with --json")
    end(lambda: cli_spec.show_differences(first, second[0], options))


def schema(
    which: Annotated[
        Literal["input", "output", "proof"],
        typer.Argument(help="What run reads, what run answers, or what check answers."),
    ],
) -> None:
    """Print the JSON Schema of what goes in, of what comes out, or of what check answers."""
    from agent.resources import folder  # noqa: PLC0415 - only what is asked for

    file = folder("schemas") / f"python-specialist.{which}.schema.json"
    text = file.read_text(encoding="utf-8")
    end(lambda: sys.stdout.write(text) * FINE)


def patterns(name: Annotated[str | None, typer.Argument(help="One pattern.")] = None) -> None:
    """List the patterns of the library, or print the document of one."""
    from agent.transports.cli_look import show_patterns  # noqa: PLC0415 - only what is asked for

    end(lambda: show_patterns(name))


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

    end(lambda: examine(ask_models=ask_models))
