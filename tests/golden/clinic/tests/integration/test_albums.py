"""Tests of albums over HTTP."""

from httpx import AsyncClient

from tests.factories import Factory, headers
from tests.payloads import album_create, album_update


async def test_list_albums(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    await factory.album(account=actor)
    response = await client.get("/api/v1/albums", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == len(response.json()["items"])


async def test_list_albums_by_page(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    await factory.album(account=actor)
    await factory.album(account=actor)
    response = await client.get("/api/v1/albums?page=2&limit=1", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == 2
    response = await client.get("/api/v1/albums?page=9&limit=1", headers=headers(actor))
    assert response.json()["items"] == []
    assert response.json()["total"] == 2


async def test_list_albums_sorted(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    await factory.album(account=actor)
    await factory.album(account=actor)
    asc = await client.get("/api/v1/albums?sort_by=id&sort_order=asc", headers=headers(actor))
    assert asc.status_code == 200, asc.text
    desc = await client.get("/api/v1/albums?sort_by=id&sort_order=desc", headers=headers(actor))
    assert desc.status_code == 200, desc.text
    assert asc.json()["items"] == desc.json()["items"][::-1]


async def test_list_albums_filtered(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    album = await factory.album(account=actor)
    await factory.album(account=actor)
    response = await client.get(f"/api/v1/albums?id={album.id}", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1


async def test_list_albums_by_search(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    await factory.album(account=actor)
    response = await client.get("/api/v1/albums?q=no%20such%20text", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert response.json()["items"] == []


async def test_list_albums_refuses_an_unknown_filter(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    response = await client.get("/api/v1/albums?no_such_filter=1", headers=headers(actor))
    assert response.status_code == 422, response.text


async def test_list_albums_shows_only_own_rows(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.account()
    stranger = await factory.account()
    await factory.album(account=owner)
    response = await client.get("/api/v1/albums", headers=headers(stranger))
    assert response.status_code == 200, response.text
    assert response.json()["items"] == []


async def test_list_albums_needs_a_user(client: AsyncClient) -> None:
    response = await client.get("/api/v1/albums")
    assert response.status_code == 401, response.text


async def test_create_album(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    body = album_create()
    response = await client.post("/api/v1/albums", json=body, headers=headers(actor))
    assert response.status_code == 201, response.text
    data = response.json()
    assert data["title"] == body["title"]


async def test_create_album_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    body = album_create()
    body.pop("title", None)
    response = await client.post("/api/v1/albums", json=body, headers=headers(actor))
    assert response.status_code == 422, response.text
    assert "title" in response.text


async def test_create_album_without_its_cover(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    body = album_create()
    body["cover_id"] = "00000000-0000-4000-8000-000000000000"
    response = await client.post("/api/v1/albums", json=body, headers=headers(actor))
    assert response.status_code == 409, response.text
    assert "cover_id" in response.text


async def test_create_album_with_a_malformed_body(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    as_json = {**headers(actor), "Content-Type": "application/json"}
    response = await client.post("/api/v1/albums", content=b"{", headers=as_json)
    assert response.status_code == 400, response.text


async def test_create_album_needs_a_user(client: AsyncClient) -> None:
    response = await client.post("/api/v1/albums", json={})
    assert response.status_code == 401, response.text


async def test_read_album(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    album = await factory.album(account=actor)
    response = await client.get(f"/api/v1/albums/{album.id}", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert response.json()["id"] == str(album.id)


async def test_read_album_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    response = await client.get(
        "/api/v1/albums/00000000-0000-4000-8000-000000000000", headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_read_album_of_another_user(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.account()
    stranger = await factory.account()
    album = await factory.album(account=owner)
    response = await client.get(f"/api/v1/albums/{album.id}", headers=headers(stranger))
    assert response.status_code == 403, response.text


async def test_read_album_needs_a_user(client: AsyncClient) -> None:
    response = await client.get("/api/v1/albums/00000000-0000-4000-8000-000000000000")
    assert response.status_code == 401, response.text


async def test_replace_album(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    album = await factory.album(account=actor)
    body = album_create()
    response = await client.put(f"/api/v1/albums/{album.id}", json=body, headers=headers(actor))
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["title"] == body["title"]


async def test_replace_album_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    body = album_create()
    response = await client.put(
        "/api/v1/albums/00000000-0000-4000-8000-000000000000", json=body, headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_replace_album_of_another_user(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.account()
    stranger = await factory.account()
    album = await factory.album(account=owner)
    body = album_create()
    response = await client.put(f"/api/v1/albums/{album.id}", json=body, headers=headers(stranger))
    assert response.status_code == 403, response.text


async def test_replace_album_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    album = await factory.album(account=actor)
    body = album_create()
    body.pop("title", None)
    response = await client.put(f"/api/v1/albums/{album.id}", json=body, headers=headers(actor))
    assert response.status_code == 422, response.text
    assert "title" in response.text


async def test_replace_album_needs_a_user(client: AsyncClient) -> None:
    response = await client.put("/api/v1/albums/00000000-0000-4000-8000-000000000000", json={})
    assert response.status_code == 401, response.text


async def test_update_album(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    album = await factory.album(account=actor)
    body = album_update()
    response = await client.patch(f"/api/v1/albums/{album.id}", json=body, headers=headers(actor))
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["title"] == body["title"]


async def test_update_album_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    body = album_update()
    response = await client.patch(
        "/api/v1/albums/00000000-0000-4000-8000-000000000000", json=body, headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_update_album_of_another_user(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.account()
    stranger = await factory.account()
    album = await factory.album(account=owner)
    body = album_update()
    response = await client.patch(
        f"/api/v1/albums/{album.id}", json=body, headers=headers(stranger)
    )
    assert response.status_code == 403, response.text


async def test_update_album_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    album = await factory.album(account=actor)
    body = album_update()
    body["no_such_field"] = 1
    response = await client.patch(f"/api/v1/albums/{album.id}", json=body, headers=headers(actor))
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_update_album_needs_a_user(client: AsyncClient) -> None:
    response = await client.patch("/api/v1/albums/00000000-0000-4000-8000-000000000000", json={})
    assert response.status_code == 401, response.text


async def test_delete_album(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    album = await factory.album(account=actor)
    path = f"/api/v1/albums/{album.id}"
    response = await client.delete(path, headers=headers(actor))
    assert response.status_code == 204, response.text
    response = await client.delete(path, headers=headers(actor))
    assert response.status_code == 404, response.text


async def test_delete_album_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    response = await client.delete(
        "/api/v1/albums/00000000-0000-4000-8000-000000000000", headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_delete_album_of_another_user(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.account()
    stranger = await factory.account()
    album = await factory.album(account=owner)
    response = await client.delete(f"/api/v1/albums/{album.id}", headers=headers(stranger))
    assert response.status_code == 403, response.text


async def test_delete_album_needs_a_user(client: AsyncClient) -> None:
    response = await client.delete("/api/v1/albums/00000000-0000-4000-8000-000000000000")
    assert response.status_code == 401, response.text


async def test_list_pet_albums(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    album = await factory.album(account=actor)
    pet = await factory.pet(albums=[album], account=actor)
    response = await client.get(f"/api/v1/pets/{pet.id}/albums", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1


async def test_list_pet_albums_of_an_absent_one(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    response = await client.get(
        "/api/v1/pets/00000000-0000-4000-8000-000000000000/albums", headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_list_pet_albums_of_a_strangers_one(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    pet = await factory.pet()
    response = await client.get(f"/api/v1/pets/{pet.id}/albums", headers=headers(actor))
    assert response.status_code == 404, response.text


async def test_list_pet_albums_needs_a_user(client: AsyncClient) -> None:
    response = await client.get("/api/v1/pets/00000000-0000-4000-8000-000000000000/albums")
    assert response.status_code == 401, response.text


async def test_add_album_pet(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    other = await factory.pet(account=actor)
    album = await factory.album(account=actor)
    path = f"/api/v1/albums/{album.id}/pets/{other.id}"
    response = await client.put(path, headers=headers(actor))
    assert response.status_code == 204, response.text
    response = await client.put(path, headers=headers(actor))
    assert response.status_code == 204, response.text


async def test_add_album_pet_to_an_absent_one(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    path = "/api/v1/albums/00000000-0000-4000-8000-000000000000/pets/00000000-0000-4000-8000-000000000000"
    response = await client.put(path, headers=headers(actor))
    assert response.status_code == 404, response.text


async def test_add_album_pet_needs_a_user(client: AsyncClient) -> None:
    response = await client.put(
        "/api/v1/albums/00000000-0000-4000-8000-000000000000/pets/00000000-0000-4000-8000-000000000000",
    )
    assert response.status_code == 401, response.text


async def test_remove_album_pet(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    other = await factory.pet(account=actor)
    album = await factory.album(account=actor, pets=[other])
    path = f"/api/v1/albums/{album.id}/pets/{other.id}"
    response = await client.delete(path, headers=headers(actor))
    assert response.status_code == 204, response.text
    response = await client.delete(path, headers=headers(actor))
    assert response.status_code == 404, response.text


async def test_remove_album_pet_to_an_absent_one(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    path = "/api/v1/albums/00000000-0000-4000-8000-000000000000/pets/00000000-0000-4000-8000-000000000000"
    response = await client.delete(path, headers=headers(actor))
    assert response.status_code == 404, response.text


async def test_remove_album_pet_needs_a_user(client: AsyncClient) -> None:
    response = await client.delete(
        "/api/v1/albums/00000000-0000-4000-8000-000000000000/pets/00000000-0000-4000-8000-000000000000",
    )
    assert response.status_code == 401, response.text
