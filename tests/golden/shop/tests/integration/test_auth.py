"""Tests of signing in."""

import runpy
import sys
from functools import partial

import pytest
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncConnection

from app import manage
from app.core.security import issue_token
from app.models.user import User
from tests.conftest import session_on
from tests.factories import PASSWORD, Factory, headers
from tests.payloads import user_create

LOGIN = "/api/v1/auth/login"
REFRESH = "/api/v1/auth/refresh"
ME = "/api/v1/auth/me"
REGISTER = "/api/v1/auth/register"


async def test_login(client: AsyncClient, factory: Factory) -> None:
    user = await factory.user()
    body = {"email": user.email, "password": PASSWORD}
    response = await client.post(LOGIN, json=body)
    assert response.status_code == 200, response.text
    assert response.json()["token_type"] == "bearer"


@pytest.mark.parametrize("password", ["wrong", ""])
async def test_login_with_a_wrong_password(
    client: AsyncClient, factory: Factory, password: str
) -> None:
    user = await factory.user()
    body = {"email": user.email, "password": password}
    response = await client.post(LOGIN, json=body)
    assert response.status_code == 401


async def test_login_of_nobody(client: AsyncClient) -> None:
    body = {"email": "nobody@example.com", "password": PASSWORD}
    response = await client.post(LOGIN, json=body)
    assert response.status_code == 401


async def test_login_of_an_inactive_user(client: AsyncClient, factory: Factory) -> None:
    user = await factory.user(is_active=False)
    body = {"email": user.email, "password": PASSWORD}
    response = await client.post(LOGIN, json=body)
    assert response.status_code == 401


async def test_refresh(client: AsyncClient, factory: Factory) -> None:
    user = await factory.user()
    body = {"email": user.email, "password": PASSWORD}
    pair = (await client.post(LOGIN, json=body)).json()
    body = {"refresh_token": pair["refresh_token"]}
    response = await client.post(REFRESH, json=body)
    assert response.status_code == 200, response.text
    body = {"refresh_token": pair["access_token"]}
    again = await client.post(REFRESH, json=body)
    assert again.status_code == 401


async def test_me(client: AsyncClient, factory: Factory) -> None:
    user = await factory.user()
    response = await client.get(ME, headers=headers(user))
    assert response.status_code == 200, response.text
    assert f'"{user.hashed_password}"' not in response.text


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer not.a.token", "Basic dXNlcjpwYXNz"])
async def test_me_without_a_token(client: AsyncClient, token: str) -> None:
    response = await client.get(ME, headers={"Authorization": token})
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"


async def test_a_token_of_no_key_is_refused(client: AsyncClient) -> None:
    token = issue_token("no key", PASSWORD, "access")
    response = await client.get(ME, headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 401


async def test_a_new_password_ends_old_tokens(client: AsyncClient, factory: Factory) -> None:
    user = await factory.user()
    old = headers(user)
    user.hashed_password = "another hash"
    await factory.save(user)
    response = await client.get(ME, headers=old)
    assert response.status_code == 401


async def test_register(client: AsyncClient) -> None:
    body = user_create()
    response = await client.post(REGISTER, json=body)
    assert response.status_code == 201, response.text
    assert body["password"] not in response.text
    again = await client.post(REGISTER, json=body)
    assert again.status_code == 409


async def test_register_with_a_weak_password(client: AsyncClient) -> None:
    body = user_create(password="weak")
    response = await client.post(REGISTER, json=body)
    assert response.status_code == 422
    assert "password" in response.text


async def test_grant_a_role_and_take_it_away(connection: AsyncConnection, factory: Factory) -> None:
    user = await factory.user()
    work = partial(manage.grant, role="admin")
    for _ in range(2):
        async with session_on(connection) as session:
            told = await manage.change(session, user.email, work)
        assert told == f"{user.email} has the role admin"
    await factory.db.refresh(user)
    assert user.roles.count("admin") == 1
    async with session_on(connection) as session:
        await manage.change(session, user.email, partial(manage.revoke, role="admin"))
    await factory.db.refresh(user)
    assert "admin" not in user.roles


async def test_a_closed_account_is_out_at_once(
    connection: AsyncConnection, client: AsyncClient, factory: Factory
) -> None:
    user = await factory.user()
    work = partial(manage.activate, active=False)
    async with session_on(connection) as session:
        await manage.change(session, user.email, work)
    response = await client.get(ME, headers=headers(user))
    assert response.status_code == 401
    work = partial(manage.activate, active=True)
    async with session_on(connection) as session:
        await manage.change(session, user.email, work)
    response = await client.get(ME, headers=headers(user))
    assert response.status_code == 200, response.text


async def test_manage_has_a_session_of_its_own(
    connection: AsyncConnection, factory: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await factory.user()
    monkeypatch.setattr(manage, "AsyncSession", lambda _: session_on(connection))
    told = await manage.run(user.email, lambda _: "is known")
    assert told == f"{user.email} is known"
    with pytest.raises(SystemExit, match="no user"):
        await manage.run("nobody@example.com", lambda _: "is known")


def test_the_module_is_a_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "app.manage")
    monkeypatch.setattr(sys, "argv", ["manage", "grant", "--help"])
    with pytest.raises(SystemExit):
        runpy.run_module("app.manage", run_name="__main__")
    assert "login" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (["grant", "someone", "admin"], "someone has the role admin"),
        (
            ["revoke", "someone", "admin"],
            "someone does not have the role admin",
        ),
        (["deactivate", "someone"], "someone is inactive"),
        (["activate", "someone"], "someone is active"),
    ],
)
def test_main_tells_what_it_did(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    values: list[str],
    told: str,
) -> None:
    async def run(login: str, work: manage.AccountWork) -> str:
        return f"{login} {work(User(roles=[]))}"

    monkeypatch.setattr(manage, "run", run)
    manage.main(values)
    assert capsys.readouterr().out == f"{told}\n"
