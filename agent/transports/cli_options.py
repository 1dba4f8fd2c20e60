"""What can be said on the command line? Options that commands share, and what their help says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import typer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from agent.runner import Runner
    from agent.service.service import Service

HELP = """Designs Python backends, writes them, and proves them before it answers.

\b
Begin with one of these:
  python-specialist run shop.sql --out shop                 from what you have
  python-specialist run "A book has a title" --out books    from words
  python-specialist chat                                    in a conversation

Exit codes: 0 completed; 1 the proof failed (the project is written all the same);
2 refused, or wrong usage; 3 input required; 4 not written or undone, because something was in
the way; 69 no model could be used; 70 a fault of our own; 74 the answer could not be printed; 130
canceled.
"""
CHAT_HELP = """Plan a project in a conversation, prove it, and write it when you agree.

Without a terminal, standard input is read line by line; the exit code is then that of the last
message: 0 fine; 1 the proof failed; 2 refused; 3 a question was left open.
"""
CHECK_HELP = """Prove the FastAPI project in DIR, as it stands there, also one that people changed.

Nothing in DIR is changed or run: a copy is proven, in the sandbox. The answer is a proof.
Exit codes: 0 proven, or nothing failed; 1 a check failed; 2 no such project, or wrong usage.
"""
SPEC_HELP = """Show what is understood of FILE, and build nothing; no model is asked.

FILE is what run reads; without one it is standard input. With --diff A B: how two of them differ.
What --as spec and --as json print reads back to the same spec; what was assumed, asked and left out
is told in both.
Exit codes: 0 understood, or no difference; 1 they differ; 2 refused; 3 input required.
"""
RUN_HELP = """Build a project from FILE and prove it.

FILE is SQL, an OpenAPI document, DBML, JDL, Prisma, Mermaid, JSON Schema, a text in the spec
language (.spec), a request or a plan as JSON, or a description in plain English (.txt, .md, or the
words themselves, in quotes); - is standard input. With -c or --resume it changes the plan of a
session, or answers its questions. Progress and logs go to stderr, the answer to stdout.
"""


class Builders(NamedTuple):
    """What commands are given to make what they need: a runner, or the service around one."""

    runner: Callable[..., Runner]
    service: Callable[..., Awaitable[Service]]


def folder_named(text: str) -> Path:
    """Read the name of a folder."""
    if not text:  # an unset variable of a shell: surely not the folder one happens to be in
        raise typer.BadParameter("it is empty: name a folder")
    return Path(text)


File = Annotated[
    str | None,
    typer.Argument(
        metavar="FILE", help="The file to read, or what to build in words; - is standard input."
    ),
]
Form = Annotated[
    Literal[
        "json",
        "sql",
        "openapi",
        "dbml",
        "jdl",
        "prisma",
        "mermaid",
        "json-schema",
        "spec",
        "text",
    ]
    | None,
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
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        parser=folder_named,
        metavar="FOLDER",
        help="Write the project into FOLDER; without it nothing is written.",
    ),
]
Force = Annotated[
    bool,
    typer.Option(
        "--force", help="Replace what is in the way, also what people changed; undo brings it back."
    ),
]
Merge = Annotated[
    bool,
    typer.Option("--merge", help="Where both sides changed a file, write both between markers."),
]
Yes = Annotated[
    bool, typer.Option("--yes", help="With -c or --resume: write what did not fail without asking.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show what would be different in FOLDER; write nothing.")
]
Level = Annotated[
    str | None,
    typer.Option(
        "--verification",
        help="How much is checked: none, fast, standard or full.",
        show_default="standard",
    ),
]
DatabaseName = Annotated[
    Literal["postgresql", "mysql", "sqlite"] | None,
    typer.Option("--database", help="The database that the project keeps its data in."),
]
ProjectName = Annotated[str | None, typer.Option("--name", help="The project's name.")]
AuthName = Annotated[
    Literal["jwt", "none"] | None,
    typer.Option(
        "--auth",
        help="How the project's clients sign in. Keys are said in a spec: auth keys by header X.",
    ),
]
TypeName = Annotated[
    str | None,
    typer.Option(
        "--type",
        help="What the JSON answer shows: architecture, endpoints, models, tests, ...",
        show_default="architecture",
    ),
]
Description = Annotated[
    str | None, typer.Option("--description", help="What the project is for, in words.")
]
Requirement = Annotated[
    list[str] | None,
    typer.Option(
        "--requirement",
        help="One more thing in words, or the answer to a question; may be given again.",
    ),
]


def said(overlay: dict[str, Any]) -> dict[str, Any]:
    """Leave out what no option said."""
    return {pointer: value for pointer, value in overlay.items() if value is not None}
