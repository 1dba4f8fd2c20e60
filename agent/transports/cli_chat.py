"""Which options has a chat? The command, which loads what it needs when it runs."""

from __future__ import annotations

from functools import partial
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated, Literal

import typer

from agent.transports.cli_options import Builders, GoOn, Resume, UnsafeNoSandbox, folder_named


def _folder(text: str) -> Path:
    """Read the name of a folder, which may not be there yet."""
    folder = folder_named(text)
    if folder.is_file():
        message = f"{text} is a file: name a folder, and in the chat say @{text} to attach it"
        raise typer.BadParameter(message)
    return folder


def chat(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(
            parser=_folder,
            metavar="FOLDER",
            help="Where the project goes, or is already.",
            show_default="a folder by the project's name",
        ),
    ] = None,
    *,
    verification: Annotated[
        Literal["none", "fast", "standard", "full"],
        typer.Option("--verification", help="How much is checked."),
    ] = "standard",
    yes: Annotated[
        bool,
        typer.Option("--yes", help="Ask nothing: leave questions open, write what did not fail."),
    ] = False,
    go_on: GoOn = False,
    resume: Resume = None,
    unsafe_no_sandbox: UnsafeNoSandbox = False,
) -> None:
    """Chat."""
    from agent.transports.chat import ChatOptions, run_chat  # noqa: PLC0415 - heavy

    builders: Builders = context.obj
    build = partial(builders.runner, unsafe=True) if unsafe_no_sandbox else builders.runner
    options = ChatOptions(folder, verification, yes=yes, go_on=go_on, resume=resume)
    raise typer.Exit(run_chat(build, options))
