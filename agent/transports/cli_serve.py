"""How is the service run, and who may use it? The commands serve, worker and keys."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.transports.cli_options import (
    AsJson,  # noqa: TC001 - typer reads the annotations
    Builders,  # noqa: TC001 - the same module
    LogLevel,  # noqa: TC001 - the same module
    UnsafeNoSandbox,  # noqa: TC001 - typer reads the annotations
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from agent.service.keys import Keys
    from agent.service.observed import Observe
    from agent.service.records import Key
    from agent.service.service import Service

    Do = Callable[[Service], Awaitable[None]]

NO_SUCH = 2
SIGN_OF_LIFE = 10.0
"""Seconds between two signs of life of a worker."""
SERVE_HELP = """Serve the agent over HTTP, and work on the tasks that come.

Tasks are kept in a database (PYTHON_SPECIALIST_DATABASE_URL), so that none that was accepted is
lost. Without a key it serves this machine only. SIGTERM and Ctrl-C stop it; what was worked on goes
on with the next worker. GET /openapi.json describes the API.
"""
WORKER_HELP = """Work on the tasks that others accept, without HTTP.

As many workers as are wanted may work on one database.
"""
_NAME = re.compile(r"[A-Za-z0-9@._-]{1,64}")

AtOnce = Annotated[
    int, typer.Option("--at-once", min=1, max=256, help="Tasks that are worked on at a time.")
]
keys = typer.Typer(
    help="Keys of the service: who may use it over HTTP.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def serve(  # noqa: PLR0913 - a command has as many arguments as it has options
    context: typer.Context,
    *,
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="The port; 0 is any.")
    ] = 8000,
    with_worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="Also work on tasks, or only accept them.")
    ] = True,
    at_once: AtOnce = 2,
    tls_cert: Annotated[
        Path | None, typer.Option("--tls-cert", help="A certificate (PEM): serve HTTPS.")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option("--tls-key", help="Its private key.")] = None,
    unsafe_no_sandbox: UnsafeNoSandbox = False,
    log_level: LogLevel = None,
) -> None:
    """Serve."""
    from agent.knowledge import Library  # noqa: PLC0415 - heavy
    from agent.resources import folder  # noqa: PLC0415 - the same
    from agent.settings import read_settings  # noqa: PLC0415 - the same
    from agent.transports.http.limits import Limits  # noqa: PLC0415 - the same
    from agent.transports.http.serving import Address  # noqa: PLC0415 - the same
    from agent.transports.http.serving import serve as serve_http  # noqa: PLC0415 - the same

    if tls_key is not None and tls_cert is None:
        raise typer.BadParameter("--tls-key goes with --tls-cert")
    limits = Limits(rate=read_settings().rate)
    address = Address(host, port, tls_cert, tls_key)
    build: Builders = context.obj
    library = Library(folder("knowledge"))
    _running(
        build,
        lambda service: serve_http(service, library, address, limits),
        log_level,
        at_once=at_once if with_worker else 0,
        unsafe=unsafe_no_sandbox,
    )


def worker(
    context: typer.Context,
    *,
    at_once: AtOnce = 2,
    alive: Annotated[
        Path | None,
        typer.Option(
            "--alive",
            metavar="FILE",
            help="Touch this file every ten seconds, as long as it works: for a health check.",
        ),
    ] = None,
    unsafe_no_sandbox: UnsafeNoSandbox = False,
    log_level: LogLevel = None,
) -> None:
    """Work."""
    from agent.service.stopping import work  # noqa: PLC0415 - heavy

    do = work if alive is None else _beside(work, lambda service: _show_life(service, alive))
    _running(context.obj, do, log_level, at_once=at_once, unsafe=unsafe_no_sandbox)


@keys.command(short_help="Create a key, and print it.")
def create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Whose it is: tasks belong to this name.")],
    *,
    scope: Annotated[
        list[str] | None,
        typer.Option(
            "--scope",
            help="submit, read or admin; may be given again.",
            show_default="submit and read",
        ),
    ] = None,
) -> None:
    """Create a key, and print it: it is shown this once, only a hash of it is kept.

    Keys of one name see the same tasks, so that a key can be replaced. submit: send requests,
    answer and call off; read: all that is to be seen of one's own; admin: everything of everybody.
    """
    from agent.service.records import Scope  # noqa: PLC0415 - heavy

    if not _NAME.fullmatch(name):
        raise typer.BadParameter("a name has up to 64 letters, digits and @ . _ -")
    scopes = scope or [Scope.SUBMIT, Scope.READ]
    if unknown := set(scopes) - set(Scope):
        raise typer.BadParameter(f"{min(unknown)} is no scope: {', '.join(Scope)}")

    async def do(known: Keys) -> None:
        made, text = await known.create(name, map(Scope, scopes))
        sys.stderr.write(
            f"key {made.id} of {name} ({', '.join(sorted(scopes))}), shown this once:\n"
        )
        sys.stdout.write(f"{text}\n")

    _with_keys(context.obj, do)


@keys.command("list", short_help="List all keys, also those that were revoked.")
def list_keys(context: typer.Context, *, as_json: AsJson = False) -> None:
    """List all keys, also those that were revoked, without their text: that is not kept."""

    async def do(known: Keys) -> None:
        found = [_plain(each) for each in await known.all()]
        if as_json:
            sys.stdout.write(f"{json.dumps(found)}\n")
            return
        for each in found:
            state = f"revoked {each['revoked']}" if each["revoked"] else "counts"
            scopes = ",".join(each["scopes"])
            sys.stdout.write(
                f"{each['id']}  {each['name']}  {scopes}  {each['created']}  {state}\n"
            )

    _with_keys(context.obj, do)


@keys.command(short_help="Revoke a key: from now on it is refused.")
def revoke(
    context: typer.Context,
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As `list` shows it.")],
) -> None:
    """Revoke a key: from now on it is refused. Exit code 2 where there is no such key."""
    found = False

    async def do(known: Keys) -> None:
        nonlocal found
        found = await known.revoke(key_id)

    _with_keys(context.obj, do)
    if not found:
        sys.stderr.write(f"there is no key {key_id!r} that counts\n")
        raise typer.Exit(NO_SUCH)


def _plain(key: Key) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "created": key.created.isoformat(timespec="seconds"),
        "revoked": key.revoked and key.revoked.isoformat(timespec="seconds"),
    }


def _with_keys(build: Builders, do: Callable[[Keys], Awaitable[None]]) -> None:
    _with_service(build, lambda service: do(service.keys))


def _running(build: Builders, do: Do, log_level: LogLevel, *, at_once: int, unsafe: bool) -> None:
    """Run the service, on its bus, too; others can look at it: at its log, by OpenTelemetry."""
    from agent.log import log_lines  # noqa: PLC0415 - heavy
    from agent.settings import read_settings  # noqa: PLC0415 - the same
    from agent.telemetry.sending import sending  # noqa: PLC0415 - the same

    if bus := read_settings().bus:
        do = _on_the_bus(bus, do)
    log_lines(log_level or "info")
    with sending() as spans:
        observe = None if spans is None else spans.task
        _with_service(build, do, at_once=at_once, unsafe=unsafe, observe=observe)


def _on_the_bus(url: str, do: Do) -> Do:
    """Return what does the same, while messages of a bus are taken in and sent.

    Raises:
        RefusedError: the URL names no broker, or what speaks with it is not installed.

    """
    from agent.transports.bus.running import broker_of, run_bus  # noqa: PLC0415 - heavy

    broker_of(url)
    return _beside(do, lambda service: run_bus(service, url))


def _beside(do: Do, other: Callable[[Service], Coroutine[Any, Any, None]]) -> Do:
    """Return what does the same, and something else for as long as it lasts."""
    import asyncio  # noqa: PLC0415 - help needs none

    async def both(service: Service) -> None:
        beside = asyncio.create_task(other(service))
        try:
            await do(service)
        finally:
            beside.cancel()
            await asyncio.gather(beside, return_exceptions=True)

    return both


async def _show_life(service: Service, file: Path) -> None:
    """Touch a file as long as the worker works: not while it waits for its database."""
    import asyncio  # noqa: PLC0415 - help needs none

    from agent.log import logger  # noqa: PLC0415 - heavy

    while True:
        if service.worker is not None and service.worker.is_at_work:
            try:
                await asyncio.to_thread(file.touch)
            except OSError as error:
                logger().warning("no-sign-of-life", file=str(file), reason=error.strerror)
        await asyncio.sleep(SIGN_OF_LIFE)


def _with_service(
    build: Builders,
    do: Do,
    *,
    at_once: int = 0,
    unsafe: bool = False,
    observe: Observe | None = None,
) -> None:
    """Open the service, do something with it, and close it. ``at_once`` 0: without a worker."""
    import asyncio  # noqa: PLC0415 - help needs none

    runner = build.runner(unsafe=unsafe) if at_once else None

    async def run() -> None:
        service = await build.service(runner, at_once=at_once or 1, observe=observe)
        try:
            await do(service)
        finally:
            await service.database.close()

    asyncio.run(run())
