"""What goes over the wire? The input document, the answers, and what they are made of.

The published levels (``request``, ``context``, ``constraints``, ``solution``, ...) tolerate unknown
keys; what this project adds refuses them. Wire names are camelCase.

Where the published contract names no bounds and no item type, neither do these types: what is
valid there but makes no sense is refused later, as unsupported. A published key of an answer that
has no value is left out, never null.
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, WithJsonSchema
from pydantic.alias_generators import to_camel
from pydantic.json_schema import SkipJsonSchema

from agent.types import BackendSpec, Number


def _as_text(item: object) -> str:
    """Return text as it is, and any other JSON value written as JSON."""
    return item if isinstance(item, str) else json.dumps(item, ensure_ascii=False)


Words = Annotated[str, BeforeValidator(_as_text), WithJsonSchema({})]
"""An item of a list whose item type the published contract leaves open."""


def _absent(value: object) -> bool:
    """Tell whether a key of an answer has no value and is left out."""
    return value is None


class Published(BaseModel):
    """Base of the published levels: unknown keys are tolerated, and reported as warnings."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="ignore",
        frozen=True,
        serialize_by_alias=True,
        json_schema_extra={"additionalProperties": True},
    )


class Ours(BaseModel):
    """Base of what this project adds to the contract: closed."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        frozen=True,
        serialize_by_alias=True,
    )


# --- input ---------------------------------------------------------------------------------------


class RequestType(StrEnum):
    """What a request asks for; several types share a handler."""

    ARCHITECTURE = "architecture"
    API_DESIGN = "api-design"
    MIDDLEWARE = "middleware"
    DATABASE_INTEGRATION = "database-integration"
    AUTHENTICATION = "authentication"
    PERFORMANCE = "performance"
    TESTING = "testing"
    MIGRATION = "migration"
    ASYNC_PATTERNS = "async-patterns"
    ENDPOINTS = "endpoints"
    MODELS = "models"
    TESTS = "tests"


class Framework(StrEnum):
    """The published frameworks, and ``auto``: chosen by the selection guide."""

    FASTAPI = "fastapi"
    DJANGO = "django"
    FLASK = "flask"
    STARLETTE = "starlette"
    AUTO = "auto"


class Request(Published):
    """What is asked for, in what words."""

    type: RequestType
    framework: Framework
    description: str
    requirements: tuple[str, ...] = ()


class DatabaseContext(Published):
    """The database that the project is to use."""

    type: Literal["postgresql", "mysql", "mongodb", "sqlite", "mssql"] | None = None
    orm: Literal["sqlalchemy", "tortoise-orm", "django-orm", "odmantic", "beanie"] | None = None
    async_support: bool = True


class AuthenticationContext(Published):
    """How clients are to sign in."""

    method: Literal["jwt", "session", "oauth2", "azure-ad", "api-key"] | None = None
    providers: tuple[Words, ...] = ()


class SourceFormat(StrEnum):
    """The formats of a source document."""

    SQL = "sql"
    OPENAPI = "openapi"
    DBML = "dbml"
    JDL = "jdl"
    PRISMA = "prisma"
    MERMAID = "mermaid"
    SPEC = "spec"
    TEXT = "text"


class Source(Ours):
    """A document to read the plan from."""

    format: SourceFormat
    content: str
    dialect: str | None = None
    name: str | None = None


class Context(Published):
    """What surrounds the request: project, database, authentication, spec and sources."""

    project_name: str | None = None
    existing_structure: dict[str, Any] | None = None
    python_version: str | None = None
    type_hints_enabled: bool = True
    database: DatabaseContext | None = None
    authentication: AuthenticationContext | None = None
    spec: BackendSpec | None = None
    sources: tuple[Source, ...] = ()


class PerformanceTargets(Published):
    """How fast (milliseconds), and for how many requests at once."""

    max_response_time: Number | None = None
    concurrent_requests: Number | None = None


class CodeStandards(Published):
    """The tools that the code is to satisfy."""

    linter: Literal["ruff", "flake8", "pylint"] | None = None
    formatter: Literal["black", "ruff", "yapf"] | None = None
    type_checker: Literal["mypy", "pyright", "pyre"] | None = None
    test_coverage: int | None = None


class VerificationLevel(StrEnum):
    """How much is proven before the answer is given."""

    NONE = "none"
    FAST = "fast"
    STANDARD = "standard"
    FULL = "full"


class Constraints(Published):
    """Limits that the project is to keep."""

    performance_targets: PerformanceTargets | None = None
    security_requirements: tuple[Words, ...] = ()
    code_standards: CodeStandards | None = None
    verification: VerificationLevel = VerificationLevel.STANDARD


class AzureIntegration(Published):
    """Azure services around the project."""

    services: tuple[
        Literal[
            "app-service",
            "container-apps",
            "functions",
            "service-bus",
            "storage",
            "cosmos-db",
            "key-vault",
            "openai",
        ],
        ...,
    ] = ()


class MessagingIntegration(Published):
    """A message broker."""

    type: Literal["service-bus", "rabbitmq", "kafka", "redis-pub-sub"] | None = None


class CachingIntegration(Published):
    """A cache."""

    type: Literal["redis", "memcached", "in-memory"] | None = None


class AiIntegration(Published):
    """A model provider that the generated backend is to call."""

    provider: Literal["azure-openai", "openai", "anthropic", "local"] | None = None
    features: tuple[Literal["embeddings", "chat", "completion", "vision"], ...] = ()


class Integrations(Published):
    """What the project is to talk to."""

    azure: AzureIntegration | None = None
    messaging: MessagingIntegration | None = None
    caching: CachingIntegration | None = None
    ai: AiIntegration | None = None


class InputDocument(Published):
    """One request, as any agent or person sends it. Only ``request`` is required."""

    request: Request
    context: Context = Context()
    constraints: Constraints = Constraints()
    integrations: Integrations = Integrations()
    source: str | None = None


# --- what answers are made of --------------------------------------------------------------------


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


class FileType(StrEnum):
    """The published types of a generated file."""

    ROUTER = "router"
    SERVICE = "service"
    REPOSITORY = "repository"
    MIDDLEWARE = "middleware"
    MODEL = "model"
    SCHEMA = "schema"
    DEPENDENCY = "dependency"
    CONFIG = "config"
    TEST = "test"
    MIGRATION = "migration"


class GeneratedFile(Ours):
    """One file of the project; ``path`` is relative, with forward slashes."""

    path: str
    content: str
    type: FileType
    description: str = ""
    pattern: str = ""


class FindingLevel(StrEnum):
    """How bad a finding is (SARIF's words)."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Finding(Ours):
    """One problem that a check reports."""

    level: FindingLevel = FindingLevel.ERROR
    message: str
    path: str | None = None
    line: int | None = None


class CheckName(StrEnum):
    """The checks, in the order in which they are reported."""

    SYNTAX = "syntax"
    FORMAT = "format"
    LINT = "lint"
    IMPORT = "import"
    OPENAPI = "openapi"
    TYPES = "types"
    MODEL = "model"
    MIGRATIONS = "migrations"
    TESTS = "tests"
    FUZZ = "fuzz"
    DATABASE = "database"


class Outcome(StrEnum):
    """How a check ended; ``skipped`` and ``not-run`` carry a reason."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    NOT_RUN = "not-run"


class CheckReport(Ours):
    """One check: what was run, what came out, how long it took (seconds)."""

    name: CheckName
    outcome: Outcome
    reason: str | None = None
    command: str | None = None
    seconds: float = 0.0
    findings: tuple[Finding, ...] = ()
    summary: str | None = None


class Verdict(StrEnum):
    """What the checks say together."""

    PROVEN = "proven"
    INCOMPLETE = "incomplete"
    FAILED = "failed"
    NOT_RUN = "not-run"


class Isolation(StrEnum):
    """Where the generated code ran."""

    NONE = "none"
    PROCESS = "process"
    SANDBOX = "sandbox"


class Proof(Ours):
    """What was run on the generated project, and what came out."""

    level: VerificationLevel
    verdict: Verdict
    isolation: Isolation = Isolation.NONE
    python: str = ""
    versions: dict[str, str] = Field(default_factory=dict)
    checks: tuple[CheckReport, ...] = ()
    unimplemented: tuple[str, ...] = ()


class HandoffMessage(Ours):
    """A message to another agent; ``payload`` is valid input for that agent."""

    to: str
    reason: str
    payload: dict[str, JsonValue]
    message_id: str


class Usage(Ours):
    """What the task consumed."""

    model_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None
    seconds: float = 0.0


class Selection(Ours):
    """Which framework was chosen, and why."""

    framework: str
    reasons: tuple[str, ...] = ()


# --- output --------------------------------------------------------------------------------------


class Architecture(Published):
    """The shape of the solution."""

    framework: str
    pattern: Literal["layered", "clean", "hexagonal", "ddd"] = "layered"
    structure: dict[str, JsonValue]
    async_support: bool = True


class Dependencies(Published):
    """What the project installs, as requirement strings."""

    production: tuple[str, ...] = ()
    development: tuple[str, ...] = ()
    optional: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class DockerConfiguration(Published):
    """The container files, as text."""

    dockerfile: str | SkipJsonSchema[None] = Field(default=None, exclude_if=_absent)
    compose: str | SkipJsonSchema[None] = Field(default=None, exclude_if=_absent)


class Configuration(Published):
    """The project's tool configuration, as data."""

    pyproject: dict[str, JsonValue] = Field(default_factory=dict)
    ruff: dict[str, JsonValue] = Field(default_factory=dict)
    mypy: dict[str, JsonValue] = Field(default_factory=dict)
    pytest: dict[str, JsonValue] = Field(default_factory=dict)
    docker: DockerConfiguration = DockerConfiguration()


class SolutionFile(Published):
    """One file of the slice that was asked for, and the pattern it came from."""

    path: str
    content: str
    type: FileType
    description: str = ""
    pattern: str = ""


class Solution(Published):
    """The project, or the slice of it that the request asked for."""

    architecture: Architecture
    files: tuple[SolutionFile, ...]
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
    configuration: dict[str, JsonValue] = Field(default_factory=dict)
    cicd: CiCd = CiCd()


class MainHandoff(Published):
    """The first and main handoff, in the published form."""

    next_agent: str
    reason: str
    context: dict[str, JsonValue] = Field(default_factory=dict)


class Status(StrEnum):
    """How the task ended."""

    COMPLETED = "completed"
    FAILED = "failed"
    INPUT_REQUIRED = "input-required"
    REJECTED = "rejected"
    CANCELED = "canceled"


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
    handoff: MainHandoff | SkipJsonSchema[None] = Field(default=None, exclude_if=_absent)
    handoffs: tuple[HandoffMessage, ...] = ()
    spec: BackendSpec
    assumptions: tuple[Question, ...] = ()
    open_questions: tuple[Question, ...] = ()
    warnings: tuple[Warn, ...] = ()
    proof: Proof
    usage: Usage = Usage()
    selection: Selection


class Questions(Ours):
    """An answer that asks back: the task waits for input."""

    task_id: str
    status: Literal[Status.INPUT_REQUIRED] = Status.INPUT_REQUIRED
    open_questions: tuple[Question, ...]
    assumptions: tuple[Question, ...] = ()
    warnings: tuple[Warn, ...] = ()


class Refusal(Ours):
    """An answer that says why nothing was built."""

    task_id: str | None = None
    status: Literal[Status.REJECTED] = Status.REJECTED
    errors: tuple[Fault, ...]
    warnings: tuple[Warn, ...] = ()


class Cancellation(Ours):
    """An answer to a task that was called off."""

    task_id: str
    status: Literal[Status.CANCELED] = Status.CANCELED


Answer = Result | Questions | Refusal | Cancellation
