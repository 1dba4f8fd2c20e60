"""What is a service doing? The commands on its tasks: list, show, watch, cancel and retry.

They reach the database that the environment names, or over HTTP the service at ``--url``.
"""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from agent.transports.cli_options import AsJson  # noqa: TC001 - typer reads the annotations

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from agent.transports.cli_options import Builders
    from agent.transports.tasks_seen import Tasks

    Do = Callable[[Tasks], Awaitable[int]]
    DoWithOne = Callable[[Tasks, str], Awaitable[int]]

KEY = "PYTHON_SPECIALIST_KEY"
"""The variable that holds the key for ``--url``: on a command line others would see it."""
FINE, REFUSED, INTERRUPTED = 0, 2, 130
_ENDS = {"completed": 0, "failed": 1, "rejected": 2, "input-required": 3, "canceled": 130}
HELP = f"""Look at the tasks of a service, and call them off or submit them again.

Without --url the database is opened that PYTHON_SPECIALIST_DATABASE_URL names; with it, the service
there is asked, with the key in {KEY}. Exit code 2: it is refused, or there is no such task.
"""

tasks = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)
Url = Annotated[
    str | None,
    typer.Option("--url", metavar="URL", help="The service to ask, such as https://host:8000."),
]
TaskId = Annotated[
    str, typer.Argument(metavar="ID", help="As `list` shows it, or its first 8 characters.")
]


@tasks.command("list")
def list_tasks(
    context: typer.Context,
    *,
    state: Annotated[
        list[str] | None,
        typer.Option(
            "--state",
            help="Only these: submitted, working, input-required, completed, failed, rejected or"
            " canceled; may be given again.",
        ),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=200, help="So many at most, the latest first.")
    ] = 50,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """List tasks, the latest first."""
    from agent.service.records import State  # noqa: PLC0415 - heavy
    from agent.transports.cli_tasks_show import show_page  # noqa: PLC0415 - the same

    if unknown := set(state or ()) - set(State):
        raise typer.BadParameter(f"{min(unknown)} is no state: {', '.join(State)}")

    async def do(known: Tasks) -> int:
        show_page(await known.page([State(each) for each in state or ()], limit), as_json=as_json)
        return FINE

    _end(context, url, do, as_json=as_json)


@tasks.command(short_help="Show one task, with its questions, errors and checks.")
def show(
    context: typer.Context, task_id: TaskId, *, url: Url = None, as_json: AsJson = False
) -> None:
    """Show one task, with its questions, errors and checks; --json has the whole answer."""
    from agent.transports.cli_tasks_show import show_task  # noqa: PLC0415 - heavy

    async def do(known: Tasks, task_id: str) -> int:
        show_task(await known.get(task_id), await known.answer(task_id), as_json=as_json)
        return FINE

    _end_with(context, url, task_id, do, as_json=as_json)


@tasks.command(short_help="Watch one task until it ends or asks.")
def watch(
    context: typer.Context, task_id: TaskId, *, url: Url = None, as_json: AsJson = False
) -> None:
    """Watch one task until it ends or asks; --json prints events as lines, the last is the task.

    The exit code is that of `run`: 0 completed, 1 failed, 2 rejected, 3 input required,
    130 canceled (or no longer watched: the task goes on).
    """
    from agent.transports.cli_json import print_json  # noqa: PLC0415 - heavy
    from agent.transports.cli_tasks_show import show_changed, show_event  # noqa: PLC0415 - same

    async def do(known: Tasks, task_id: str) -> int:
        async for event in known.events(task_id):
            show_event(event, as_json=as_json)
        task = await known.get(task_id)
        if as_json:
            print_json({"event": "task", "task": task.data})
        else:
            show_changed(task, "task", as_json=False)
        return _ENDS.get(task.status, FINE)

    _end_with(context, url, task_id, do, as_json=as_json, as_event=True)


@tasks.command(short_help="Call a task off.")
def cancel(
    context: typer.Context, task_id: TaskId, *, url: Url = None, as_json: AsJson = False
) -> None:
    """Call a task off: what is worked on ends as soon as its worker hears of it."""
    from agent.transports.cli_tasks_show import show_changed  # noqa: PLC0415 - heavy

    async def do(known: Tasks, task_id: str) -> int:
        show_changed(await known.cancel(task_id), "task", as_json=as_json)
        return FINE

    _end_with(context, url, task_id, do, as_json=as_json)


@tasks.command(short_help="Submit the request of a task again, as a new task.")
def retry(
    context: typer.Context, task_id: TaskId, *, url: Url = None, as_json: AsJson = False
) -> None:
    """Submit the request of a task again, with the answers it was given, as a new task."""
    from agent.transports.cli_tasks_show import show_changed  # noqa: PLC0415 - heavy

    async def do(known: Tasks, task_id: str) -> int:
        show_changed(await known.retry(task_id), "new task", as_json=as_json)
        return FINE

    _end_with(context, url, task_id, do, as_json=as_json)


def _end_with(
    context: typer.Context,
    url: str | None,
    given: str,
    do: DoWithOne,
    *,
    as_json: bool,
    as_event: bool = False,
) -> None:
    """Do something with the one task whose id is given, or begins so; see ``_end``."""
    from agent.transports.tasks_seen import whole_id  # noqa: PLC0415 - heavy

    async def with_it(known: Tasks) -> int:
        return await do(known, await whole_id(known, given))

    _end(context, url, with_it, as_json=as_json, as_event=as_event)


def _end(
    context: typer.Context, url: str | None, do: Do, *, as_json: bool, as_event: bool = False
) -> None:
    """Do something with the tasks, and end with its exit code.

    ``as_event``: as JSON a refusal is a line, as what was printed before it is.
    """
    import asyncio  # noqa: PLC0415 - help needs none

    from agent.documents import Refusal  # noqa: PLC0415 - heavy
    from agent.errors import RefusedError  # noqa: PLC0415 - the same
    from agent.transports.cli_json import print_answer  # noqa: PLC0415 - the same

    async def run() -> int:
        async with _reached(context.obj, url) as known:
            return await do(known)

    try:
        code = asyncio.run(run())
    except RefusedError as error:
        if not as_json:
            raise
        print_answer(Refusal(errors=error.faults), as_event=as_event)
        code = REFUSED
    except KeyboardInterrupt:
        code = INTERRUPTED
    raise typer.Exit(code)


@asynccontextmanager
async def _reached(builders: Builders, url: str | None) -> AsyncIterator[Tasks]:
    if url is not None:
        from agent.transports.tasks_there import tasks_there  # noqa: PLC0415 - only who asks

        async with tasks_there(url, os.environ.get(KEY, "")) as there:
            yield there
        return
    from agent.transports.tasks_here import TasksHere  # noqa: PLC0415 - only who asks

    service = await builders.service()
    try:
        yield TasksHere(service)
    finally:
        await service.database.close()
