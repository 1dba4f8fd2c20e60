"""What does a conversation tell? Plain data, which a transport shows in its own way."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.applying import Changes, Undone, Written
    from agent.documents import (
        Cancellation,
        Failure,
        GeneratedFile,
        Question,
        Questions,
        Refusal,
        Result,
        Warn,
    )
    from agent.sessions.session import Session
    from agent.types import BackendSpec


class Waiting(StrEnum):
    """What a conversation waits for."""

    MESSAGE = "message"
    ANSWER = "answer"
    CONSENT = "consent"
    NOTHING = "nothing"  # it is over


@dataclass(frozen=True, slots=True)
class PlanTold:
    """A plan, as it now stands.

    ``given`` is what was said, ``spec`` the same resolved. ``diff`` are the lines in which the
    language's text of it differs from the plan before (empty: there was none). ``assumptions`` are
    those that the plan before did not have.
    """

    given: BackendSpec
    spec: BackendSpec
    diff: tuple[str, ...] = ()
    assumptions: tuple[Question, ...] = ()
    warnings: tuple[Warn, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the ``number``-th of ``count``; the conversation waits for its answer."""

    question: Question
    number: int
    count: int


@dataclass(frozen=True, slots=True)
class NotPlanned:
    """Why a message did not become a plan; ``name`` is what its places are in.

    ``asks``: its questions follow, one at a time.
    """

    answer: Refusal | Questions | Failure | Cancellation
    name: str
    asks: bool = False


@dataclass(frozen=True, slots=True)
class ProofTold:
    """The project of a plan, and what its proof said; ``warnings`` no one was told of before."""

    result: Result
    files: tuple[GeneratedFile, ...]
    warnings: tuple[Warn, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangesTold:
    """What would become of the target folder; ``whole``: with the text of every difference."""

    changes: Changes
    whole: bool = False


@dataclass(frozen=True, slots=True)
class ConsentAsked:
    """Whether the project is to be written; ``why`` is a reason to think twice (or nothing)."""

    folder: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Applied:
    """The project was written."""

    written: Written


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The last apply was undone."""

    undone: Undone


@dataclass(frozen=True, slots=True)
class SessionsTold:
    """The sessions there are; ``current`` is the id of this one."""

    sessions: tuple[Session, ...]
    current: str


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it is: a plan in the spec language, a diff."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of words below a title."""

    title: str
    rows: tuple[tuple[str, ...], ...]


class Trouble(StrEnum):
    """Why something did not go as wanted."""

    REFUSED = "refused"  # it was said wrongly, or there is nothing to do it with
    NOT_DONE = "not-done"  # something was not written, or not taken back
    FAULT = "fault"  # of our own


@dataclass(frozen=True, slots=True)
class Note:
    """A line for the reader; ``trouble``: why something did not go as wanted (None: it did)."""

    text: str
    trouble: Trouble | None = None


if TYPE_CHECKING:
    Told = (
        PlanTold
        | Asked
        | NotPlanned
        | ProofTold
        | ChangesTold
        | ConsentAsked
        | Applied
        | TakenBack
        | SessionsTold
        | Text
        | Table
        | Note
    )
    Tell = Callable[[Told], None]
