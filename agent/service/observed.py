"""Who looks on while a task is worked on? Logs always, and whoever else was asked to.

They see the same events as everybody. What one of them does wrong harms no task.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Protocol

from agent.log import about, also_about, event_lines, logger
from agent.telemetry.trace import trace_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from agent.events import Event, OnEvent
    from agent.service.records import StoredTask
    from agent.telemetry.trace import Trace


class Observe(Protocol):
    """What looks on: ``Spans.task`` of ``agent.telemetry.spans``, or another of its form."""

    def __call__(
        self, task_id: str, caller: str, trace: Trace, /
    ) -> AbstractContextManager[OnEvent]:
        """Give what listens to the events of one task."""
        ...


@contextmanager
def observed(task: StoredTask, observe: Observe | None = None) -> Iterator[OnEvent]:
    """Give what all who look on hear by; within, each line of the log says what it belongs to.

    Args:
        task: The task that is worked on.
        observe: Who looks on beside the log (None: nobody).

    """
    trace = trace_of(task.id, task.origin.trace)
    listeners: list[OnEvent] = [event_lines]
    with ExitStack() as stack:
        stack.enter_context(about(task=task.id, caller=task.caller, trace=trace.id))
        if observe is not None:
            try:
                listeners.append(stack.enter_context(observe(task.id, task.caller, trace)))
            except Exception:  # noqa: BLE001 - the task goes on, whoever cannot look on
                logger().exception("an-observer-failed")
        yield lambda event: _tell(listeners, event)


def mark(task: StoredTask) -> None:
    """Let lines that are logged from now on say that they belong to a task."""
    also_about(task=task.id, trace=trace_of(task.id, task.origin.trace).id)


def _tell(listeners: list[OnEvent], event: Event) -> None:
    for listener in listeners:
        try:
            listener(event)
        except Exception:  # noqa: BLE001 - as above
            logger().exception("an-observer-failed")
