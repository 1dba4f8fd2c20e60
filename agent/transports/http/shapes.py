"""What goes over HTTP beside the documents of the contract? Small ones about tasks and messages."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, JsonValue, StringConstraints
from pydantic.json_schema import SkipJsonSchema

from agent.documents import Fault, Warn
from agent.documents.base import Ours, absent
from agent.service.records import Message, State, StoredTask

MOST_ANSWERS, MOST_IDS = 100, 500
LONGEST_ANSWER = 20_000
_ABSENT: Any = Field(default=None, exclude_if=absent)
Text = str | SkipJsonSchema[None]


class ProblemDocument(Ours):
    """Why a request was not done (RFC 9457). `errors` lists every fault of what was sent."""

    type: str = Field(description="Which kind of problem it is, as a URN.")
    title: str
    status: int
    detail: str
    request_id: str = Field(description="The X-Request-Id of this request.")
    task_id: Text = Field(default=None, exclude_if=absent, description="The task it is about.")
    errors: tuple[Fault, ...] | SkipJsonSchema[None] = _ABSENT


class TaskView(Ours):
    """A task and how far it is. `turn` counts how often its questions were answered."""

    task_id: str
    status: State
    type: str = Field(description="The type of the request.")
    name: Text = Field(default=None, exclude_if=absent, description="The project's name.")
    verdict: Text = Field(default=None, exclude_if=absent, description="What the proof came to.")
    level: Text = Field(
        default=None, exclude_if=absent, description="How much was checked for that verdict."
    )
    turn: int
    cancel_requested: bool = Field(description="It is worked on, and will end canceled.")
    created: datetime
    changed: datetime
    caller: Text = Field(
        default=None, exclude_if=absent, description="Who submitted it: administrators see it."
    )

    @classmethod
    def of(cls, task: StoredTask, sees: str | None) -> "TaskView":
        """Return a kept task as clients see it, who see their own tasks or everybody's (None)."""
        return cls(**_of(task), caller=task.caller if sees is None else None)


class AcceptedTask(TaskView):
    """A task that was accepted, with what in its request will not be used."""

    warnings: tuple[Warn, ...] = ()

    @classmethod
    def with_warnings(cls, task: StoredTask, warnings: tuple[Warn, ...]) -> "AcceptedTask":
        """Return it with what the door said of its request."""
        return cls(**_of(task), warnings=warnings)


def _of(task: StoredTask) -> dict[str, Any]:
    return {
        "task_id": task.id,
        "status": task.state,
        "type": task.about.get("type", ""),
        "name": task.about.get("name"),
        "verdict": task.about.get("verdict"),
        "level": task.about.get("level"),
        "turn": task.turn,
        "cancel_requested": task.cancel and task.state is State.WORKING,
        "created": task.created,
        "changed": task.changed,
    }


class TaskPage(Ours):
    """Tasks, the latest first. `next` is the cursor of the page behind; absent: there is none."""

    tasks: tuple[TaskView, ...]
    next: Text = _ABSENT


class Answers(Ours):
    """Answers to the questions of a task, by the id of the question."""

    answers: Annotated[
        dict[str, Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_ANSWER)]],
        Field(min_length=1, max_length=MOST_ANSWERS, examples=[{"Q1": "A horse has a name."}]),
    ]


class FileEntry(Ours):
    """One file of the project; `size` in bytes."""

    path: str
    type: str
    size: int
    sha256: str


class FileList(Ours):
    """All files of the project, by path."""

    files: tuple[FileEntry, ...]


class MessageView(Ours):
    """A message of the outbox. Its id stays the same, however often it is read."""

    cursor: int = Field(description="Its place: ask for what comes `after` it.")
    id: str
    type: str = Field(description="As the `type` of a CloudEvent: agent.task.completed, ...")
    to: Text = Field(default=None, exclude_if=absent, description="The agent that it is for.")
    task_id: str
    time: datetime
    acknowledged: bool
    data: dict[str, JsonValue]

    @classmethod
    def of(cls, message: Message) -> "MessageView":
        """Return a message as clients see it."""
        return cls(
            cursor=message.number,
            id=message.id,
            type=message.kind,
            to=message.to or None,
            task_id=message.task,
            time=message.at,
            acknowledged=message.acknowledged,
            data=message.data,
        )


class MessagePage(Ours):
    """Messages in their order. `next` is what to ask `after` for the following ones."""

    messages: tuple[MessageView, ...]
    next: int


class Acknowledgement(Ours):
    """Which messages were taken note of: they are not listed any more."""

    ids: Annotated[
        tuple[Annotated[str, StringConstraints(pattern="^[!-~]{1,64}$")], ...],
        Field(min_length=1, max_length=MOST_IDS),
    ]


class Acknowledged(Ours):
    """How many messages there were to take note of; those that were already do not count."""

    acknowledged: int


class SchemaEntry(Ours):
    """One published JSON Schema."""

    name: str
    title: str
    href: str


class SchemaList(Ours):
    """The schemas of the contract."""

    schemas: tuple[SchemaEntry, ...]


class PatternEntry(Ours):
    """One pattern of the library."""

    name: str
    description: str
    metadata: dict[str, str]


class PatternList(Ours):
    """The patterns that projects are made of."""

    patterns: tuple[PatternEntry, ...]


class PatternView(PatternEntry):
    """A pattern with its document (Markdown) and the paths of its templates."""

    document: str
    templates: tuple[str, ...]


class Health(Ours):
    """Whether the process answers, and can do its work; `worker` is absent where it has none."""

    status: str = Field(examples=["ok"])
    database: Text = _ABSENT
    worker: Text = _ABSENT
