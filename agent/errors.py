"""What can go wrong? Every exception of the project, in one tree.

AgentError
├── RefusedError            the request cannot be worked on; carries every fault
│   ├── ContractError       it breaks the input schema
│   ├── UnsupportedError    valid, but asks for something not supported yet
│   ├── SourceError         a source (spec language, SQL, words, ...) cannot be read
│   └── SpecError           the spec contradicts itself
├── QuestionError           input-required: the request leaves a question that we may not answer
├── EmitError               our own fault: a template or the library is wrong
├── SandboxError            the sandbox could not be set up or run
│   └── OverfullError       a job made too much of the database that it was given
├── ModelError              a language model gave nothing that can be used
│   ├── ModelDownError      no whole answer came: no connection, 5xx, broken or cut off
│   │   └── ModelBusyError  429: too many requests; knows for how long, where it was told
│   ├── ModelTimeoutError   no whole answer came in time
│   ├── ModelForeignError   what answers there does not speak Chat Completions (HTML, a redirect)
│   ├── ModelAccessError    the key is refused: 401, 403
│   │   └── ModelQuotaError the account has nothing left to spend
│   ├── ModelUnknownError   404: no such model, or no such base URL
│   ├── ModelRequestError   the server does not take the request: 400, 422
│   │   └── ModelContextError   it is longer than the model's context
│   └── ModelAnswerError    the model answered, and not what it was asked for
│       ├── ModelRefusalError   it declines
│       ├── ModelFilterError    a content filter stood in between
│       ├── ModelLengthError    it was stopped at the limit of its answer
│       ├── ModelEmptyError     it said nothing
│       └── ModelInvalidError   not valid, still, after all that was asked again
├── BudgetError             the task has used what it was given for models
├── ReportError             a job left a report that is too large to be read
└── OutputError             writing the project was refused (a file that is not ours is in the way)

No error of a model carries its key, or what was asked and answered. What it used is in the account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.documents import Fault, Question, Understood


class AgentError(Exception):
    """Root of every error that this project raises on purpose."""


class RefusedError(AgentError):
    """The request cannot be worked on. ``faults`` lists every reason, each with its place.

    ``understood`` is what words could be read as all the same.
    """

    def __init__(self, faults: Sequence[Fault], understood: Understood | None = None) -> None:
        """Keep all faults; the message shows the first."""
        self.faults = tuple(faults)
        self.understood = understood
        first = self.faults[0].message if self.faults else "refused"
        more = f" (and {len(self.faults) - 1} more)" if len(self.faults) > 1 else ""
        super().__init__(first + more)

    def __reduce__(self) -> tuple[type[Self], tuple[Any, ...]]:
        """Say how a copy in another process is made: not from the message alone."""
        return type(self), (self.faults, self.understood)


class ContractError(RefusedError):
    """The document breaks the input schema."""


class UnsupportedError(RefusedError):
    """The document is valid, but asks for something that is not supported yet."""


class SourceError(RefusedError):
    """A source could not be read; faults carry line and column."""


class SpecError(RefusedError):
    """The spec contradicts itself (an unknown target, a missing attribute, a clash)."""


class QuestionError(AgentError):
    """The request is too thin: it ends input-required with these questions.

    ``understood`` is what words could be read as all the same.
    """

    def __init__(self, questions: Sequence[Question], understood: Understood | None = None) -> None:
        """Keep the questions; each has an id of its own, as answers come by it."""
        self.questions = tuple(
            each.model_copy(update={"id": f"Q{number}"}) for number, each in enumerate(questions, 1)
        )
        self.understood = understood
        super().__init__(self.questions[0].text if self.questions else "input required")

    def __reduce__(self) -> tuple[type[Self], tuple[Any, ...]]:
        """Say how a copy in another process is made: not from the message alone."""
        return type(self), (self.questions, self.understood)


class EmitError(AgentError):
    """A template or the pattern library is wrong: our own fault, never the user's."""


class SandboxError(AgentError):
    """A sandboxed job could not be set up."""


class ModelError(AgentError):
    """A language model gave nothing that can be used."""


class ModelDownError(ModelError):
    """No whole answer came: no connection, 5xx, a broken answer, a stream that ended too soon."""


class ModelBusyError(ModelDownError):
    """Too many requests; ``retry_after`` are the seconds to stay away, where the server said."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        """Keep the seconds."""
        self.retry_after = retry_after
        super().__init__(message)


class ModelTimeoutError(ModelError):
    """No whole answer came in time."""


class ModelForeignError(ModelError):
    """What answers at the base URL does not speak Chat Completions."""


class ModelAccessError(ModelError):
    """The key is refused."""


class ModelQuotaError(ModelAccessError):
    """The account behind the key has nothing left to spend."""


class ModelUnknownError(ModelError):
    """The server knows no such model, or no such address."""


class ModelRequestError(ModelError):
    """The server does not take the request as it is."""


class ModelContextError(ModelRequestError):
    """The request is longer than the model's context."""


class ModelAnswerError(ModelError):
    """The model answered, and not what it was asked for."""


class ModelRefusalError(ModelAnswerError):
    """The model declines."""


class ModelFilterError(ModelAnswerError):
    """A content filter of the provider stood in between."""


class ModelLengthError(ModelAnswerError):
    """The answer was stopped at its limit."""


class ModelEmptyError(ModelAnswerError):
    """The model said nothing."""


class ModelInvalidError(ModelAnswerError):
    """The answer is not valid; ``problems`` say where and why, without what was answered."""

    def __init__(self, problems: Sequence[str]) -> None:
        """Keep all problems; the message shows the first."""
        self.problems = tuple(problems)
        more = f" (and {len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
        super().__init__(f"the answer is not valid: {self.problems[0]}{more}")

    def __reduce__(self) -> tuple[type[Self], tuple[Any, ...]]:
        """Say how a copy in another process is made: not from the message alone."""
        return type(self), (self.problems,)


class BudgetError(AgentError):
    """The task has used what it was given for models."""

    def __init__(self, bound: str, limit: float, used: float) -> None:
        """Keep which bound (calls, tokens, seconds, money), its limit and how much was used."""
        self.bound, self.limit, self.used = bound, limit, used
        super().__init__(f"the budget of {limit:g} {bound} for models is used up: {used:g}")


class OverfullError(SandboxError):
    """A job made too much of the database that it was given; it is gone."""


class ReportError(AgentError):
    """A job left a report that is too large to be read."""


class OutputError(AgentError):
    """The project was not written, because that would have destroyed something."""
