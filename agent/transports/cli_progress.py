"""How does a person see a task run? Live on a terminal, else as plain lines; always on stderr."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from agent.events import ModelAnswered, ModelAsked, StageFinished, StageStarted, TaskFinished

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console
    from rich.status import Status

    from agent.documents import CheckReport
    from agent.events import Event, OnEvent

ASKING = "asking a model"


@contextmanager
def progress() -> Iterator[OnEvent]:
    """Give a listener that shows events for as long as the context lasts."""
    if not sys.stderr.isatty():
        yield show_line
        return
    import rich.console  # noqa: PLC0415 - only a terminal needs it

    console = rich.console.Console(stderr=True, highlight=False)
    running: list[str] = []

    with console.status("...") as status:
        yield lambda event: _show_live(event, console, status, running)


def show_line(event: Event) -> None:
    """Show what ended, as one plain line."""
    line = _line(event)
    if line:
        sys.stderr.write(f"{line}\n")


def _show_live(event: Event, console: Console, status: Status, running: list[str]) -> None:
    """Print what ended above a line that names what is running."""
    if isinstance(event, ModelAsked | ModelAnswered):
        running[:] = [name for name in running if not name.startswith(ASKING)]
    name, begins = _running(event)
    if begins:
        running.append(name)
    elif name in running:
        running.remove(name)
    line = _line(event)
    if line:
        console.print(line, style=_style(event), markup=False)
    status.update(", ".join(running) or "...")


def _running(event: Event) -> tuple[str, bool]:
    if isinstance(event, StageStarted | StageFinished):
        return event.stage.value, isinstance(event, StageStarted)
    if isinstance(event, ModelAsked):
        so_far = f", about {event.tokens} tokens so far" if event.tokens else ""
        return f"{ASKING}{so_far}", True
    report = _report(event)
    if report is not None:
        return report.name.value, False
    name = getattr(event, "name", None)
    return (str(name), True) if name is not None else ("", False)


def _line(event: Event) -> str:
    if isinstance(event, StageFinished):
        return f"{event.stage.value:<12}{event.summary} ({event.seconds:.2f} s)"
    report = _report(event)
    if report is not None:
        told = ": ".join(filter(None, (report.summary, report.reason)))
        more = f", {told}" if told else ""
        return f"  {report.name.value:<12}{report.outcome.value}{more} ({report.seconds:.2f} s)"
    if isinstance(event, ModelAnswered):
        took = f"{event.calls} call{'s' if event.calls > 1 else ''}"
        tokens = f"{event.input_tokens} tokens in, {event.output_tokens} out"
        return f"  {'model':<12}{took}, {tokens} ({event.seconds:.2f} s)"
    if isinstance(event, TaskFinished):
        return f"{event.status.value} after {event.seconds:.2f} s"
    return ""


def _style(event: Event) -> str:
    report = _report(event)
    if report is None:
        return "dim"
    return {"passed": "green", "failed": "bold red"}.get(report.outcome.value, "yellow")


def _report(event: Event) -> CheckReport | None:
    # by its attribute: the class stands beside the checks, which a run without proof never loads
    report: CheckReport | None = getattr(event, "report", None)
    return report
