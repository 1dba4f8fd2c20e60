"""What is known of a task, a message and a caller? As data, whatever keeps it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime


class State(StrEnum):
    """How far a task is. Workers take what is submitted; the last four are its end."""

    SUBMITTED = "submitted"
    WORKING = "working"
    INPUT_REQUIRED = "input-required"
    COMPLETED = "completed"
    FAILED = "failed"
    REJECTED = "rejected"
    CANCELED = "canceled"

    @property
    def is_end(self) -> bool:
        """Tell whether nothing more happens to the task by itself, or by an answer."""
        return self in _ENDS


_ENDS = frozenset({State.COMPLETED, State.FAILED, State.REJECTED, State.CANCELED})


class Wire(StrEnum):
    """How a task came, which is how it is answered."""

    HTTP = "http"
    CLOUDEVENTS = "cloudevents"
    ENVELOPE = "envelope"  # the siblings' own


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a task came from, and what its answers are to carry.

    ``source`` is the agent that sent it, ``correlation`` its own id for what it belongs to,
    ``trace`` a W3C ``traceparent``, ``reply_to`` the subject that answers go to (empty: the usual
    one).
    """

    wire: Wire = Wire.HTTP
    source: str = ""
    correlation: str = ""
    trace: str = ""
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class StoredTask:
    """A task as it is kept.

    ``caller`` is who submitted it: nobody else sees it. ``document`` is the request as JSON text,
    and ``answers`` are the questions that were answered so far, each with its answer: both are long
    and not read where a task is only looked at (None, and none). ``worker`` is who has it.
    ``attempt`` counts how often a worker took it since it was submitted or answered, without those
    that gave it back themselves; ``turn`` how often it was answered. ``setbacks`` counts the
    workers that were gone with it since anything new of it was kept. ``about`` holds what lists
    show: ``type``, ``name``, ``verdict`` and its ``level``, where they are known. ``kept`` is what
    was paid for already, read where a worker takes it: digests of what was asked, with answers.
    """

    id: str
    caller: str
    state: State
    created: datetime
    changed: datetime
    document: str | None = None
    origin: Origin = field(default_factory=Origin)
    answers: tuple[tuple[str, str], ...] = ()
    turn: int = 0
    attempt: int = 0
    setbacks: int = 0
    worker: str | None = None
    cancel: bool = False
    about: dict[str, str] = field(default_factory=dict)
    kept: tuple[tuple[str, str], ...] = ()

    def request(self, said: Iterable[str]) -> str:
        """Return the request as it came, with answers to its questions, as JSON text.

        What is no part of the contract stays, so that it is told of again.
        """
        if self.document is None:
            raise AssertionError("the request of this task was not read")
        answers = [each for each in said if each.strip()]
        if not answers:
            return self.document
        document = json.loads(self.document)
        request = document["request"]
        request["requirements"] = [*request.get("requirements", ()), *answers]
        return json.dumps(document)


class Place(Protocol):
    """Where a page of tasks ends: a task, or what is left of one. ``created`` comes first."""

    @property
    def created(self) -> datetime: ...  # noqa: D102 - as of a task

    @property
    def id(self) -> str: ...  # noqa: D102 - as of a task


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What came of a task: the answer as JSON text, and the whole project (path -> text)."""

    answer: str
    files: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ending:
    """What comes of a task, before it is kept: its answer as JSON data, and the whole project.

    ``about`` is what is known of it for lists. It is an end, or ``input-required``.
    """

    state: State
    answer: dict[str, Any]
    files: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event of a task; ``number`` grows over all tasks."""

    number: int
    task: str
    name: str
    data: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that is to leave, before it is kept.

    ``id`` is the same however often it is made: of a handoff, that of the handoff itself. ``kind``
    is the type of the CloudEvent, such as ``agent.task.completed``; ``to`` the agent that it is for
    (empty: whoever submitted the task).
    """

    id: str
    kind: str
    data: dict[str, Any]
    to: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A message that leaves at least once, under an id that stays. ``number`` is its cursor."""

    number: int
    id: str
    task: str
    caller: str
    kind: str
    to: str
    data: dict[str, Any]
    origin: Origin
    at: datetime
    acknowledged: bool = False


class Scope(StrEnum):
    """What a key allows."""

    SUBMIT = "submit"
    READ = "read"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the service, without the secret: of that only a hash is kept."""

    id: str
    name: str
    scopes: frozenset[Scope]
    created: datetime
    revoked: datetime | None = None
