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


class Question(Ours):
    """A question left open, or an assumption made in its place."""

    id: str
    text: str
    about: str = ""
