"""What can go wrong? Every exception of the project, in one tree.

AgentError
├── RefusedError            the request cannot be worked on; carries every fault
│   ├── ContractError       it breaks the input schema
│   ├── UnsupportedError    valid, but asks for something not supported yet
│   ├── SourceError         a source (spec language, SQL, ...) cannot be read
│   └── SpecError           the spec contradicts itself
├── QuestionError           input-required: the request leaves a question that we may not answer
├── EmitError               our own fault: a template or the library is wrong
├── SandboxError            the sandbox could not be set up or run
│   └── OverfullError       a job made too much of the database that it was given
├── ReportError             a job left a report that is too large to be read
└── OutputError             writing the project was refused (a file that is not ours is in the way)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.documents import Fault, Question


class AgentError(Exception):
    """Root of every error that this project raises on purpose."""


class RefusedError(AgentError):
    """The request cannot be worked on. ``faults`` lists every reason, each with its place."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Keep all faults; the message shows the first."""
        self.faults = tuple(faults)
        first = self.faults[0].message if self.faults else "refused"
        more = f" (and {len(self.faults) - 1} more)" if len(self.faults) > 1 else ""
        super().__init__(first + more)


class ContractError(RefusedError):
    """The document breaks the input schema."""


class UnsupportedError(RefusedError):
    """The document is valid, but asks for something that is not supported yet."""


class SourceError(RefusedError):
    """A source could not be read; faults carry line and column."""


class SpecError(RefusedError):
    """The spec contradicts itself (an unknown target, a missing attribute, a clash)."""


class QuestionError(AgentError):
    """The request is too thin: it ends input-required with these questions."""

    def __init__(self, questions: Sequence[Question]) -> None:
        """Keep the questions."""
        self.questions = tuple(questions)
        super().__init__(self.questions[0].text if self.questions else "input required")


class EmitError(AgentError):
    """A template or the pattern library is wrong: our own fault, never the user's."""


class SandboxError(AgentError):
    """A sandboxed job could not be set up."""


class OverfullError(SandboxError):
    """A job made too much of the database that it was given; it is gone."""


class ReportError(AgentError):
    """A job left a report that is too large to be read."""


class OutputError(AgentError):
    """The project was not written, because that would have destroyed something."""
