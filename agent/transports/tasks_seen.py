"""What can be seen of a service's tasks, and done with them? The same here and over HTTP."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from agent.documents import Fault
from agent.errors import RefusedError
from agent.service.records import State

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from agent.service.records import StoredTask

CODE = "service"
"""Code of the fault that a service does not do what it was asked."""
_BEGINNING = re.compile(r"[0-9a-f-]{8,35}")
_MOST_NAMED = 3
TRIES, PAUSE = 60, 1.0
"""How often one looks again for events that break off, and after how many seconds."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A task as it is shown.

    ``caller`` is known to administrators, and where the database is at hand. ``level`` is what the
    verdict is of.
    """

    id: str
    status: State
    type: str
    name: str
    verdict: str
    turn: int
    cancel_requested: bool
    created: datetime
    changed: datetime
    caller: str = ""
    level: str = ""

    @classmethod
    def of(cls, task: StoredTask) -> Seen:
        """Return a kept task as it is shown."""
        return cls(
            id=task.id,
            status=task.state,
            type=task.about.get("type", ""),
            name=task.about.get("name", ""),
            verdict=task.about.get("verdict", ""),
            turn=task.turn,
            cancel_requested=task.cancel and task.state is State.WORKING,
            created=task.created,
            changed=task.changed,
            caller=task.caller,
            level=task.about.get("level", ""),
        )

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Seen:
        """Read what a service says of a task.

        Raises:
            KeyError, ValueError: it says something else.

        """
        return cls(
            id=str(data["taskId"]),
            status=State(data["status"]),
            type=str(data["type"]),
            name=str(data.get("name", "")),
            verdict=str(data.get("verdict", "")),
            turn=int(data["turn"]),
            cancel_requested=bool(data["cancelRequested"]),
            created=datetime.fromisoformat(data["created"]),
            changed=datetime.fromisoformat(data["changed"]),
            caller=str(data.get("caller", "")),
            level=str(data.get("level", "")),
        )

    @property
    def data(self) -> dict[str, Any]:
        """Return it as JSON data, as the service does; with the caller, where that is known."""
        told = {
            "taskId": self.id,
            "status": self.status.value,
            "type": self.type,
            "name": self.name or None,
            "verdict": self.verdict or None,
            "level": self.level or None,
            "turn": self.turn,
            "cancelRequested": self.cancel_requested,
            "created": self.created.isoformat(),
            "changed": self.changed.isoformat(),
            "caller": self.caller or None,
        }
        return {key: value for key, value in told.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Heard:
    """An event of a task; ``number`` is its place among all."""

    number: int
    name: str
    data: dict[str, Any]


class Tasks(Protocol):
    """The tasks of a service. Each method raises ``RefusedError`` for what it cannot do."""

    async def page(self, states: Sequence[State], limit: int, begins: str = "") -> list[Seen]:
        """Return tasks, the latest first; ``begins`` is how their ids begin."""
        ...

    async def get(self, task_id: str) -> Seen:
        """Return one."""
        ...

    async def answer(self, task_id: str) -> dict[str, Any] | None:
        """Return the output document of one; None where nothing came of it yet."""
        ...

    def events(self, task_id: str) -> AsyncIterator[Heard]:
        """Give its events from the first one on, until it ends or asks."""
        ...

    async def cancel(self, task_id: str) -> Seen:
        """Call one off."""
        ...

    async def retry(self, task_id: str) -> Seen:
        """Submit its request again, as a new one, which is returned."""
        ...


async def whole_id(known: Tasks, given: str) -> str:
    """Return the id of the one task whose id begins so; what is no beginning is given back.

    Raises:
        RefusedError: there is no such task, or there are several.

    """
    if not _BEGINNING.fullmatch(given):
        return given
    found = await known.page((), _MOST_NAMED + 1, given)
    if not found:
        raise no_task(given)
    if len(found) > 1:
        ids = ", ".join(each.id for each in found[:_MOST_NAMED])
        more = ", ..." if len(found) > _MOST_NAMED else ""
        raise refused(f"the ids of several tasks begin with {given}: {ids}{more}", "more of the id")
    return found[0].id


def no_task(task_id: str) -> RefusedError:
    """Return that there is no such task, or none that may be seen."""
    expected = "an id, as `tasks list` shows it, or its first 8 characters or more"
    return refused(f"there is no task {task_id!r}", expected)


def refused(message: str, expected: str | None = None) -> RefusedError:
    """Return why a service does not do what it was asked."""
    return RefusedError([Fault(code=CODE, message=message, expected=expected)])
