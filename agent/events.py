"""What happens while a task runs? One stream of typed events, from the runner to its viewers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.checks.prove import CheckEvent
    from agent.documents import GeneratedFile, Status


class Stage(StrEnum):
    """The stages of a task, in their order."""

    VALIDATE = "validate"
    PLAN = "plan"
    RENDER = "render"
    PROVE = "prove"
    HAND_OFF = "hand-off"


@dataclass(frozen=True, slots=True)
class TaskStarted:
    """A request was taken on."""

    task_id: str


@dataclass(frozen=True, slots=True)
class StageStarted:
    """A stage began."""

    stage: Stage


@dataclass(frozen=True, slots=True)
class StageFinished:
    """A stage ended well; ``summary`` says in a few words with what."""

    stage: Stage
    seconds: float
    summary: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """The whole project, of which the answer may show only a slice."""

    files: tuple[GeneratedFile, ...]


@dataclass(frozen=True, slots=True)
class TaskFinished:
    """The task came to an end; nothing follows."""

    task_id: str
    status: Status
    seconds: float


if TYPE_CHECKING:
    Event = TaskStarted | StageStarted | StageFinished | Rendered | CheckEvent | TaskFinished
    OnEvent = Callable[[Event], None]
