"""Tests of pets over HTTP."""

from httpx import AsyncClient

from tests.factories import Factory, headers
from tests.payloads import pet_create, pet_update


async def test_list_pets(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    await factory.pet(account=actor)
    response = await client.get("/api/v1/pets", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == len(response.json()["items"])


async def test_list_pets_by_page(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    await factory.pet(account=actor)
    await factory.pet(account=actor)
    response = await client.get("/api/v1/pets?page=2&limit=1", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == 2
    response = await client.get("/api/v1/pets?page=9&limit=1", headers=headers(actor))
    assert response.json()["items"] == []
    assert response.json()["total"] == 2


async def test_list_pets_sorted(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    await factory.pet(account=actor)
    await factory.pet(account=actor)
    asc = await client.get("/api/v1/pets?sort_by=id&sort_order=asc", headers=headers(actor))
    assert asc.status_code == 200, asc.text
    desc = await client.get("/api/v1/pets?sort_by=id&sort_order=desc", headers=headers(actor))
    assert desc.status_code == 200, desc.text
    assert asc.json()["items"] == desc.json()["items"][::-1]


async def test_list_pets_filtered(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    pet = await factory.pet(account=actor)
    await factory.pet(account=actor)
    response = await client.get(f"/api/v1/pets?id={pet.id}", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1


async def test_list_pets_by_search(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    await factory.pet(account=actor)
    response = await client.get("/api/v1/pets?q=no%20such%20text", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert response.json()["items"] == []


async def test_list_pets_refuses_an_unknown_filter(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    response = await client.get("/api/v1/pets?no_such_filter=1", headers=headers(actor))
    assert response.status_code == 422, response.text


async def test_list_pets_shows_only_own_rows(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.account()
    stranger = await factory.account()
    await factory.pet(account=owner)
    response = await client.get("/api/v1/pets", headers=headers(stranger))
    assert response.status_code == 200, response.text
    assert response.json()["items"] == []


async def test_list_pets_needs_a_user(client: AsyncClient) -> None:
    response = await client.get("/api/v1/pets")
    assert response.status_code == 401, response.text


async def test_create_pet(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    body = pet_create()
    response = await client.post("/api/v1/pets", json=body, headers=headers(actor))
    assert response.status_code == 201, response.text
    data = response.json()
    assert data["name"] == body["name"]


async def test_create_pet_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    body = pet_create()
    body.pop("name", None)
    response = await client.post("/api/v1/pets", json=body, headers=headers(actor))
    assert response.status_code == 422, response.text
    assert "name" in response.text


async def test_create_pet_with_a_malformed_body(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    as_json = {**headers(actor), "Content-Type": "application/json"}
    response = await client.post("/api/v1/pets", content=b"{", headers=as_json)
    assert response.status_code == 400, response.text


async def test_create_pet_needs_a_user(client: AsyncClient) -> None:
    response = await client.post("/api/v1/pets", json={})
    assert response.status_code == 401, response.text


async def test_read_pet(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    pet = await factory.pet(account=actor)
    response = await client.get(f"/api/v1/pets/{pet.id}", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert response.json()["id"] == str(pet.id)


async def test_read_pet_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    response = await client.get(
        "/api/v1/pets/00000000-0000-4000-8000-000000000000", headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_read_pet_of_another_user(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.account()
    stranger = await factory.account()
    pet = await factory.pet(account=owner)
    response = await client.get(f"/api/v1/pets/{pet.id}", headers=headers(stranger))
    assert response.status_code == 403, response.text


async def test_read_pet_needs_a_user(client: AsyncClient) -> None:
    response = await client.get("/api/v1/pets/00000000-0000-4000-8000-000000000000")
    assert response.status_code == 401, response.text


async def test_replace_pet(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    pet = await factory.pet(account=actor)
    body = pet_create()
    response = await client.put(f"/api/v1/pets/{pet.id}", json=body, headers=headers(actor))
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["name"] == body["name"]


async def test_replace_pet_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    body = pet_create()
    response = await client.put(
        "/api/v1/pets/00000000-0000-4000-8000-000000000000", json=body, headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_replace_pet_of_another_user(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.account()
    stranger = await factory.account()
    pet = await factory.pet(account=owner)
    body = pet_create()
    response = await client.put(f"/api/v1/pets/{pet.id}", json=body, headers=headers(stranger))
    assert response.status_code == 403, response.text


async def test_replace_pet_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    pet = await factory.pet(account=actor)
    body = pet_create()
    body.pop("name", None)
    response = await client.put(f"/api/v1/pets/{pet.id}", json=body, headers=headers(actor))
    assert response.status_code == 422, response.text
    assert "name" in response.text


async def test_replace_pet_needs_a_user(client: AsyncClient) -> None:
    response = await client.put("/api/v1/pets/00000000-0000-4000-8000-000000000000", json={})
    assert response.status_code == 401, response.text


async def test_update_pet(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    pet = await factory.pet(account=actor)
    body = pet_update()
    response = await client.patch(f"/api/v1/pets/{pet.id}", json=body, headers=headers(actor))
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["name"] == body["name"]


async def test_update_pet_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    body = pet_update()
    response = await client.patch(
        "/api/v1/pets/00000000-0000-4000-8000-000000000000", json=body, headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_update_pet_of_another_user(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.account()
    stranger = await factory.account()
    pet = await factory.pet(account=owner)
    body = pet_update()
    response = await client.patch(f"/api/v1/pets/{pet.id}", json=body, headers=headers(stranger))
    assert response.status_code == 403, response.text


async def test_update_pet_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    pet = await factory.pet(account=actor)
    body = pet_update()
    body["no_such_field"] = 1
    response = await client.patch(f"/api/v1/pets/{pet.id}", json=body, headers=headers(actor))
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_update_pet_needs_a_user(client: AsyncClient) -> None:
    response = await client.patch("/api/v1/pets/00000000-0000-4000-8000-000000000000", json={})
    assert response.status_code == 401, response.text


async def test_delete_pet(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    pet = await factory.pet(account=actor)
    path = f"/api/v1/pets/{pet.id}"
    response = await client.delete(path, headers=headers(actor))
    assert response.status_code == 204, response.text
    response = await client.delete(path, headers=headers(actor))
    assert response.status_code == 404, response.text


async def test_delete_pet_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    response = await client.delete(
        "/api/v1/pets/00000000-0000-4000-8000-000000000000", headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_delete_pet_of_another_user(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.account()
    stranger = await factory.account()
    pet = await factory.pet(account=owner)
    response = await client.delete(f"/api/v1/pets/{pet.id}", headers=headers(stranger))
    assert response.status_code == 403, response.text


async def test_delete_pet_needs_a_user(client: AsyncClient) -> None:
    response = await client.delete("/api/v1/pets/00000000-0000-4000-8000-000000000000")
    assert response.status_code == 401, response.text


async def test_list_album_pets(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    pet = await factory.pet(account=actor)
    album = await factory.album(pets=[pet], account=actor)
    response = await client.get(f"/api/v1/albums/{album.id}/pets", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1


async def test_list_album_pets_of_an_absent_one(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    response = await client.get(
        "/api/v1/albums/00000000-0000-4000-8000-000000000000/pets", headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_list_album_pets_of_a_strangers_one(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    album = await factory.album()
    response = await client.get(f"/api/v1/albums/{album.id}/pets", headers=headers(actor))
    assert response.status_code == 404, response.text


async def test_list_album_pets_needs_a_user(client: AsyncClient) -> None:
    response = await client.get("/api/v1/albums/00000000-0000-4000-8000-000000000000/pets")
    assert response.status_code == 401, response.text
