"""Where does it all come together? Settings, a runner, and one transport."""

from __future__ import annotations

import gc
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.llm.configured import Configured
    from agent.llm.consultation import Consult, Consultation
    from agent.runner import Runner
    from agent.service.observed import Observe
    from agent.service.service import Service

REFUSED, CANCELED = 2, 130
OUR_FAULT = 70
"""Exit code of what should never happen (sysexits: EX_SOFTWARE)."""


def main() -> None:
    """Run the command line."""
    # Imports, plans and syntax trees are many objects that all stay, and looking at them again and
    # again would take a tenth of the whole time; a run has more of them, and ends with its task.
    gc.set_threshold(1_000_000 if sys.argv[1:2] == ["run"] else 100_000)
    # A plugin of pydantic could change what the contract means, and looking for one reads the
    # metadata of every package that is installed.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    # In processes that it starts, modules of the folder that one stands in would come before ours.
    os.environ["PYTHONSAFEPATH"] = "1"
    _open_streams()
    try:
        _run(sys.argv[1:])
    except KeyboardInterrupt:
        raise SystemExit(CANCELED) from None
    finally:
        # All that is left ends with the process. Python would look through it for cycles first,
        # which takes as long as making a small project; what is to be done at exit is still done.
        gc.freeze()


def _run(arguments: list[str]) -> None:
    if arguments == ["--version"]:
        from agent import __version__  # noqa: PLC0415 - nothing else is needed to answer

        sys.stdout.write(f"python-specialist {__version__}\n")
        return
    from agent.errors import RefusedError  # noqa: PLC0415 - the version needs no errors
    from agent.transports import cli  # noqa: PLC0415 - loads typer

    try:
        cli.main(arguments, build_runner, open_service)
    except RefusedError as error:
        for fault in error.faults:
            hint = f" (expected: {fault.expected})" if fault.expected else ""
            sys.stderr.write(f"{fault.message}{hint}\n")
        raise SystemExit(REFUSED) from error
    except Exception as error:
        import traceback  # noqa: PLC0415 - only where something went wrong

        from agent.log import Hiding, secrets_in  # noqa: PLC0415 - the same

        # whoever reports it may not see it again: what is needed to mend it is said at once
        hiding = Hiding(secrets_in(os.environ))
        sys.stderr.write(hiding.text(traceback.format_exc()))
        what = hiding.text(f"{type(error).__name__}: {error}")
        sys.stderr.write(f"a fault of our own, please report it with the lines above: {what}\n")
        raise SystemExit(OUR_FAULT) from error


def _open_streams() -> None:
    """Make the streams such that printing cannot fail for what is printed.

    Without one (``>&-``) what is printed is lost; what the terminal's encoding has no sign for is
    escaped.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            stream = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - it stays open
            setattr(sys, name, stream)
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def build_runner(*, unsafe: bool = False) -> Runner:
    """Return a runner for this machine.

    Args:
        unsafe: Run generated code without isolation.

    Raises:
        RefusedError: what is said of a model is of no use.

    """
    from agent.knowledge import Library  # noqa: PLC0415 - only commands that run tasks need it
    from agent.resources import folder  # noqa: PLC0415 - the same
    from agent.runner import Runner  # noqa: PLC0415 - the same
    from agent.sandbox import Sandbox  # noqa: PLC0415 - the same
    from agent.settings import read_settings, trouble_with_cache  # noqa: PLC0415 - the same

    settings = read_settings()
    cache: Path | None = settings.cache
    if trouble := trouble_with_cache(settings.cache):
        sys.stderr.write(f"{trouble}; going on without a cache\n")
        cache = None
    return Runner(
        Library(folder("knowledge"), cache=cache and cache / "templates"),
        Sandbox(unsafe=unsafe),
        databases=settings.databases,
        unusable=settings.unusable,
        cache=cache,
        consult=_consult(settings.models),
        repair_rounds=settings.repair_rounds,
    )


async def open_service(
    runner: Runner | None = None, *, at_once: int = 1, observe: Observe | None = None
) -> Service:
    """Return the service over the database that the environment names; who asked closes it.

    Args:
        runner: What works on tasks in this process (None: nothing does).
        at_once: How many at a time.
        observe: Who looks on while tasks are worked on (None: the log alone).

    Raises:
        RefusedError: the database cannot be used.

    """
    from agent.service.database import open_database  # noqa: PLC0415 - only who serves needs it
    from agent.service.retention import Retention  # noqa: PLC0415 - the same
    from agent.service.service import Service  # noqa: PLC0415 - the same
    from agent.sessions.place import state_folder  # noqa: PLC0415 - the same
    from agent.settings import read_settings  # noqa: PLC0415 - the same

    here = f"sqlite:///{state_folder().absolute()}/service.db"
    settings = read_settings()
    database = await open_database(settings.database_url or here)
    retention = Retention(settings.retention_days or None, has_broker=bool(settings.bus))
    return Service(
        database,
        runner,
        at_once=at_once,
        retention=retention,
        observe=observe,
        most_waiting=settings.most_waiting or None,
    )


def _consult(configured: Configured) -> Consult | None:
    """Return what begins a task's consultation; None where there is no model."""
    if not configured.profiles:
        return None

    def begin() -> Consultation:
        from agent.llm.consultation import consult  # noqa: PLC0415 - only who asks pays for it
        from agent.prompts import Prompts  # noqa: PLC0415 - the same
        from agent.resources import folder  # noqa: PLC0415 - the same

        return consult(configured, Prompts(folder("prompts")))

    return begin


if __name__ == "__main__":
    main()
