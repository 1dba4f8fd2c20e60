"""Does the fuzz find what is wrong with a served application, and nothing with a sound one?"""

from __future__ import annotations

import asyncio
import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import pytest

from agent.checks import fuzz
from agent.checks.inside.fuzz.kept import without_key
from agent.checks.inside.fuzz.resources import Row, flat, singular, words
from agent.checks.inside.fuzz.rights import says_whose
from agent.checks.inside.fuzz.session import User
from agent.checks.inside.fuzz.values import Values, matches
from agent.checks.project import Project
from agent.documents import CheckReport, FindingLevel, GeneratedFile, Outcome
from agent.emitter.project import emit
from agent.errors import SandboxError
from agent.planner.resolve import resolve
from agent.sandbox import JobOutcome, Sandbox
from agent.types import Database
from benchmarks.rendering import entities
from tests.golden_projects import PROJECTS, document
from tests.made import library, made
from tests.warm import sandbox

if TYPE_CHECKING:
    from pathlib import Path

    from agent.sandbox import Workspace

SERVICE = "src/app/services/order_service.py"
ERRORS = "src/app/core/exceptions.py"
USERS = "src/app/api/v1/endpoints/users.py"
PRODUCTS = "src/app/api/v1/endpoints/products.py"
OWNER = '        check_owner(order.user_id, actor, "admin")\n'
CHANGES = "        changes = data.model_dump(exclude_unset=True)\n"
ADMIN = '    dependencies=[Depends(require_roles("admin"))],\n'

BROKEN = (
    # a hash that leaks
    (
        "src/app/schemas/user.py",
        "    full_name: str\n    is_active: bool\n",
        "    full_name: str\n    hashed_password: str\n    is_active: bool\n",
    ),
    # somebody else's order may be changed, and is listed
    (SERVICE, OWNER + CHANGES, CHANGES),
    (
        SERVICE,
        "scope.append(Order.user_id == actor.id)",
        "scope.append(Order.user_id.is_not(None))",
    ),
    # everybody may give out roles, and products changed without a token
    (
        USERS,
        f"{ADMIN})\nasync def set_user_roles",
        ADMIN.replace("admin", "user") + ")\nasync def set_user_roles",
    ),
    (PRODUCTS, f"{ADMIN})\nasync def update_product", ")\nasync def update_product"),
    # a duplicate that crashes
    ("src/app/repositories/base.py", "raise refusal(error, told=told) from error", "raise"),
    (
        "src/app/repositories/base.py",
        "raise refusal(error, absent, same, told, keys) from error",
        "raise",
    ),
    (ERRORS, "    app.add_exception_handler(IntegrityError, handle_broken_rule)\n", ""),
    # a status that nobody declared
    (
        PRODUCTS,
        "response_model=ProductResponse, responses=errors(404, 422))",
        "response_model=ProductResponse, responses=errors(422))",
    ),
    # a page without a bound
    ("src/app/schemas/base.py", "limit: int = Field(default=20, ge=1, le=100)", "limit: int = 20"),
    # a moment without an offset that crashes
    (
        "src/app/schemas/types.py",
        """    written(INSTANT, "a date and time with its time zone, such as 2026-01-31T09:30:00Z"),
    AfterValidator(utc),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": INSTANT}),
""",
        """    AfterValidator(lambda moment: moment - dt.datetime.now(dt.UTC) and moment),
    WithJsonSchema({"type": "string", "format": "date-time"}),
""",
    ),
)

SCHEMAS, TYPES = "src/app/schemas/base.py", "src/app/schemas/types.py"
LENIENT = (
    # fields that nobody declared are let through
    (
        SCHEMAS,
        'extra="forbid"',
        'extra="ignore", json_schema_extra={"additionalProperties": False}',
    ),
    # a text is taken for a number, and a NUL for a character
    (TYPES, "int_schema(strict=True,", "int_schema(strict=False,"),
    (
        TYPES,
        "Text = Annotated[str, Field(strict=True, pattern=NO_NUL)]",
        'Text = Annotated[str, Field(strict=True, json_schema_extra={"pattern": NO_NUL})]',
    ),
    # what works with plain values, and neither with signs nor at a limit
    (
        "src/app/services/product_service.py",
        "        product = Product(**data.model_dump())\n",
        '        data.name.encode("ascii")\n        product = Product(**data.model_dump())\n',
    ),
    (
        "src/app/services/order_item_service.py",
        "        order_item = OrderItem(**data.model_dump())\n",
        """        order_item = OrderItem(**data.model_dump())
        order_item.quantity += 0 // (1000 - data.quantity)
""",
    ),
    # a body that is no JSON crashes
    (
        ERRORS,
        '        return error_response(400, "malformed", "The body is not valid JSON.")\n',
        "        raise error\n",
    ),
    # another type than is promised, and no word about the methods that there are
    (
        "src/app/schemas/shared.py",
        "    stock: int\n",
        '    stock: Annotated[int, WithJsonSchema({"type": "string"})]\n',
    ),
    (
        "src/app/schemas/shared.py",
        "from app.schemas.base",
        "from pydantic import WithJsonSchema\n\nfrom app.schemas.base",
    ),
    (
        ERRORS,
        '        headers["Allow"] = allowed_methods(request) or headers.get("Allow", "")\n',
        '        headers.pop("Allow")\n',
    ),
    # a bound the other way round: of decimals, which are texts in answers
    (
        "src/app/repositories/product_repository.py",
        '"price_min": at_least(Product.price)',
        '"price_min": at_most(Product.price)',
    ),
)


@cache
def files(name: str) -> tuple[GeneratedFile, ...]:
    return made(document(name))[1]


def fuzzed(project: tuple[GeneratedFile, ...]) -> CheckReport:
    return asyncio.run(fuzz.check(Project(project, sandbox())))


@cache
def shop(faults: tuple[tuple[str, str, str], ...]) -> CheckReport:
    """Look at the shop with all of some faults at once."""
    changed = {file.path: file for file in files("shop")}
    for path, before, after in faults:
        content = changed[path].content
        assert before in content, path
        changed[path] = changed[path].model_copy(update={"content": content.replace(before, after)})
    return fuzzed(tuple(changed.values()))


@pytest.mark.parametrize(
    ("faults", "operation", "message"),
    [
        (BROKEN, "GET /users/{user_id}", "an answer contains a password's hash"),
        (BROKEN, "GET /users/{user_id}", "an answer has the field 'hashed_password'"),
        (BROKEN, "PATCH /orders/{order_id}", "another user's row: it answers 200"),
        (BROKEN, "GET /orders", "the list shows another user's row"),
        (BROKEN, "PUT /users/{user_id}/roles", "a user may give itself a role"),
        (BROKEN, "PATCH /products/{product_id}", "with no token it answers 200"),
        (BROKEN, "POST /users", "a request ends in a server error"),
        (BROKEN, "DELETE /products/{product_id}", "a request ends in a server error"),
        (BROKEN, "GET /products/{product_id}", "it answers 404, it declares only 200, 422"),
        (BROKEN, "GET /products", "limit=1000000 is accepted"),
        (BROKEN, "GET /orders", "a request ends in a server error"),
        (LENIENT, "POST /users", "proof_unknown: a field that nobody declared: it answers 201"),
        (LENIENT, "POST /order-items", 'quantity: "7" is not of type "integer": it answers 201'),
        (LENIENT, "PATCH /users/{user_id}", "full_name: a NUL character: it answers 200"),
        (LENIENT, "POST /products", "a request ends in a server error"),
        (LENIENT, "POST /order-items", "a request ends in a server error"),
        (LENIENT, "POST /auth/login", "a request ends in a server error"),
        (LENIENT, "GET /products/{product_id}", "what it answers: "),
        (LENIENT, "POST /auth/login", "405 comes without the header Allow"),
        (LENIENT, "GET /products", "price_min="),
    ],
)
def test_a_fault_is_found(
    faults: tuple[tuple[str, str, str], ...], operation: str, message: str
) -> None:
    report = shop(faults)
    assert report.outcome is Outcome.FAILED
    wanted = f"{operation.replace('/', '/api/v1/', 1)}: {message}"
    assert [each for each in report.findings if each.message.startswith(wanted)], wanted


def test_a_finding_says_how_to_see_it_and_where_it_was_raised() -> None:
    found = next(
        each
        for each in shop(BROKEN).findings
        if each.message.startswith("POST /api/v1/users: a request ends in a server error")
    )
    _, command, answer, raised = found.message.splitlines()
    assert re.fullmatch(
        r"""curl -X POST -H 'Content-Type: application/json' -H "Authorization: Bearer \$TOKEN" """
        r"""-d '{"email": "[^']+}' http://localhost:8000/api/v1/users""",
        command,
    )
    assert (
        answer
        == '500: {"success":false,"error":"internal_error","detail":"Internal error","fields":[]}'
    )
    assert raised.startswith("raised: IntegrityError: ")
    assert found.path == "src/app/repositories/base.py"
    line = next(file.content for file in files("shop") if file.path == found.path).splitlines()
    assert found.line is not None
    assert "await self.session.commit()" in line[found.line - 1]


@pytest.mark.parametrize("name", sorted(PROJECTS))
def test_a_sound_project_has_no_findings(name: str) -> None:
    report = fuzzed(files(name))
    errors = [each.message for each in report.findings if each.level is FindingLevel.ERROR]
    assert errors == []
    assert report.outcome is Outcome.PASSED
    assert report.summary is not None
    match = re.fullmatch(r"(\d+) requests on (\d+) operations as (.+)", report.summary)
    assert match is not None
    requests, operations, roles = int(match[1]), int(match[2]), match[3]
    assert requests > 8 * operations
    signed_in = {
        "clinic": "member, vet, admin",
        "guarded": "somebody with a key",
        "shop": "user, admin",
        "shop-mysql": "user, admin",
    }
    assert roles == signed_in.get(name, "nobody")


def test_what_names_do_not_tell_is_found_by_trying() -> None:
    spec = entities(5, "Thing").model_copy(update={"database": Database.SQLITE})
    report = fuzzed(emit(resolve(spec).spec, library()))
    # Each thing's parent is another thing, or nobody could make one: and then it would be noted.
    assert report.findings == ()
    assert report.outcome is Outcome.PASSED


COLOURS = """
project colours "Rules that no schema says, private rows that all may read, links, another style"
database sqlite
api /v2 case camel
errors success=- error=title status=status media-type="application/problem+json"
auth jwt user Painter login email password password roles painter, admin

entity Painter
  email: email(255) unique
  password: password

entity Picture owner painter
  title: string(80)
  year: smallint
  about: json
  count: integer = 0
  painter -> Painter as pictures cascade
  colours <-> Colour as pictures
  check("year > 1900") named modern
  allow list, read: authenticated

entity Colour
  name: string(40) unique
"""


def test_nothing_is_found_where_everybody_may_read_and_a_rule_is_unsaid() -> None:
    context = {"sources": [{"format": "spec", "content": COLOURS, "name": "colours.spec"}]}
    request = {"type": "architecture", "framework": "fastapi", "description": ""}
    report = fuzzed(made({"request": request, "context": context})[1])
    assert report.findings == ()
    assert report.outcome is Outcome.PASSED


def without(path: str) -> tuple[GeneratedFile, ...]:
    return tuple(
        file.model_copy(update={"content": "raise RuntimeError('no')\n"})
        if file.path == path
        else file
        for file in files("tiny")
    )


def test_an_application_that_does_not_start_is_a_finding_with_its_place() -> None:
    report = fuzzed(without("src/app/main.py"))
    assert report.outcome is Outcome.FAILED
    (found, *_) = report.findings
    assert found.message == "serving app.main:app: RuntimeError: no"
    assert (found.path, found.line) == ("src/app/main.py", 1)


def test_time_that_is_up_is_no_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "MOST_REQUESTS", 8)
    report = fuzzed(files("tiny"))
    assert report.outcome is Outcome.SKIPPED
    assert report.reason is not None
    assert any(each.message.startswith("not reached: ") for each in report.findings)


def test_the_same_project_gets_the_same_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    reports = []

    def read(text: str | None) -> dict[str, Any]:
        reports.append(json.loads(text or "{}"))
        return dict(reports[-1])

    monkeypatch.setattr(fuzz, "as_object", read)
    for _ in range(2):
        fuzzed(files("foreign"))  # the one whose keys do not depend on chance
    assert reports[0]["digest"] == reports[1]["digest"]


def test_what_oversteps_its_bounds_is_a_finding() -> None:
    changed = tuple(
        file.model_copy(
            update={"content": file.content + "\nimport os\n\nos.kill(os.getppid(), 0)\n"}
        )
        if file.path == "src/app/main.py"
        else file
        for file in files("tiny")
    )
    report = fuzzed(changed)
    assert report.outcome is Outcome.FAILED
    assert "kill (1)" in report.findings[0].message


def test_a_fuzzer_that_fails_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "FUZZER", "no.such.module")
    monkeypatch.setattr(fuzz, "STOPPED_IN_SECONDS", 0.5)  # nobody tells the application to end
    report = fuzzed(files("tiny"))
    assert report.outcome is Outcome.NOT_RUN
    assert report.reason is not None
    assert "no" in report.reason


def test_where_nobody_could_sign_in_nothing_is_passed() -> None:
    ended, nowhere = JobOutcome(0, "", "", 0.1), cast("Workspace", None)
    said = {"stage": "end", "alone": "nobody could sign up and in"}
    report = fuzz._report(said, ended, nowhere, ended, nowhere)
    assert report.outcome is Outcome.SKIPPED
    assert report.reason == (
        "nobody could sign up and in: what asks for a token was only called without one"
    )


# --- its parts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "minLength": 3, "maxLength": 5},
        {"type": "string", "pattern": "^[A-Z]{2}[0-9]{2,4}$"},
        {"type": "string", "pattern": r"^(?=.*[a-z])(?=.*[0-9])[^\x00]*$", "minLength": 12},
        {"type": "string", "pattern": r"^https?://[^\s\x00]+$"},
        {"type": "string", "pattern": "^(red|green|blue)-[a-f]+x?$"},
        {"type": "string", "pattern": r"^-?[0-9]{1,26}(\.[0-9]{1,4})?$"},
    ],
)
def test_values_are_what_a_schema_allows_and_differ(schema: dict[str, str | int]) -> None:
    values = Values({})
    texts = [values.of(schema, number) for number in (1, 2, 3)]
    for text in texts:
        assert matches(str(schema.get("pattern", "")), text)
        assert int(schema.get("minLength", 0)) <= len(text) <= int(schema.get("maxLength", 200))
    assert len(set(texts)) == len(texts)
    assert [values.of(schema, number) for number in (1, 2, 3)] == texts


def test_numbers_keep_their_limits() -> None:
    values = Values({})
    for number in range(20):
        assert 2 <= values.of({"type": "integer", "minimum": 2, "maximum": 4}, number) <= 4
        assert values.of({"type": "integer", "multipleOf": 5, "minimum": 1}, number) % 5 == 0


def test_a_body_may_say_the_key_of_its_path_again_and_need_not_be_heard() -> None:
    sent, answered = {"slug": "new", "name": "b"}, {"slug": "old", "name": "a"}
    assert without_key(sent, answered, {"shop": "old"}, {"shop": "slug"}) == {"name": "b"}
    assert without_key(sent, answered, {"slug": "old"}, {}) == {"name": "b"}
    assert without_key(sent, answered, {"shop": "other"}, {"shop": "slug"}) == sent
    assert without_key(sent, answered, {"shop": "a"}, {"shop": "slug"}) == sent
    assert without_key([1], answered, {"shop": "old"}, {"shop": "slug"}) == [1]


def test_names_are_compared_as_people_mean_them() -> None:
    assert [singular(each) for each in ("users", "categories", "boxes", "people", "news")] == [
        "user",
        "category",
        "box",
        "person",
        "news",
    ]
    assert words("articleNumber") == words("article-number") == "article_number"
    assert flat({"shop": {"name": "a", "open": True}, "n": 1}) == {"shop.name": "a", "n": 1}


def test_where_no_socket_can_be_the_fuzz_did_not_run(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    sandbox = Sandbox(parent=folder, unsafe=True)
    with pytest.raises(SandboxError, match="no socket can be made"):
        asyncio.run(fuzz.check(Project((), sandbox, None, None)))
    sandbox.close()


@pytest.mark.parametrize(
    ("said", "person", "is_said"),
    [
        ({"id": 1, "name": "a"}, False, False),  # its own number, and by chance the user's, too
        ({"id": 7, "ownerId": 1}, False, True),
        ({"id": 1}, True, True),
    ],
)
def test_a_row_names_its_owner_by_more_than_its_own_number(
    said: dict[str, Any], *, person: bool, is_said: bool
) -> None:
    owner = User("a", "user", "t", {"id": 1})
    row = Row(owner=owner, body={"name": "a"}, said=said, path={"id": said["id"]}, person=person)
    assert says_whose(row) is is_said
