"""Does an application serve the contract that was given? It is made, and its own tests are run."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path

import pytest

from agent.checks import fuzz, lint, syntax, tests
from agent.checks.project import Project
from agent.documents import CheckReport, GeneratedFile, Outcome, Source, SourceFormat
from agent.emitter.project import emit
from agent.knowledge import Library
from agent.planner.readers.openapi import read
from agent.planner.resolve import resolve
from agent.resources import folder
from agent.types import Database
from tests.warm import sandbox

KENNEL = Path(__file__).parent / "cases" / "kennel.yaml"
AT_ROOT = Path(__file__).parent / "cases" / "difficult" / "root.yaml"
LOGINS = sorted((Path(__file__).parent / "cases" / "logins").glob("*.yaml"))


@cache
def made(contract: Path) -> tuple[GeneratedFile, ...]:
    given = read(Source(format=SourceFormat.OPENAPI, content=contract.read_text())).spec
    spec = resolve(given.model_copy(update={"database": Database.SQLITE})).spec
    return emit(spec, Library(folder("knowledge")))


def text(path: str, contract: Path = KENNEL) -> str:
    return next(file.content for file in made(contract) if file.path == path)


def run(check: object, contract: Path) -> CheckReport:
    async def job() -> CheckReport:
        report: CheckReport = await check(Project(made(contract), sandbox(), None, None))  # type: ignore[operator] # any check
        return report

    return asyncio.run(job())


@pytest.mark.parametrize("contract", [KENNEL, AT_ROOT, *LOGINS], ids=lambda path: path.stem)
@pytest.mark.parametrize("check", [syntax.check, lint.check, tests.check])
def test_the_application_of_a_contract_is_sound(check: object, contract: Path) -> None:
    report = run(check, contract)
    said = [f for f in report.findings if f.level.value == "error"]
    assert said == []
    assert report.outcome is Outcome.PASSED


def test_a_row_inside_a_body_is_one_that_is_there() -> None:
    service = text("src/app/services/dog_service.py")
    assert "named_breed = await self.breeds.one(Breed.id == data.breed.id)" in service


def test_operations_keep_their_names_paths_and_statuses() -> None:
    endpoints = text("src/app/api/v1/endpoints/dogs.py")
    assert 'operation_id="changeDogOfOwner"' in endpoints
    assert '"/owners/{ownerId}/dogs/{dogId}"' in endpoints
    assert "status_code=204" in endpoints


def test_what_is_deleted_is_shown_where_the_contract_shows_it() -> None:
    service = text("src/app/services/breed_service.py")
    assert "return shown" in service or "return breed" in service


def test_lists_that_differ_each_tell_how_many_rows_there_are() -> None:
    assert '{"breeds": rows, "total_count": total}' in text("src/app/api/v1/endpoints/breeds.py")
    assert "page_of(rows, total, query)" in text("src/app/api/v1/endpoints/owners.py")
    assert '["totalCount"] == len(' in text("tests/integration/test_breeds.py")
    assert "return rows" in text("src/app/api/v1/endpoints/dogs.py")


def test_errors_have_the_parts_of_the_contract_and_its_statuses() -> None:
    errors = text("src/app/core/exceptions.py")
    for part in ('"fields"', '"path"', '"timestamp"', '"message"'):
        assert part in errors
    assert '"add_breed": {"not_found": 400}' in errors


def test_null_is_left_out_where_the_contract_has_none() -> None:
    assert "exclude_if=is_none" in text("src/app/schemas/shared.py")


def test_a_page_that_is_no_json_is_named_and_answers_501() -> None:
    endpoints = text("src/app/api/v1/endpoints/operations.py")
    assert '{"content": {"text/html": {}}}' in endpoints
    assert "501" in endpoints


@pytest.mark.parametrize("contract", LOGINS, ids=lambda path: path.stem)
def test_the_fuzz_signs_in_by_the_contract_as_everybody_there_is(contract: Path) -> None:
    report = run(fuzz.check, contract)
    assert report.outcome is Outcome.PASSED, report.findings
    assert "as user, admin" in (report.summary or "")


def test_people_sign_in_by_the_bodies_of_the_contract() -> None:
    full, nest, spring = (
        text("src/app/api/v1/endpoints/auth.py", LOGINS[0].with_stem(name))
        for name in ("fullstack", "nest", "spring")
    )
    assert "data: Annotated[BodyLoginLoginAccessToken, Form()]" in full
    assert "pair = await service.login(data.username, data.password)" in full
    assert "return Token(access_token=pair.access_token)" in full
    assert "TokensDto(access_token=pair.access_token, refresh_token=pair.refresh_token)" in nest
    assert "expires_in=get_settings().access_token_minutes * 60" in spring
    assert "python-multipart" in text("pyproject.toml", LOGINS[0].with_stem("fullstack"))
    assert "python-multipart" not in text("pyproject.toml", LOGINS[0].with_stem("nest"))


def test_who_asks_changes_no_row_but_their_own() -> None:
    service = text("src/app/services/user_service.py", LOGINS[0].with_stem("fullstack"))
    head = "async def users_update_user_me(self, data: UserUpdateMe, actor: User) -> User:"
    assert (
        "user = await self.users.one(User.id == actor.id, lock=True)"
        in (service.partition(head)[2].partition("async def")[0])
    )


def test_the_scheme_of_tokens_keeps_its_name() -> None:
    deps = text("src/app/api/deps.py", LOGINS[0].with_stem("fullstack"))
    assert 'HTTPBearer(auto_error=False, scheme_name="OAuth2PasswordBearer")' in deps


def test_rights_in_a_body_that_people_send_of_themselves_are_read_only() -> None:
    schemas = text("src/app/schemas/user.py", LOGINS[0].with_stem("express"))
    body = schemas.partition("class NewUser(")[2].partition("\n\n\n")[0]
    assert body.count('"readOnly": True') == len(("role", "isAdmin", "emailVerified"))


def test_the_fuzz_finds_who_gives_themselves_what_is_read_only() -> None:
    express, path = LOGINS[0].with_stem("express"), "src/app/services/user_service.py"
    sound = ', exclude={"role", "is_admin"}'
    assert sound in text(path, express)
    broken = tuple(
        file.model_copy(update={"content": file.content.replace(sound, "")})
        if file.path == path
        else file
        for file in made(express)
    )

    async def job() -> CheckReport:
        return await fuzz.check(Project(broken, sandbox(), None, None))

    messages = [finding.message for finding in asyncio.run(job()).findings]
    assert any("a user may give itself a role" in message for message in messages)
