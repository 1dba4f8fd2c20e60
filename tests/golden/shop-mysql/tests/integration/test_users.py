"""Tests of users over HTTP."""

from httpx import AsyncClient

from tests.factories import Factory, headers
from tests.payloads import user_active, user_create, user_replace, user_roles, user_update


async def test_set_user_roles(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    user = await factory.user()
    body = user_roles()
    response = await client.put(f"/api/v1/users/{user.id}/roles", json=body, headers=headers(actor))
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["roles"] == body["roles"]


async def test_set_user_roles_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    body = user_roles()
    response = await client.put(
        "/api/v1/users/00000000-0000-4000-8000-000000000000/roles",
        json=body,
        headers=headers(actor),
    )
    assert response.status_code == 404, response.text


async def test_set_user_roles_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    user = await factory.user()
    body = user_roles()
    body["no_such_field"] = 1
    response = await client.put(f"/api/v1/users/{user.id}/roles", json=body, headers=headers(actor))
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_set_user_roles_keeps_the_last_administrator(
    client: AsyncClient,
    factory: Factory,
) -> None:
    actor = await factory.user(roles=["admin"])
    user = actor
    body = user_roles(roles=[])
    response = await client.put(f"/api/v1/users/{user.id}/roles", json=body, headers=headers(actor))
    assert response.status_code == 409, response.text
    await factory.user(roles=["admin"])
    response = await client.put(f"/api/v1/users/{user.id}/roles", json=body, headers=headers(actor))
    assert response.status_code == 200, response.text


async def test_set_user_roles_needs_a_user(client: AsyncClient) -> None:
    response = await client.put("/api/v1/users/00000000-0000-4000-8000-000000000000/roles", json={})
    assert response.status_code == 401, response.text


async def test_set_user_roles_needs_a_role(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["user"])
    response = await client.put(
        "/api/v1/users/00000000-0000-4000-8000-000000000000/roles",
        json=user_roles(),
        headers=headers(actor),
    )
    assert response.status_code == 403, response.text


async def test_set_user_active(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    user = await factory.user()
    body = user_active()
    response = await client.put(
        f"/api/v1/users/{user.id}/active", json=body, headers=headers(actor)
    )
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["is_active"] == body["is_active"]


async def test_set_user_active_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    body = user_active()
    response = await client.put(
        "/api/v1/users/00000000-0000-4000-8000-000000000000/active",
        json=body,
        headers=headers(actor),
    )
    assert response.status_code == 404, response.text


async def test_set_user_active_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    user = await factory.user()
    body = user_active()
    body["no_such_field"] = 1
    response = await client.put(
        f"/api/v1/users/{user.id}/active", json=body, headers=headers(actor)
    )
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_set_user_active_keeps_the_last_administrator(
    client: AsyncClient,
    factory: Factory,
) -> None:
    actor = await factory.user(roles=["admin"])
    user = actor
    body = user_active(is_active=False)
    response = await client.put(
        f"/api/v1/users/{user.id}/active", json=body, headers=headers(actor)
    )
    assert response.status_code == 409, response.text
    await factory.user(roles=["admin"])
    response = await client.put(
        f"/api/v1/users/{user.id}/active", json=body, headers=headers(actor)
    )
    assert response.status_code == 200, response.text


async def test_set_user_active_needs_a_user(client: AsyncClient) -> None:
    response = await client.put(
        "/api/v1/users/00000000-0000-4000-8000-000000000000/active", json={}
    )
    assert response.status_code == 401, response.text


async def test_set_user_active_needs_a_role(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["user"])
    response = await client.put(
        "/api/v1/users/00000000-0000-4000-8000-000000000000/active",
        json=user_active(),
        headers=headers(actor),
    )
    assert response.status_code == 403, response.text


async def test_list_users(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    await factory.user()
    response = await client.get("/api/v1/users", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 2
    assert response.json()["total"] == len(response.json()["items"])


async def test_list_users_by_page(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    await factory.user()
    await factory.user()
    response = await client.get("/api/v1/users?page=2&limit=1", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == 3
    response = await client.get("/api/v1/users?page=9&limit=1", headers=headers(actor))
    assert response.json()["items"] == []
    assert response.json()["total"] == 3


async def test_list_users_sorted(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    await factory.user()
    await factory.user()
    asc = await client.get("/api/v1/users?sort_by=id&sort_order=asc", headers=headers(actor))
    assert asc.status_code == 200, asc.text
    desc = await client.get("/api/v1/users?sort_by=id&sort_order=desc", headers=headers(actor))
    assert desc.status_code == 200, desc.text
    assert asc.json()["items"] == desc.json()["items"][::-1]


async def test_list_users_filtered(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    user = await factory.user()
    await factory.user()
    response = await client.get(f"/api/v1/users?id={user.id}", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1


async def test_list_users_by_search(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    await factory.user()
    response = await client.get("/api/v1/users?q=no%20such%20text", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert response.json()["items"] == []


async def test_list_users_refuses_an_unknown_filter(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    response = await client.get("/api/v1/users?no_such_filter=1", headers=headers(actor))
    assert response.status_code == 422, response.text


async def test_list_users_needs_a_user(client: AsyncClient) -> None:
    response = await client.get("/api/v1/users")
    assert response.status_code == 401, response.text


async def test_list_users_needs_a_role(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["user"])
    response = await client.get("/api/v1/users", headers=headers(actor))
    assert response.status_code == 403, response.text


async def test_create_user(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    body = user_create()
    response = await client.post("/api/v1/users", json=body, headers=headers(actor))
    assert response.status_code == 201, response.text
    data = response.json()
    assert data["full_name"] == body["full_name"]


async def test_create_user_twice(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    body = user_create()
    response = await client.post("/api/v1/users", json=body, headers=headers(actor))
    assert response.status_code == 201, response.text
    response = await client.post("/api/v1/users", json=body, headers=headers(actor))
    assert response.status_code == 409, response.text
    assert "with this" in response.text


async def test_create_user_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    body = user_create()
    body.pop("email", None)
    response = await client.post("/api/v1/users", json=body, headers=headers(actor))
    assert response.status_code == 422, response.text
    assert "email" in response.text


async def test_create_user_with_a_malformed_body(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    as_json = {**headers(actor), "Content-Type": "application/json"}
    response = await client.post("/api/v1/users", content=b"{", headers=as_json)
    assert response.status_code == 400, response.text


async def test_create_user_needs_a_user(client: AsyncClient) -> None:
    response = await client.post("/api/v1/users", json={})
    assert response.status_code == 401, response.text


async def test_create_user_needs_a_role(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["user"])
    response = await client.post("/api/v1/users", json=user_create(), headers=headers(actor))
    assert response.status_code == 403, response.text


async def test_read_user(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    user = actor
    response = await client.get(f"/api/v1/users/{user.id}", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert response.json()["id"] == str(user.id)


async def test_read_user_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    response = await client.get(
        "/api/v1/users/00000000-0000-4000-8000-000000000000", headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_read_user_of_another_user(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.user()
    stranger = await factory.user()
    user = owner
    response = await client.get(f"/api/v1/users/{user.id}", headers=headers(stranger))
    assert response.status_code == 403, response.text


async def test_read_user_needs_a_user(client: AsyncClient) -> None:
    response = await client.get("/api/v1/users/00000000-0000-4000-8000-000000000000")
    assert response.status_code == 401, response.text


async def test_replace_user(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    user = actor
    body = user_replace()
    response = await client.put(f"/api/v1/users/{user.id}", json=body, headers=headers(actor))
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["full_name"] == body["full_name"]


async def test_replace_user_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    body = user_replace()
    response = await client.put(
        "/api/v1/users/00000000-0000-4000-8000-000000000000", json=body, headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_replace_user_of_another_user(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.user()
    stranger = await factory.user()
    user = owner
    body = user_replace()
    response = await client.put(f"/api/v1/users/{user.id}", json=body, headers=headers(stranger))
    assert response.status_code == 403, response.text


async def test_replace_user_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    user = actor
    body = user_replace()
    body.pop("email", None)
    response = await client.put(f"/api/v1/users/{user.id}", json=body, headers=headers(actor))
    assert response.status_code == 422, response.text
    assert "email" in response.text


async def test_replace_user_needs_a_user(client: AsyncClient) -> None:
    response = await client.put("/api/v1/users/00000000-0000-4000-8000-000000000000", json={})
    assert response.status_code == 401, response.text


async def test_update_user(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    user = actor
    body = user_update()
    response = await client.patch(f"/api/v1/users/{user.id}", json=body, headers=headers(actor))
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["full_name"] == body["full_name"]


async def test_update_user_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    body = user_update()
    response = await client.patch(
        "/api/v1/users/00000000-0000-4000-8000-000000000000", json=body, headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_update_user_of_another_user(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.user()
    stranger = await factory.user()
    user = owner
    body = user_update()
    response = await client.patch(f"/api/v1/users/{user.id}", json=body, headers=headers(stranger))
    assert response.status_code == 403, response.text


async def test_update_user_needs_the_present_password(
    client: AsyncClient,
    factory: Factory,
) -> None:
    actor = await factory.user()
    user = actor
    body = user_update()
    del body["current_password"]
    response = await client.patch(f"/api/v1/users/{user.id}", json=body, headers=headers(actor))
    assert response.status_code == 403, response.text
    assert "current_password" in response.text
    assert "needs the present one" in response.text
    body["current_password"] = "Wrong-Horse-8"
    response = await client.patch(f"/api/v1/users/{user.id}", json=body, headers=headers(actor))
    assert response.status_code == 403, response.text
    assert "current_password" in response.text
    assert "not the present password" in response.text


async def test_update_user_ends_tokens_of_an_old_password(
    client: AsyncClient,
    factory: Factory,
) -> None:
    actor = await factory.user()
    user = actor
    body = user_update()
    old = headers(actor)
    response = await client.patch(f"/api/v1/users/{user.id}", json=body, headers=old)
    assert response.status_code == 200, response.text
    response = await client.patch(f"/api/v1/users/{user.id}", json=body, headers=old)
    assert response.status_code == 401, response.text


async def test_update_user_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    user = actor
    body = user_update()
    body["no_such_field"] = 1
    response = await client.patch(f"/api/v1/users/{user.id}", json=body, headers=headers(actor))
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_update_user_needs_a_user(client: AsyncClient) -> None:
    response = await client.patch("/api/v1/users/00000000-0000-4000-8000-000000000000", json={})
    assert response.status_code == 401, response.text


async def test_delete_user(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    user = await factory.user()
    path = f"/api/v1/users/{user.id}"
    response = await client.delete(path, headers=headers(actor))
    assert response.status_code == 204, response.text
    response = await client.delete(path, headers=headers(actor))
    assert response.status_code == 404, response.text


async def test_delete_user_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    response = await client.delete(
        "/api/v1/users/00000000-0000-4000-8000-000000000000", headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_delete_user_keeps_the_last_administrator(
    client: AsyncClient,
    factory: Factory,
) -> None:
    actor = await factory.user(roles=["admin"])
    user = actor
    response = await client.delete(f"/api/v1/users/{user.id}", headers=headers(actor))
    assert response.status_code == 409, response.text
    await factory.user(roles=["admin"])
    response = await client.delete(f"/api/v1/users/{user.id}", headers=headers(actor))
    assert response.status_code == 204, response.text


async def test_delete_user_needs_a_user(client: AsyncClient) -> None:
    response = await client.delete("/api/v1/users/00000000-0000-4000-8000-000000000000")
    assert response.status_code == 401, response.text


async def test_delete_user_needs_a_role(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["user"])
    response = await client.delete(
        "/api/v1/users/00000000-0000-4000-8000-000000000000",
        headers=headers(actor),
    )
    assert response.status_code == 403, response.text
