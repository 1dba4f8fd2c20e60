"""What is answered? A result, questions, a refusal, or a cancellation."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from agent.documents.base import Ours, Published, absent
from agent.documents.notes import Fault, Question, Understood, Warn
from agent.documents.proof import GeneratedFile, Proof, Repair
from agent.types import BackendSpec


class Architecture(Published):
    """The shape of the solution."""

    framework: str
    pattern: Literal["layered", "clean", "hexagonal", "ddd"] = "layered"
    structure: dict[str, Any]
    async_support: bool = True


class Dependencies(Published):
    """What the project installs, as requirement strings."""

    production: tuple[str, ...] = ()
    development: tuple[str, ...] = ()
    optional: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class DockerConfiguration(Published):
    """The container files, as text."""

    dockerfile: str | SkipJsonSchema[None] = Field(default=None, exclude_if=absent)
    compose: str | SkipJsonSchema[None] = Field(default=None, exclude_if=absent)


class Configuration(Published):
    """The project's tool configuration, as data."""

    pyproject: dict[str, Any] = Field(default_factory=dict)
    ruff: dict[str, Any] = Field(default_factory=dict)
    mypy: dict[str, Any] = Field(default_factory=dict)
    pytest: dict[str, Any] = Field(default_factory=dict)
    docker: DockerConfiguration = DockerConfiguration()


class Solution(Published):
    """The project, or the slice of it that the request asked for."""

    architecture: Architecture
    files: tuple[GeneratedFile, ...]
    dependencies: Dependencies = Dependencies()
    configuration: Configuration = Configuration()


class PatternUse(Published):
    """A pattern that the project uses, and why."""

    name: str
    rationale: str
    implementation: str = ""


class ModelField(Published):
    """One field of a pydantic model."""

    name: str
    type: str
    validation: str = ""


class PydanticModel(Published):
    """One pydantic model of the project."""

    name: str
    purpose: str = ""
    fields: tuple[ModelField, ...] = ()


class SecurityMeasure(Published):
    """One measure that the generated project really has."""

    type: Literal[
        "authentication",
        "authorization",
        "input-validation",
        "rate-limiting",
        "cors",
        "sql-injection",
        "xss-prevention",
    ]
    implementation: str


class Security(Published):
    """What protects the project, and what does not."""

    measures: tuple[SecurityMeasure, ...] = ()
    vulnerabilities: tuple[str, ...] = ()


class Coverage(Published):
    """How much the tests are to cover (percent), with which kinds of test."""

    target: int
    types: tuple[Literal["unit", "integration", "e2e"], ...] = ()


class TestFile(Published):
    """One test file of the project."""

    __test__ = False

    path: str
    type: Literal["unit", "integration", "e2e"]
    description: str = ""


class TestFixture(Published):
    """One pytest fixture of the project."""

    __test__ = False

    name: str
    scope: Literal["function", "class", "module", "session"] = "function"
    purpose: str = ""


class Testing(Published):
    """How the project is tested."""

    framework: Literal["pytest", "unittest"] = "pytest"
    coverage: Coverage
    test_files: tuple[TestFile, ...] = ()
    fixtures: tuple[TestFixture, ...] = ()


class CiCd(Published):
    """The workflow that ships with the project."""

    workflow: str = ""
    stages: tuple[str, ...] = ()


class Deployment(Published):
    """Where the project runs, with what."""

    platform: Literal["azure-app-service", "azure-container-apps", "azure-functions", "kubernetes"]
    configuration: dict[str, Any] = Field(default_factory=dict)
    cicd: CiCd = CiCd()


class MainHandoff(Published):
    """The first and main handoff, in the published form."""

    next_agent: str
    reason: str
    context: dict[str, Any] = Field(default_factory=dict)


class Status(StrEnum):
    """How the task ended."""

    COMPLETED = "completed"
    FAILED = "failed"
    INPUT_REQUIRED = "input-required"
    REJECTED = "rejected"
    CANCELED = "canceled"


class HandoffMessage(Ours):
    """A message to another agent; ``payload`` is valid input for that agent."""

    to: str
    reason: str
    payload: dict[str, Any]
    message_id: str


class Purpose(StrEnum):
    """What a language model is asked for."""

    PLAN = "plan"
    CODE = "code"
    REPAIR = "repair"


class ModelUsage(Ours):
    """What one model consumed for one purpose, and the prompts (``name@version``) it was given."""

    purpose: Purpose
    model: str
    prompts: tuple[str, ...] = ()
    calls: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None
    seconds: float = 0.0


class Usage(Ours):
    """What the task consumed.

    ``seconds`` are those of the whole task. Cached tokens are among the input tokens. ``cost`` is
    left open where the price of a model that was asked is not known. ``estimated_calls`` counts
    the calls whose server did not say how many tokens they took.
    """

    model_calls: int = 0
    estimated_calls: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None
    seconds: float = 0.0
    models: tuple[ModelUsage, ...] = ()


UsageOfModels = Annotated[
    Usage | SkipJsonSchema[None],
    Field(
        exclude_if=absent, description="What the task consumed; absent where no model was asked."
    ),
]
"""Of an answer without a solution, which tells of it only where a model was asked."""


class Selection(Ours):
    """Which framework was chosen, and why."""

    framework: str
    reasons: tuple[str, ...] = ()


class Result(Published):
    """An answer that carries a solution (status completed or failed)."""

    task_id: str
    status: Literal[Status.COMPLETED, Status.FAILED]
    solution: Solution
    patterns: tuple[PatternUse, ...] = ()
    pydantic_models: tuple[PydanticModel, ...] = ()
    security: Security = Security()
    testing: Testing
    deployment: Deployment
    handoff: MainHandoff | SkipJsonSchema[None] = Field(default=None, exclude_if=absent)
    handoffs: tuple[HandoffMessage, ...] = ()
    spec: BackendSpec
    assumptions: tuple[Question, ...] = ()
    open_questions: tuple[Question, ...] = ()
    warnings: tuple[Warn, ...] = ()
    proof: Proof
    repairs: tuple[Repair, ...] = ()
    usage: Usage = Usage()
    selection: Selection


class Questions(Ours):
    """An answer that asks back: the task waits for input."""

    task_id: str
    status: Literal[Status.INPUT_REQUIRED] = Status.INPUT_REQUIRED
    open_questions: tuple[Question, ...]
    assumptions: tuple[Question, ...] = ()
    warnings: tuple[Warn, ...] = ()
    usage: UsageOfModels = None
    understood: Understood | SkipJsonSchema[None] = Field(default=None, exclude_if=absent)


class Refusal(Ours):
    """An answer that says why nothing was built."""

    task_id: str | None = None
    status: Literal[Status.REJECTED] = Status.REJECTED
    errors: tuple[Fault, ...]
    warnings: tuple[Warn, ...] = ()
    usage: UsageOfModels = None
    understood: Understood | SkipJsonSchema[None] = Field(default=None, exclude_if=absent)


class Failure(Ours):
    """An answer without a solution: what the task needed did not do its part.

    The ``code`` of an error says what: ``model``, ``budget``, or ``broken-off`` (a process that
    computed for it was killed); of a service also ``set-aside`` and ``internal``.
    """

    task_id: str
    status: Literal[Status.FAILED] = Status.FAILED
    errors: tuple[Fault, ...]
    warnings: tuple[Warn, ...] = ()
    usage: UsageOfModels = None


class Cancellation(Ours):
    """An answer to a task that was called off."""

    task_id: str
    status: Literal[Status.CANCELED] = Status.CANCELED
    usage: UsageOfModels = None


Answer = Result | Questions | Refusal | Failure | Cancellation
