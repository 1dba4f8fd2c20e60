"""What does a session hold? Everything that a chat needs to go on, as data."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

from agent.documents import Question, Verdict, VerificationLevel
from agent.secrets import without_secrets
from agent.types import BackendSpec

if TYPE_CHECKING:
    from agent.documents import Usage

VERSION = 1
MOST_MESSAGES = 200
LONGEST_MESSAGE = 20_000
MOST_EARLIER = 20
"""Plans before the present one that are kept."""
LONGEST_TITLE = 60
_WORDS = frozenset({"description", "summary", "rule", "comment", "omitted"})
"""What in a plan is somebody's words."""


class _Kept(BaseModel):
    """Base of what is kept: immutable, and what a later version adds is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Message(_Kept):
    """Something that was said."""

    who: Literal["user", "agent"]
    text: str


class Pending(_Kept):
    """Words of which there is no plan yet, with the questions that they leave.

    ``document`` is the request as JSON data, ``answers`` are the answers so far.
    """

    document: str
    questions: tuple[Question, ...] = ()
    answers: tuple[str, ...] = ()


class Applied(_Kept):
    """What was written last: the plan, where, and when."""

    folder: str
    spec: BackendSpec
    at: datetime


class Spent(_Kept):
    """What models took, all in all; ``cost`` is None where a price is not known."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = 0.0
    seconds: float = 0.0

    def plus(self, usage: Usage | None) -> Spent:
        """Add what a task used."""
        if usage is None or not usage.model_calls:
            return self
        known = self.cost is not None and usage.cost is not None
        return Spent(
            calls=self.calls + usage.model_calls,
            input_tokens=self.input_tokens + usage.input_tokens,
            output_tokens=self.output_tokens + usage.output_tokens,
            cost=(self.cost or 0) + (usage.cost or 0) if known else None,
            seconds=round(self.seconds + usage.seconds, 3),
        )


class Session(_Kept):
    """One chat.

    ``folder`` is where it was begun; ``target`` where its project goes (None: a folder by the
    project's name). ``spec`` is the plan as it was given, not resolved; ``earlier`` are the plans
    before it, the latest last; ``questions`` are those that the plan leaves open. ``proven`` is
    what a proof of that ``level`` said of this very plan, whose project had the ``digest``.
    """

    version: int = VERSION
    id: str
    begun: datetime
    changed: datetime
    folder: str
    target: str | None = None
    messages: tuple[Message, ...] = ()
    spec: BackendSpec | None = None
    earlier: tuple[BackendSpec, ...] = ()
    pending: Pending | None = None
    questions: tuple[Question, ...] = ()
    proven: Verdict | None = None
    level: VerificationLevel | None = None
    digest: str | None = None
    applied: Applied | None = None
    spent: Spent = Spent()

    def told(self, who: Literal["user", "agent"], text: str) -> Session:
        """Add what was said, without the secrets in it; the oldest is forgotten."""
        message = Message(who=who, text=without_secrets(text)[:LONGEST_MESSAGE])
        return self.model_copy(update={"messages": (*self.messages, message)[-MOST_MESSAGES:]})

    def planned(self, spec: BackendSpec, questions: tuple[Question, ...]) -> Session:
        """Take a new plan, and remember the one before; words in it lose their secrets, too."""
        spec = worded(spec)
        earlier = self.earlier if self.spec is None else (*self.earlier, self.spec)
        return self.model_copy(
            update={
                "spec": spec,
                "earlier": earlier[-MOST_EARLIER:],
                "questions": harmless(questions),
                "pending": None,
                "proven": None,
                "digest": None,
            }
        )

    @property
    def proof(self) -> str:
        """Return in a few words what is proven of the plan."""
        if self.proven in {None, Verdict.NOT_RUN}:
            return "not checked"
        return f"{self.proven} at level {self.level}" if self.level else str(self.proven)

    @property
    def title(self) -> str:
        """Return what it is about, on one line."""
        first = next((each.text for each in self.messages if each.who == "user"), "")
        words = " ".join(first.split())
        name = f"{self.spec.name}: " if self.spec else ""
        return f"{name}{words}"[:LONGEST_TITLE]


def harmless(questions: tuple[Question, ...]) -> tuple[Question, ...]:
    """Hide the secrets in what questions quote."""
    return tuple(q.model_copy(update={"text": without_secrets(q.text)}) for q in questions)


def worded(spec: BackendSpec) -> BackendSpec:
    """Hide the secrets in what a plan quotes of somebody's words: descriptions, rules, comments."""
    data = spec.model_dump(mode="json", by_alias=True, exclude_unset=True)
    hidden = _hidden(data)
    return spec if hidden == data else BackendSpec.model_validate(hidden)


def _hidden(data: Any, *, are_words: bool = False) -> Any:  # noqa: ANN401 - JSON
    if isinstance(data, dict):
        return {key: _hidden(value, are_words=key in _WORDS) for key, value in data.items()}
    if isinstance(data, list):
        return [_hidden(each, are_words=are_words) for each in data]
    return without_secrets(data) if are_words and isinstance(data, str) else data


def now() -> datetime:
    """Return the time of this moment."""
    return datetime.now(UTC)
