"""How are tasks shown? To people as tables, to programs as JSON."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from agent.log import goes_on
from agent.transports.cli_json import print_json
from agent.transports.cli_summary import Section, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.transports.tasks_seen import Heard, Seen

_LISTED = ("id", "status", "type", "name", "verdict", "caller", "created")


def show_page(tasks: Sequence[Seen], *, as_json: bool) -> None:
    """Show tasks as a table; ``as_json``: as one document."""
    if as_json:
        print_json({"tasks": [task.data for task in tasks]}, indent=2)
        return
    rows = [
        (
            task.id,
            _status(task),
            task.type,
            printable(task.name),
            f"{task.verdict} ({task.level})" if task.level else task.verdict,
            printable(task.caller),
            f"{task.created:%Y-%m-%d %H:%M:%S}",
        )
        for task in tasks
    ]
    show([Section(f"{len(rows) or 'No'} tasks", rows, _LISTED if rows else ())])


def show_task(task: Seen, answer: dict[str, Any] | None, *, as_json: bool) -> None:
    """Show a task with what came of it."""
    if as_json:
        print_json({"task": task.data, "answer": answer}, indent=2)
        return
    told = {**task.data, "status": _status(task)}
    facts = [(key, printable(str(value))) for key, value in told.items()]
    show([Section(f"Task {task.id}", facts), *_of_answer(answer or {})])


def show_changed(task: Seen, what: str, *, as_json: bool) -> None:
    """Show in one line what became of a task."""
    if as_json:
        print_json({"task": task.data}, indent=2)
    else:
        sys.stdout.write(f"{what} {task.id}: {_status(task)}\n")


def show_event(event: Heard, *, as_json: bool) -> None:
    """Show an event as one line; what only goes on is for programs."""
    if as_json:
        print_json({"id": event.number, "event": event.name, **event.data})
    elif not goes_on(event.name):
        facts = (f"{key}={_short(value)}" for key, value in event.data.items() if key != "at")
        sys.stdout.write(f"{event.name}  {' '.join(facts)}".rstrip() + "\n")
        sys.stdout.flush()


def printable(text: str) -> str:
    """Return a text that does nothing to a terminal: it was somebody's who sent a request."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def _status(task: Seen) -> str:
    return f"{task.status} (cancel requested)" if task.cancel_requested else str(task.status)


def _of_answer(answer: dict[str, Any]) -> Iterator[Section]:
    """Give what people look for in an output document."""
    checks = answer.get("proof", {}).get("checks", ())
    if checks:
        rows = [(each["name"], each["outcome"], each.get("summary") or "") for each in checks]
        yield Section("Checks", [tuple(map(printable, row)) for row in rows])
    for key, title in (("openQuestions", "Questions"), ("errors", "Errors")):
        texts = [
            f"{each.get('id', '')} {each.get('text') or each.get('message', '')}".strip()
            for each in answer.get(key, ())
        ]
        if texts:
            yield Section(title, [(printable(text),) for text in texts])


def _short(value: object) -> str:
    return f"[{len(value)}]" if isinstance(value, list | dict) else printable(str(value))
