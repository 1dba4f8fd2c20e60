"""Is the pattern library true? Its frontmatter, its excerpts, its links and its examples."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

import pytest
from skills_ref import read_properties, validate  # type: ignore[import-untyped]

from agent.documents import Source, SourceFormat
from agent.emitter.project import emit
from agent.knowledge import Library
from agent.planner.readers.spec_language import read
from agent.planner.resolve import resolve

ROOT = Path(__file__).parents[1]
KNOWLEDGE = ROOT / "knowledge"
PATTERNS = sorted(path.parent for path in KNOWLEDGE.glob("*/SKILL.md"))
DOCUMENTS = sorted([*KNOWLEDGE.glob("*/SKILL.md"), *KNOWLEDGE.glob("*/references/*.md")])
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
EXAMPLES = sorted(KNOWLEDGE.glob("*/examples/*.py"))

SHOP = """
project shop "Users and their orders"
database postgresql
auth jwt

entity User
  email: email(255) unique
  full_name: string(2..100)
  password: password

entity Product
  sku: string(40) unique
  name: string(120)
  price: decimal(10, 2) >= 0
  stock: integer = 0 >= 0
  allow list, read: public

entity Order owner user
  status: pending -> confirmed -> shipped by admin -> delivered by admin,
          pending -> cancelled, confirmed -> cancelled
  note: string(200)?
  user -> User as orders cascade

entity OrderItem owner order.user
  quantity: integer = 1 >= 1 <= 1000
  unit_price: decimal(10, 2) >= 0
  order -> Order as items cascade
  product -> Product restrict
  unique(order, product)
"""

# Every snippet of the role document, and what covers it: a file of the emitted project
# ("src/..." or "tests/...") or an example ("pattern/example.py"), with a word that must be in it.
COVERAGE = {
    "project structure": [
        ("src/app/main.py", "create_application"),
        ("src/app/core/config.py", "class Settings"),
        ("src/app/core/passwords.py", "hash_password"),
        ("src/app/core/exceptions.py", "class AppError"),
        ("src/app/api/deps.py", "get_current_user"),
        ("src/app/api/v1/router.py", "include_router"),
        ("src/app/api/v1/endpoints/auth.py", "login"),
        ("src/app/db/session.py", "get_session"),
        ("src/app/db/migrations/versions/0001_initial.py", "create_table"),
        ("tests/conftest.py", "fixture"),
        ("alembic.ini", "script_location"),
        ("pyproject.toml", "[tool.mypy]"),
        ("requirements.txt", "fastapi"),
        ("Dockerfile", "uvicorn"),
    ],
    "generic repository with two type variables": [
        ("service-layer/typed_repository.py", "class Repository(Generic[T, ID])")
    ],
    "Annotated types for dependency injection": [
        ("src/app/api/deps.py", "CurrentUser = Annotated[User, Depends(get_current_user)]"),
        ("src/app/api/deps.py", "SessionDep = Annotated[AsyncSession, Depends(get_session)]"),
    ],
    "Protocol, runtime checkable, Self": [
        ("service-layer/typed_repository.py", "@runtime_checkable\nclass Serializable(Protocol)")
    ],
    "parallel execution with gather": [("python-async/gather.py", "async def fetch_user_data")],
    "TaskGroup": [("python-async/task_group.py", "asyncio.TaskGroup()")],
    "async context manager": [("python-async/context_manager.py", "class DatabaseConnection")],
    "async iterator": [("python-async/batch_iterator.py", "class AsyncBatchIterator(Generic[T])")],
    "application factory and lifespan": [
        ("src/app/main.py", "async def lifespan"),
        ("fastapi-patterns/lifespan.py", "lifespan_context"),
    ],
    "middleware": [
        ("src/app/main.py", "add_middleware(GZipMiddleware, minimum_size=1000)"),
        ("src/app/main.py", "CORSMiddleware"),
    ],
    "exception handlers": [
        ("src/app/core/exceptions.py", "add_exception_handler(RequestValidationError")
    ],
    "health check": [("src/app/api/health.py", '@router.get("/health")')],
    "database session dependency": [
        ("src/app/db/session.py", "async def get_session"),
        ("fastapi-patterns/commit_after_response.py", "await database.commit()"),
    ],
    "current user from a bearer token": [
        ("src/app/api/deps.py", "async def get_current_user"),
        ("src/app/core/security.py", "except jwt.ExpiredSignatureError"),
        ("jwt-authentication/tokens.py", "JWTError"),
    ],
    "role-based access": [
        ("src/app/api/deps.py", "def require_roles(*roles: str)"),
        ("fastapi-patterns/dependencies.py", 'AdminUser = Annotated[User, Depends(require_roles("'),
    ],
    "router with endpoints": [
        ("src/app/api/v1/endpoints/users.py", "status_code=204"),
        ("fastapi-patterns/router.py", "async def delete_note"),
    ],
    "user schemas": [
        ("src/app/schemas/user.py", "class UserResponse"),
        ("pydantic-patterns/user_schemas.py", "def check_passwords_match"),
        ("pydantic-patterns/user_schemas.py", "@field_validator"),
    ],
    "paginated list": [
        ("src/app/schemas/user.py", "class UserListResponse"),
        ("pydantic-patterns/pages_and_errors.py", "class PaginationParams"),
    ],
    "error response": [
        ("src/app/core/exceptions.py", "class ErrorResponse"),
        ("pydantic-patterns/pages_and_errors.py", "class ErrorResponse"),
    ],
    "base and mixins": [
        ("src/app/models/base.py", "class TimestampMixin"),
        ("src/app/models/base.py", "class UUIDMixin"),
    ],
    "user model": [
        ("src/app/models/user.py", "orders: Mapped[list[Order]] = relationship("),
        ("sqlalchemy-patterns/models.py", "def __repr__"),
    ],
    "order model": [
        ("src/app/models/order.py", 'ForeignKey("users.id", ondelete="CASCADE")'),
        ("src/app/models/enums.py", "class OrderStatus(StrEnum)"),
        ("sqlalchemy-patterns/models.py", "total_amount: Mapped[Decimal]"),
    ],
    "base repository": [
        ("src/app/repositories/base.py", "class BaseRepository(Generic[ModelT])"),
        ("sqlalchemy-patterns/base_repository.py", "async def page"),
    ],
    "user repository": [
        ("src/app/repositories/user_repository.py", "class UserRepository(BaseRepository[User])"),
        ("sqlalchemy-patterns/base_repository.py", "async def by_email"),
    ],
    "user service": [
        ("src/app/services/user_service.py", "class UserService"),
        ("service-layer/user_service.py", "async def update"),
    ],
    "test fixtures": [
        ("tests/conftest.py", "app.dependency_overrides[get_session]"),
        ("testing-patterns/api_integration.py", "join_transaction_mode"),
    ],
    "unit test of a service": [("testing-patterns/service_unit.py", "AsyncMock")],
    "integration test of an API": [
        ("tests/integration/test_users.py", "async def test_read_user_that_is_absent"),
        ("testing-patterns/api_integration.py", "async def test_get_user_not_found"),
    ],
    "framework selection guide": [("framework-selection/SKILL.md", "## How to decide")],
}


@dataclass(frozen=True)
class Block:
    """A fenced block of Python in a document; ``source`` is the file that it quotes."""

    document: Path
    line: int
    source: str
    text: str

    def __str__(self) -> str:
        return f"{self.document.parent.name}:{self.line}"

    @property
    def fragments(self) -> list[str]:
        """Return the quoted pieces, without the marks of what was left out between them."""
        pieces = re.split(r"^ *# \.\.\.$", self.text, flags=re.MULTILINE)
        return [_flat(piece) for piece in pieces if piece.strip()]


def _blocks() -> list[Block]:
    found = []
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        for match in re.finditer(r"^```python *(.*)\n([\s\S]*?)^```$", text, re.MULTILINE):
            line = text.count("\n", 0, match.start()) + 1
            found.append(Block(document, line, match[1].strip(), match[2]))
    return found


BLOCKS = _blocks()


def _flat(text: str) -> str:
    """Return the lines without indentation: an excerpt may begin in the middle of a class."""
    return "\n".join(line.strip() for line in text.strip().splitlines() if line.strip())


@pytest.fixture(scope="module")
def project() -> dict[str, str]:
    """Emit the shop once."""
    source = Source(format=SourceFormat.SPEC, content=SHOP, name="shop")
    spec = resolve(read(source).spec).spec
    return {file.path: file.content for file in emit(spec, Library(KNOWLEDGE))}


def _text(place: str, project: dict[str, str]) -> str:
    """Return an emitted file, or a file of the library."""
    if place in project:
        return project[place]
    pattern, name = place.split("/", 1)
    folder = KNOWLEDGE / pattern
    return (folder if name == "SKILL.md" else folder / "examples").joinpath(name).read_text("utf-8")


def test_the_patterns_that_were_promised_are_there() -> None:
    assert {
        "fastapi-patterns",
        "sqlalchemy-patterns",
        "pydantic-patterns",
        "service-layer",
        "testing-patterns",
        "python-async",
        "framework-selection",
    } <= {folder.name for folder in PATTERNS}


@pytest.mark.parametrize("folder", PATTERNS, ids=lambda folder: folder.name)
def test_a_pattern_is_a_valid_agent_skill(folder: Path) -> None:
    assert validate(folder) == []


@pytest.mark.parametrize("folder", PATTERNS, ids=lambda folder: folder.name)
def test_our_reader_of_frontmatter_agrees_with_the_reference(folder: Path) -> None:
    ours = Library(KNOWLEDGE).patterns[folder.name]
    reference = read_properties(folder)
    assert (ours.name, ours.description) == (reference.name, reference.description)
    assert ours.metadata == reference.metadata
    assert ours.metadata["applies"] in {"always", "secured"}
    assert ours.body.startswith("# ")
    assert "Use w" in ours.description or "Use for" in ours.description


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_python_in_documents_compiles(block: Block) -> None:
    # An excerpt may come from the middle of a method; what is left out counts as a statement.
    text = re.sub(r"^( *)# \.\.\.$", r"\1...", block.text, flags=re.MULTILINE)
    body = textwrap.indent(textwrap.dedent(text), "    ")
    compile(f"async def _():\n{body}", str(block), "exec")


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_what_documents_quote_is_what_is_emitted(block: Block, project: dict[str, str]) -> None:
    assert block.source, "a block of Python names the file that it quotes"
    if block.source.startswith("examples/"):
        text = block.document.parent.joinpath(block.source).read_text(encoding="utf-8")
    else:
        text = project[block.source]
    for fragment in block.fragments:
        if fragment not in _flat(text):
            pytest.fail(f"{block} quotes what is no longer in {block.source}:\n{fragment}")


@pytest.mark.parametrize("document", [*DOCUMENTS, *DECISIONS], ids=lambda path: path.stem)
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
    missing = [t for t in targets if "://" not in t and not (document.parent / t).exists()]
    assert missing == []


def test_every_example_and_reference_is_mentioned_by_its_pattern() -> None:
    extra = [*EXAMPLES, *KNOWLEDGE.glob("*/references/*.md")]
    assert extra
    for path in extra:
        text = (path.parents[1] / "SKILL.md").read_text(encoding="utf-8")
        assert f"({path.parent.name}/{path.name})" in text, path


@pytest.mark.parametrize("snippet", COVERAGE)
def test_every_snippet_of_the_role_document_is_covered(
    snippet: str, project: dict[str, str]
) -> None:
    for place, needle in COVERAGE[snippet]:
        assert needle in _text(place, project), place


def test_files_that_documents_name_are_emitted(project: dict[str, str]) -> None:
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        for name in re.findall(r"`((?:src|tests)/[\w/*.]+)`", text):
            pattern = re.compile(re.escape(name).replace(r"\*", "[^/]*"))
            found = [path for path in project if pattern.match(path)]
            assert found, f"{document.parent.name} names {name}"


def test_decisions_are_short_and_have_their_three_parts() -> None:
    assert DECISIONS
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert len(set(numbers)) == len(numbers)
    for path in DECISIONS:
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) < 40, path.name
        assert text.startswith(f"# {int(path.name[:4])}. "), path.name
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [
            "Context",
            "Decision",
            "Consequences",
        ], path.name


def test_examples_run() -> None:
    options = ["-q", "-o", "asyncio_mode=auto", "--import-mode=importlib", "-p", "no:cacheprovider"]
    _succeeds("pytest", *options, *map(str, EXAMPLES))


def test_examples_are_formatted_and_lint_clean() -> None:
    files = [str(path) for path in EXAMPLES]
    _succeeds("ruff", "format", "--check", *files)
    # As in tests: names of tests say what they show, asserts are asserts, numbers are expected.
    exempt = "D101,D102,D103,INP001,PLR2004,S101"
    _succeeds("ruff", "check", "--extend-ignore", exempt, *files)


def test_examples_are_strictly_typed() -> None:
    _succeeds("mypy", "--strict", *map(str, EXAMPLES))


def _succeeds(module: str, *arguments: str) -> None:
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
