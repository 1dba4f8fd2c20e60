"""What may be asked? The input document."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field

from agent.documents.base import Ours, Published, Words
from agent.types import BackendSpec, Number

MOST_SOURCES, MOST_REQUIREMENTS, MOST_ITEMS = 100, 1000, 100
"""Entries of the lists of a request: sources, requirements (answers become such), all others."""


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
    requirements: Annotated[tuple[str, ...], Field(max_length=MOST_REQUIREMENTS)] = ()


class DatabaseContext(Published):
    """The database that the project is to use."""

    type: Literal["postgresql", "mysql", "mongodb", "sqlite", "mssql"] | None = None
    orm: Literal["sqlalchemy", "tortoise-orm", "django-orm", "odmantic", "beanie"] | None = None
    async_support: bool = True


class AuthenticationContext(Published):
    """How clients are to sign in."""

    method: Literal["jwt", "session", "oauth2", "azure-ad", "api-key"] | None = None
    providers: Annotated[tuple[Words, ...], Field(max_length=MOST_ITEMS)] = ()


class SourceFormat(StrEnum):
    """The formats of a source document."""

    SQL = "sql"
    OPENAPI = "openapi"
    DBML = "dbml"
    JDL = "jdl"
    PRISMA = "prisma"
    MERMAID = "mermaid"
    JSON_SCHEMA = "json-schema"
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
    sources: Annotated[tuple[Source, ...], Field(max_length=MOST_SOURCES)] = ()


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
    """Limits that the project is to keep, and how it is proven.

    ``fail_fast`` ends a proof at the first check that fails.
    """

    performance_targets: PerformanceTargets | None = None
    security_requirements: Annotated[tuple[Words, ...], Field(max_length=MOST_ITEMS)] = ()
    code_standards: CodeStandards | None = None
    verification: VerificationLevel = VerificationLevel.STANDARD
    fail_fast: bool = False


class AzureIntegration(Published):
    """Azure services around the project."""

    services: Annotated[
        tuple[
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
        ],
        Field(max_length=MOST_ITEMS),
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
    features: Annotated[
        tuple[Literal["embeddings", "chat", "completion", "vision"], ...],
        Field(max_length=MOST_ITEMS),
    ] = ()


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

    def answered(self, answers: Iterable[str]) -> Self:
        """Return the request with answers to the questions that it left."""
        said = (*self.request.requirements, *(each for each in answers if each.strip()))
        request = self.request.model_copy(update={"requirements": said})
        return self.model_copy(update={"request": request})
