"""Tests of stores over HTTP."""

from httpx import AsyncClient

from tests.factories import Factory
from tests.payloads import new_store


async def test_get_shops(client: AsyncClient, factory: Factory) -> None:
    await factory.store()
    response = await client.get("/rest/shops")
    assert response.status_code == 200, response.text
    assert len(response.json()["shops"]) == 1


async def test_get_shops_sorted(client: AsyncClient, factory: Factory) -> None:
    await factory.store()
    await factory.store()
    asc = await client.get("/rest/shops?orderBy=name&direction=asc")
    assert asc.status_code == 200, asc.text
    desc = await client.get("/rest/shops?orderBy=name&direction=desc")
    assert desc.status_code == 200, desc.text
    assert asc.json()["shops"] == desc.json()["shops"][::-1]


async def test_get_shops_by_search(client: AsyncClient, factory: Factory) -> None:
    await factory.store()
    response = await client.get("/rest/shops?term=no%20such%20text")
    assert response.status_code == 200, response.text
    assert response.json()["shops"] == []


async def test_get_shops_refuses_an_unknown_filter(client: AsyncClient) -> None:
    response = await client.get("/rest/shops?no_such_filter=1")
    assert response.status_code == 400, response.text


async def test_open_shop(client: AsyncClient) -> None:
    body = {"shop": new_store()}
    response = await client.post("/rest/shops", json=body)
    assert response.status_code == 200, response.text
    data = response.json()["shop"]
    assert data["name"] == body["shop"]["name"]
    assert data["displayName"] == body["shop"]["displayName"]


async def test_open_shop_twice(client: AsyncClient) -> None:
    body = {"shop": new_store()}
    response = await client.post("/rest/shops", json=body)
    assert response.status_code == 200, response.text
    response = await client.post("/rest/shops", json=body)
    assert response.status_code == 400, response.text
    assert "with this" in response.text


async def test_open_shop_names_the_wrong_field(client: AsyncClient) -> None:
    body = {"shop": new_store()}
    body["shop"].pop("name", None)
    response = await client.post("/rest/shops", json=body)
    assert response.status_code == 400, response.text
    assert "name" in response.text


async def test_open_shop_with_a_malformed_body(client: AsyncClient) -> None:
    as_json = {"Content-Type": "application/json"}
    response = await client.post("/rest/shops", content=b"{", headers=as_json)
    assert response.status_code == 400, response.text


async def test_get_shop(client: AsyncClient, factory: Factory) -> None:
    store = await factory.store()
    response = await client.get(f"/rest/shops/{store.slug}")
    assert response.status_code == 200, response.text


async def test_get_shop_that_is_absent(client: AsyncClient) -> None:
    response = await client.get("/rest/shops/~absent~")
    assert response.status_code == 404, response.text


async def test_close_shop(client: AsyncClient, factory: Factory) -> None:
    store = await factory.store()
    path = f"/rest/shops/{store.slug}"
    response = await client.delete(path)
    assert response.status_code == 202, response.text
    response = await client.delete(path)
    assert response.status_code == 404, response.text


async def test_close_shop_that_is_absent(client: AsyncClient) -> None:
    response = await client.delete("/rest/shops/~absent~")
    assert response.status_code == 404, response.text
