"""What is a sender told about its request? Faults, warnings, questions and assumptions."""

from agent.documents.base import Ours


class Fault(Ours):
    """One reason for a refusal: what, where (JSON Pointer, line, column), and what is right."""

    code: str
    message: str
    pointer: str = ""
    line: int | None = None
    column: int | None = None
    expected: str | None = None


class Warn(Ours):
    """Something the sender should know that stopped nothing."""

    code: str
    message: str
    pointer: str = ""


class UnderstoodEntity(Ours):
    """An entity as it was read from words: its attributes and relations in the spec language."""

    name: str
    attributes: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    line: int | None = None
    column: int | None = None


class Understood(Ours):
    """What was understood of words that are not enough to build from.

    ``coverage`` is the share of the words that were understood and ``needed`` the least that is
    built from, both from 0 to 1. ``draft`` is a text in the spec language, to correct and to run.
    """

    coverage: float
    needed: float
    entities: tuple[UnderstoodEntity, ...] = ()
    draft: str


class Question(Ours):
    """A question left open, or an assumption made in its place."""

    id: str
    text: str
    about: str = ""
