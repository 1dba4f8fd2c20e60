"""What does a campaign show? Each claim, and what speaks against it."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from agent.contract import to_wire
from agent.events import Rendered
from agent.service.records import State
from agent.service.telling import PROGRESSED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.events import Event
    from agent.runner import Runner
    from benchmarks.chaos.campaign import Seen
    from benchmarks.chaos.requests import Asking, Called

SECONDS_TO_GO = 10.0


def lost(seen: Seen, requests: Sequence[Asking]) -> Iterator[str]:
    """Give the tasks that did not end as they should."""
    for each in requests:
        task = seen.tasks.get(each.number)
        if task is None or task.state is not State.COMPLETED or each.number not in seen.answers:
            state = task.state if task else "gone"
            yield f"request {each.number} ({each.kind}): {state}: {seen.answers.get(each.number)}"


def doubled(seen: Seen) -> Iterator[str]:
    """Give the messages that left twice, under whatever ids, or not at all."""
    sent = Counter((m.task, m.kind, m.to) for m in seen.messages if m.kind != PROGRESSED)
    for (which, kind, to), count in sent.items():
        if count > 1:
            yield f"{kind} of task {which} left {count} times for {to or 'its caller'}"
    read = [message.id for message in seen.messages]
    if read != seen.outbox:
        over = set(seen.outbox) - set(read)
        yield f"who reads by a cursor read {len(read)} of {len(seen.outbox)}, passed over {over}"
    expected = set()
    for number, task in seen.tasks.items():
        answer = json.loads(seen.answers.get(number, "{}"))
        for each in answer.get("handoffs", ()):
            expected.add(str(uuid5(UUID(task.id), each["to"])))
    found = {each.id for each in seen.messages if each.kind == "agent.handoff.requested"}
    yield from (f"handoff {each} did not leave" for each in expected - found)
    yield from (f"handoff {each} belongs to no answer" for each in found - expected)
    told = {message.task for message in seen.messages if message.kind == "agent.task.completed"}
    for task in seen.tasks.values():
        if task.id not in told:
            yield f"the end of task {task.id} was not told"


def paid_twice(seen: Seen, calls: Sequence[Called]) -> Iterator[str]:
    """Give the calls that were made again though an answer was kept, or nobody was killed."""
    for first, *more in _by_question(calls).values():
        before = first
        for call in more:
            kept = seen.kept.get(before.number)
            if kept is not None and kept < call.at:
                yield f"call {call.number} repeats {before.number}, whose answer was kept"
            ends = (*(at for at, _ in seen.kills), *seen.returns)
            if not any(before.at < at <= call.at for at in ends):
                yield f"call {call.number} repeats {before.number}, and nobody was killed between"
            before = call


def repeated(calls: Sequence[Called]) -> int:
    """Return how many calls were made again."""
    return len(calls) - len(_by_question(calls))


def _by_question(calls: Sequence[Called]) -> dict[tuple[int, str], list[Called]]:
    found: defaultdict[tuple[int, str], list[Called]] = defaultdict(list)
    for call in calls:
        found[call.request, call.question].append(call)
    return found


async def different(seen: Seen, requests: Sequence[Asking], undisturbed: Runner) -> Iterator[str]:
    """Give the tasks whose files or handoffs are not those of a run that nobody disturbs."""
    found = []
    for each in requests:
        task = seen.tasks.get(each.number)
        if task is None:
            continue
        files: dict[str, str] = {}

        def hear(event: Event, files: dict[str, str] = files) -> None:
            if isinstance(event, Rendered):
                files.clear()
                files.update({file.path: file.content for file in event.files})

        answer = to_wire(await undisturbed.run(each.document, hear, task_id=task.id))
        kept = json.loads(seen.answers.get(each.number, "{}"))
        if files != seen.files.get(each.number) or not files:
            found.append(f"request {each.number}: other files")
        if any(kept.get(key) != answer.get(key) for key in ("files", "handoffs", "status")):
            found.append(f"request {each.number}: another answer")
    return iter(found)


async def left_over(folder: Path) -> list[str]:
    """Give the processes and folders of sandboxes that are still there, after some seconds."""
    until = time.monotonic() + SECONDS_TO_GO
    while True:
        found = [*_processes(folder), *_folders(folder)]
        if not found or time.monotonic() > until:
            return found
        await asyncio.sleep(0.1)


def _folders(folder: Path) -> Iterator[str]:
    yield from (str(each) for each in folder.glob("python-specialist-*"))


def _processes(folder: Path) -> Iterator[str]:
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if str(folder) in command:
                yield f"process {process.name}: {command}"
