"""Tests of accounts over HTTP."""

from httpx import AsyncClient

from tests.factories import Factory, headers
from tests.payloads import (
    account_active,
    account_create,
    account_replace,
    account_roles,
    account_update,
)


async def test_set_account_roles(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["admin"])
    account = await factory.account()
    body = account_roles()
    response = await client.put(
        f"/api/v1/accounts/{account.id}/roles", json=body, headers=headers(actor)
    )
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["roles"] == body["roles"]


async def test_set_account_roles_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["admin"])
    body = account_roles()
    response = await client.put(
        "/api/v1/accounts/00000000-0000-4000-8000-000000000000/roles",
        json=body,
        headers=headers(actor),
    )
    assert response.status_code == 404, response.text


async def test_set_account_roles_names_the_wrong_field(
    client: AsyncClient,
    factory: Factory,
) -> None:
    actor = await factory.account(roles=["admin"])
    account = await factory.account()
    body = account_roles()
    body["no_such_field"] = 1
    response = await client.put(
        f"/api/v1/accounts/{account.id}/roles", json=body, headers=headers(actor)
    )
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_set_account_roles_keeps_the_last_administrator(
    client: AsyncClient,
    factory: Factory,
) -> None:
    actor = await factory.account(roles=["admin"])
    account = actor
    body = account_roles(roles=[])
    response = await client.put(
        f"/api/v1/accounts/{account.id}/roles", json=body, headers=headers(actor)
    )
    assert response.status_code == 409, response.text
    await factory.account(roles=["admin"])
    response = await client.put(
        f"/api/v1/accounts/{account.id}/roles", json=body, headers=headers(actor)
    )
    assert response.status_code == 200, response.text


async def test_set_account_roles_needs_a_user(client: AsyncClient) -> None:
    response = await client.put(
        "/api/v1/accounts/00000000-0000-4000-8000-000000000000/roles", json={}
    )
    assert response.status_code == 401, response.text


async def test_set_account_roles_needs_a_role(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["member", "vet"])
    response = await client.put(
        "/api/v1/accounts/00000000-0000-4000-8000-000000000000/roles",
        json=account_roles(),
        headers=headers(actor),
    )
    assert response.status_code == 403, response.text


async def test_set_account_active(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["admin"])
    account = await factory.account()
    body = account_active()
    response = await client.put(
        f"/api/v1/accounts/{account.id}/active", json=body, headers=headers(actor)
    )
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["is_active"] == body["is_active"]


async def test_set_account_active_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["admin"])
    body = account_active()
    response = await client.put(
        "/api/v1/accounts/00000000-0000-4000-8000-000000000000/active",
        json=body,
        headers=headers(actor),
    )
    assert response.status_code == 404, response.text


async def test_set_account_active_names_the_wrong_field(
    client: AsyncClient,
    factory: Factory,
) -> None:
    actor = await factory.account(roles=["admin"])
    account = await factory.account()
    body = account_active()
    body["no_such_field"] = 1
    response = await client.put(
        f"/api/v1/accounts/{account.id}/active", json=body, headers=headers(actor)
    )
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_set_account_active_keeps_the_last_administrator(
    client: AsyncClient,
    factory: Factory,
) -> None:
    actor = await factory.account(roles=["admin"])
    account = actor
    body = account_active(is_active=False)
    response = await client.put(
        f"/api/v1/accounts/{account.id}/active", json=body, headers=headers(actor)
    )
    assert response.status_code == 409, response.text
    await factory.account(roles=["admin"])
    response = await client.put(
        f"/api/v1/accounts/{account.id}/active", json=body, headers=headers(actor)
    )
    assert response.status_code == 200, response.text


async def test_set_account_active_needs_a_user(client: AsyncClient) -> None:
    response = await client.put(
        "/api/v1/accounts/00000000-0000-4000-8000-000000000000/active", json={}
    )
    assert response.status_code == 401, response.text


async def test_set_account_active_needs_a_role(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["member", "vet"])
    response = await client.put(
        "/api/v1/accounts/00000000-0000-4000-8000-000000000000/active",
        json=account_active(),
        headers=headers(actor),
    )
    assert response.status_code == 403, response.text


async def test_list_accounts(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["admin"])
    await factory.account()
    response = await client.get("/api/v1/accounts", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 2
    assert response.json()["total"] == len(response.json()["items"])


async def test_list_accounts_by_page(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["admin"])
    await factory.account()
    await factory.account()
    response = await client.get("/api/v1/accounts?page=2&limit=1", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == 3
    response = await client.get("/api/v1/accounts?page=9&limit=1", headers=headers(actor))
    assert response.json()["items"] == []
    assert response.json()["total"] == 3


async def test_list_accounts_sorted(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["admin"])
    await factory.account()
    await factory.account()
    asc = await client.get("/api/v1/accounts?sort_by=id&sort_order=asc", headers=headers(actor))
    assert asc.status_code == 200, asc.text
    desc = await client.get("/api/v1/accounts?sort_by=id&sort_order=desc", headers=headers(actor))
    assert desc.status_code == 200, desc.text
    assert asc.json()["items"] == desc.json()["items"][::-1]


async def test_list_accounts_filtered(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["admin"])
    account = await factory.account()
    await factory.account()
    response = await client.get(f"/api/v1/accounts?id={account.id}", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1


async def test_list_accounts_by_search(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["admin"])
    await factory.account()
    response = await client.get("/api/v1/accounts?q=no%20such%20text", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert response.json()["items"] == []


async def test_list_accounts_refuses_an_unknown_filter(
    client: AsyncClient,
    factory: Factory,
) -> None:
    actor = await factory.account(roles=["admin"])
    response = await client.get("/api/v1/accounts?no_such_filter=1", headers=headers(actor))
    assert response.status_code == 422, response.text


async def test_list_accounts_needs_a_user(client: AsyncClient) -> None:
    response = await client.get("/api/v1/accounts")
    assert response.status_code == 401, response.text


async def test_list_accounts_needs_a_role(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["member", "vet"])
    response = await client.get("/api/v1/accounts", headers=headers(actor))
    assert response.status_code == 403, response.text


async def test_create_account(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["admin"])
    body = account_create()
    response = await client.post("/api/v1/accounts", json=body, headers=headers(actor))
    assert response.status_code == 201, response.text
    data = response.json()
    assert data["username"] == body["username"]
    assert data["nickname"] == body["nickname"]


async def test_create_account_twice(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["admin"])
    body = account_create()
    response = await client.post("/api/v1/accounts", json=body, headers=headers(actor))
    assert response.status_code == 201, response.text
    response = await client.post("/api/v1/accounts", json=body, headers=headers(actor))
    assert response.status_code == 409, response.text
    assert "with this" in response.text


async def test_create_account_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["admin"])
    body = account_create()
    body.pop("username", None)
    response = await client.post("/api/v1/accounts", json=body, headers=headers(actor))
    assert response.status_code == 422, response.text
    assert "username" in response.text


async def test_create_account_with_a_malformed_body(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["admin"])
    as_json = {**headers(actor), "Content-Type": "application/json"}
    response = await client.post("/api/v1/accounts", content=b"{", headers=as_json)
    assert response.status_code == 400, response.text


async def test_create_account_needs_a_user(client: AsyncClient) -> None:
    response = await client.post("/api/v1/accounts", json={})
    assert response.status_code == 401, response.text


async def test_create_account_needs_a_role(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["member", "vet"])
    response = await client.post("/api/v1/accounts", json=account_create(), headers=headers(actor))
    assert response.status_code == 403, response.text


async def test_read_account(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    account = actor
    response = await client.get(f"/api/v1/accounts/{account.id}", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert response.json()["id"] == str(account.id)


async def test_read_account_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    response = await client.get(
        "/api/v1/accounts/00000000-0000-4000-8000-000000000000", headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_read_account_of_another_user(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.account()
    stranger = await factory.account()
    account = owner
    response = await client.get(f"/api/v1/accounts/{account.id}", headers=headers(stranger))
    assert response.status_code == 403, response.text


async def test_read_account_needs_a_user(client: AsyncClient) -> None:
    response = await client.get("/api/v1/accounts/00000000-0000-4000-8000-000000000000")
    assert response.status_code == 401, response.text


async def test_replace_account(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    account = actor
    body = account_replace()
    response = await client.put(f"/api/v1/accounts/{account.id}", json=body, headers=headers(actor))
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["username"] == body["username"]
    assert data["nickname"] == body["nickname"]


async def test_replace_account_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    body = account_replace()
    response = await client.put(
        "/api/v1/accounts/00000000-0000-4000-8000-000000000000", json=body, headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_replace_account_of_another_user(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.account()
    stranger = await factory.account()
    account = owner
    body = account_replace()
    response = await client.put(
        f"/api/v1/accounts/{account.id}", json=body, headers=headers(stranger)
    )
    assert response.status_code == 403, response.text


async def test_replace_account_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    account = actor
    body = account_replace()
    body.pop("username", None)
    response = await client.put(f"/api/v1/accounts/{account.id}", json=body, headers=headers(actor))
    assert response.status_code == 422, response.text
    assert "username" in response.text


async def test_replace_account_needs_a_user(client: AsyncClient) -> None:
    response = await client.put("/api/v1/accounts/00000000-0000-4000-8000-000000000000", json={})
    assert response.status_code == 401, response.text


async def test_update_account(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    account = actor
    body = account_update()
    response = await client.patch(
        f"/api/v1/accounts/{account.id}", json=body, headers=headers(actor)
    )
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["username"] == body["username"]
    assert data["nickname"] == body["nickname"]


async def test_update_account_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    body = account_update()
    response = await client.patch(
        "/api/v1/accounts/00000000-0000-4000-8000-000000000000", json=body, headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_update_account_of_another_user(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.account()
    stranger = await factory.account()
    account = owner
    body = account_update()
    response = await client.patch(
        f"/api/v1/accounts/{account.id}", json=body, headers=headers(stranger)
    )
    assert response.status_code == 403, response.text


async def test_update_account_needs_the_present_password(
    client: AsyncClient,
    factory: Factory,
) -> None:
    actor = await factory.account()
    account = actor
    body = account_update()
    del body["current_password"]
    response = await client.patch(
        f"/api/v1/accounts/{account.id}", json=body, headers=headers(actor)
    )
    assert response.status_code == 403, response.text
    assert "current_password" in response.text
    assert "needs the present one" in response.text
    body["current_password"] = "Wrong-Horse-8"
    response = await client.patch(
        f"/api/v1/accounts/{account.id}", json=body, headers=headers(actor)
    )
    assert response.status_code == 403, response.text
    assert "current_password" in response.text
    assert "not the present password" in response.text


async def test_update_account_ends_tokens_of_an_old_password(
    client: AsyncClient,
    factory: Factory,
) -> None:
    actor = await factory.account()
    account = actor
    body = account_update()
    old = headers(actor)
    response = await client.patch(f"/api/v1/accounts/{account.id}", json=body, headers=old)
    assert response.status_code == 200, response.text
    response = await client.patch(f"/api/v1/accounts/{account.id}", json=body, headers=old)
    assert response.status_code == 401, response.text


async def test_update_account_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    account = actor
    body = account_update()
    body["no_such_field"] = 1
    response = await client.patch(
        f"/api/v1/accounts/{account.id}", json=body, headers=headers(actor)
    )
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_update_account_needs_a_user(client: AsyncClient) -> None:
    response = await client.patch("/api/v1/accounts/00000000-0000-4000-8000-000000000000", json={})
    assert response.status_code == 401, response.text


async def test_delete_account(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["admin"])
    account = await factory.account()
    path = f"/api/v1/accounts/{account.id}"
    response = await client.delete(path, headers=headers(actor))
    assert response.status_code == 204, response.text
    response = await client.delete(path, headers=headers(actor))
    assert response.status_code == 404, response.text


async def test_delete_account_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["admin"])
    response = await client.delete(
        "/api/v1/accounts/00000000-0000-4000-8000-000000000000", headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_delete_account_keeps_the_last_administrator(
    client: AsyncClient,
    factory: Factory,
) -> None:
    actor = await factory.account(roles=["admin"])
    account = actor
    response = await client.delete(f"/api/v1/accounts/{account.id}", headers=headers(actor))
    assert response.status_code == 409, response.text
    await factory.account(roles=["admin"])
    response = await client.delete(f"/api/v1/accounts/{account.id}", headers=headers(actor))
    assert response.status_code == 204, response.text


async def test_delete_account_needs_a_user(client: AsyncClient) -> None:
    response = await client.delete("/api/v1/accounts/00000000-0000-4000-8000-000000000000")
    assert response.status_code == 401, response.text


async def test_delete_account_needs_a_role(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["member", "vet"])
    response = await client.delete(
        "/api/v1/accounts/00000000-0000-4000-8000-000000000000",
        headers=headers(actor),
    )
    assert response.status_code == 403, response.text
