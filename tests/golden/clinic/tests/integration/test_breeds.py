"""Tests of breeds over HTTP."""

from httpx import AsyncClient

from tests.factories import Factory, headers
from tests.payloads import breed_create, breed_update


async def test_list_breeds(client: AsyncClient, factory: Factory) -> None:
    await factory.breed()
    response = await client.get("/api/v1/breeds")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == len(response.json()["items"])


async def test_list_breeds_by_page(client: AsyncClient, factory: Factory) -> None:
    await factory.breed()
    await factory.breed()
    response = await client.get("/api/v1/breeds?page=2&limit=1")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == 2
    response = await client.get("/api/v1/breeds?page=9&limit=1")
    assert response.json()["items"] == []
    assert response.json()["total"] == 2


async def test_list_breeds_sorted(client: AsyncClient, factory: Factory) -> None:
    await factory.breed()
    await factory.breed()
    asc = await client.get("/api/v1/breeds?sort_by=id&sort_order=asc")
    assert asc.status_code == 200, asc.text
    desc = await client.get("/api/v1/breeds?sort_by=id&sort_order=desc")
    assert desc.status_code == 200, desc.text
    assert asc.json()["items"] == desc.json()["items"][::-1]


async def test_list_breeds_filtered(client: AsyncClient, factory: Factory) -> None:
    breed = await factory.breed()
    await factory.breed()
    response = await client.get(f"/api/v1/breeds?id={breed.id}")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1


async def test_list_breeds_by_search(client: AsyncClient, factory: Factory) -> None:
    await factory.breed()
    response = await client.get("/api/v1/breeds?q=no%20such%20text")
    assert response.status_code == 200, response.text
    assert response.json()["items"] == []


async def test_list_breeds_refuses_an_unknown_filter(client: AsyncClient) -> None:
    response = await client.get("/api/v1/breeds?no_such_filter=1")
    assert response.status_code == 422, response.text


async def test_create_breed(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["vet"])
    body = breed_create()
    response = await client.post("/api/v1/breeds", json=body, headers=headers(actor))
    assert response.status_code == 201, response.text
    data = response.json()
    assert data["name"] == body["name"]


async def test_create_breed_twice(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["vet"])
    body = breed_create()
    response = await client.post("/api/v1/breeds", json=body, headers=headers(actor))
    assert response.status_code == 201, response.text
    response = await client.post("/api/v1/breeds", json=body, headers=headers(actor))
    assert response.status_code == 409, response.text
    assert "with this" in response.text


async def test_create_breed_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["vet"])
    body = breed_create()
    body.pop("name", None)
    response = await client.post("/api/v1/breeds", json=body, headers=headers(actor))
    assert response.status_code == 422, response.text
    assert "name" in response.text


async def test_create_breed_with_a_malformed_body(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["vet"])
    as_json = {**headers(actor), "Content-Type": "application/json"}
    response = await client.post("/api/v1/breeds", content=b"{", headers=as_json)
    assert response.status_code == 400, response.text


async def test_create_breed_needs_a_user(client: AsyncClient) -> None:
    response = await client.post("/api/v1/breeds", json={})
    assert response.status_code == 401, response.text


async def test_create_breed_needs_a_role(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["member"])
    response = await client.post("/api/v1/breeds", json=breed_create(), headers=headers(actor))
    assert response.status_code == 403, response.text


async def test_read_breed(client: AsyncClient, factory: Factory) -> None:
    breed = await factory.breed()
    response = await client.get(f"/api/v1/breeds/{breed.id}")
    assert response.status_code == 200, response.text
    assert response.json()["id"] == str(breed.id)


async def test_read_breed_that_is_absent(client: AsyncClient) -> None:
    response = await client.get("/api/v1/breeds/00000000-0000-4000-8000-000000000000")
    assert response.status_code == 404, response.text


async def test_replace_breed(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["admin"])
    breed = await factory.breed()
    body = breed_create()
    response = await client.put(f"/api/v1/breeds/{breed.id}", json=body, headers=headers(actor))
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["name"] == body["name"]


async def test_replace_breed_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["admin"])
    body = breed_create()
    response = await client.put(
        "/api/v1/breeds/00000000-0000-4000-8000-000000000000", json=body, headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_replace_breed_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["admin"])
    breed = await factory.breed()
    body = breed_create()
    body.pop("name", None)
    response = await client.put(f"/api/v1/breeds/{breed.id}", json=body, headers=headers(actor))
    assert response.status_code == 422, response.text
    assert "name" in response.text


async def test_replace_breed_needs_a_user(client: AsyncClient) -> None:
    response = await client.put("/api/v1/breeds/00000000-0000-4000-8000-000000000000", json={})
    assert response.status_code == 401, response.text


async def test_replace_breed_needs_a_role(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["member", "vet"])
    response = await client.put(
        "/api/v1/breeds/00000000-0000-4000-8000-000000000000",
        json=breed_create(),
        headers=headers(actor),
    )
    assert response.status_code == 403, response.text


async def test_update_breed(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["admin"])
    breed = await factory.breed()
    body = breed_update()
    response = await client.patch(f"/api/v1/breeds/{breed.id}", json=body, headers=headers(actor))
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["name"] == body["name"]


async def test_update_breed_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["admin"])
    body = breed_update()
    response = await client.patch(
        "/api/v1/breeds/00000000-0000-4000-8000-000000000000", json=body, headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_update_breed_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["admin"])
    breed = await factory.breed()
    body = breed_update()
    body["no_such_field"] = 1
    response = await client.patch(f"/api/v1/breeds/{breed.id}", json=body, headers=headers(actor))
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_update_breed_needs_a_user(client: AsyncClient) -> None:
    response = await client.patch("/api/v1/breeds/00000000-0000-4000-8000-000000000000", json={})
    assert response.status_code == 401, response.text


async def test_update_breed_needs_a_role(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["member", "vet"])
    response = await client.patch(
        "/api/v1/breeds/00000000-0000-4000-8000-000000000000",
        json=breed_update(),
        headers=headers(actor),
    )
    assert response.status_code == 403, response.text


async def test_delete_breed(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["admin"])
    breed = await factory.breed()
    path = f"/api/v1/breeds/{breed.id}"
    response = await client.delete(path, headers=headers(actor))
    assert response.status_code == 204, response.text
    response = await client.delete(path, headers=headers(actor))
    assert response.status_code == 404, response.text


async def test_delete_breed_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["admin"])
    response = await client.delete(
        "/api/v1/breeds/00000000-0000-4000-8000-000000000000", headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_delete_breed_needs_a_user(client: AsyncClient) -> None:
    response = await client.delete("/api/v1/breeds/00000000-0000-4000-8000-000000000000")
    assert response.status_code == 401, response.text


async def test_delete_breed_needs_a_role(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["member", "vet"])
    response = await client.delete(
        "/api/v1/breeds/00000000-0000-4000-8000-000000000000",
        headers=headers(actor),
    )
    assert response.status_code == 403, response.text
