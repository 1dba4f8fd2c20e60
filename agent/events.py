"""What happens while a task runs? One stream of typed events, from the runner to its viewers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.checks.prove import CheckEvent
    from agent.documents import GeneratedFile, Purpose, Status


class Stage(StrEnum):
    """The stages of a task, in their order.

    ``WRITE`` is there where a model is asked for operations of their own, ``REPAIR`` where it is
    given findings; after a repair the project is rendered and proven again.
    """

    VALIDATE = "validate"
    PLAN = "plan"
    WRITE = "write"
    RENDER = "render"
    PROVE = "prove"
    REPAIR = "repair"
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
class ModelAsked:
    """A model is asked, or goes on answering; ``tokens`` is about how many it has said so far."""

    purpose: Purpose
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class ModelAnswered:
    """A model is no longer asked, whether its answer could be used or not: what it all took."""

    purpose: Purpose
    calls: int
    input_tokens: int
    output_tokens: int
    seconds: float


@dataclass(frozen=True, slots=True)
class EntityPlanned:
    """A model that is still answering has planned an entity: its lines in the spec language."""

    entity: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rendered:
    """The whole project, of which the answer may show only a slice; the last of them is it."""

    files: tuple[GeneratedFile, ...]


@dataclass(frozen=True, slots=True)
class TaskFinished:
    """The task came to an end; nothing follows."""

    task_id: str
    status: Status
    seconds: float


if TYPE_CHECKING:
    ModelEvent = ModelAsked | EntityPlanned | ModelAnswered
    Event = (
        TaskStarted
        | StageStarted
        | StageFinished
        | ModelEvent
        | Rendered
        | CheckEvent
        | TaskFinished
    )
    OnEvent = Callable[[Event], None]
