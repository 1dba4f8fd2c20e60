"""Tests of stations over HTTP."""

from httpx import AsyncClient

from tests.factories import Factory
from tests.payloads import station_create, station_update


async def test_list_stations(client: AsyncClient, factory: Factory) -> None:
    await factory.station()
    response = await client.get("/api/v1/stations")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == len(response.json()["items"])


async def test_list_stations_by_page(client: AsyncClient, factory: Factory) -> None:
    await factory.station()
    await factory.station()
    response = await client.get("/api/v1/stations?page=2&limit=1")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == 2
    response = await client.get("/api/v1/stations?page=9&limit=1")
    assert response.json()["items"] == []
    assert response.json()["total"] == 2


async def test_list_stations_sorted(client: AsyncClient, factory: Factory) -> None:
    await factory.station()
    await factory.station()
    asc = await client.get("/api/v1/stations?sort_by=id&sort_order=asc")
    assert asc.status_code == 200, asc.text
    desc = await client.get("/api/v1/stations?sort_by=id&sort_order=desc")
    assert desc.status_code == 200, desc.text
    assert asc.json()["items"] == desc.json()["items"][::-1]


async def test_list_stations_filtered(client: AsyncClient, factory: Factory) -> None:
    station = await factory.station()
    await factory.station()
    response = await client.get(f"/api/v1/stations?id={station.id}")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1


async def test_list_stations_by_search(client: AsyncClient, factory: Factory) -> None:
    await factory.station()
    response = await client.get("/api/v1/stations?q=no%20such%20text")
    assert response.status_code == 200, response.text
    assert response.json()["items"] == []


async def test_list_stations_refuses_an_unknown_filter(client: AsyncClient) -> None:
    response = await client.get("/api/v1/stations?no_such_filter=1")
    assert response.status_code == 422, response.text


async def test_create_station(client: AsyncClient) -> None:
    body = station_create()
    response = await client.post("/api/v1/stations", json=body)
    assert response.status_code == 201, response.text
    data = response.json()
    assert data["code"] == body["code"]
    assert data["name"] == body["name"]


async def test_create_station_twice(client: AsyncClient) -> None:
    body = station_create()
    response = await client.post("/api/v1/stations", json=body)
    assert response.status_code == 201, response.text
    response = await client.post("/api/v1/stations", json=body)
    assert response.status_code == 409, response.text
    assert "with this" in response.text


async def test_create_station_names_the_wrong_field(client: AsyncClient) -> None:
    body = station_create()
    body.pop("code", None)
    response = await client.post("/api/v1/stations", json=body)
    assert response.status_code == 422, response.text
    assert "code" in response.text


async def test_create_station_with_a_malformed_body(client: AsyncClient) -> None:
    as_json = {"Content-Type": "application/json"}
    response = await client.post("/api/v1/stations", content=b"{", headers=as_json)
    assert response.status_code == 400, response.text


async def test_read_station(client: AsyncClient, factory: Factory) -> None:
    station = await factory.station()
    response = await client.get(f"/api/v1/stations/{station.id}")
    assert response.status_code == 200, response.text
    assert response.json()["id"] == str(station.id)


async def test_read_station_that_is_absent(client: AsyncClient) -> None:
    response = await client.get("/api/v1/stations/00000000-0000-4000-8000-000000000000")
    assert response.status_code == 404, response.text


async def test_replace_station(client: AsyncClient, factory: Factory) -> None:
    station = await factory.station()
    body = station_create()
    response = await client.put(f"/api/v1/stations/{station.id}", json=body)
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["code"] == body["code"]
    assert data["name"] == body["name"]


async def test_replace_station_that_is_absent(client: AsyncClient) -> None:
    body = station_create()
    response = await client.put("/api/v1/stations/00000000-0000-4000-8000-000000000000", json=body)
    assert response.status_code == 404, response.text


async def test_replace_station_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    station = await factory.station()
    body = station_create()
    body.pop("code", None)
    response = await client.put(f"/api/v1/stations/{station.id}", json=body)
    assert response.status_code == 422, response.text
    assert "code" in response.text


async def test_update_station(client: AsyncClient, factory: Factory) -> None:
    station = await factory.station()
    body = station_update()
    response = await client.patch(f"/api/v1/stations/{station.id}", json=body)
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["code"] == body["code"]
    assert data["name"] == body["name"]


async def test_update_station_that_is_absent(client: AsyncClient) -> None:
    body = station_update()
    response = await client.patch(
        "/api/v1/stations/00000000-0000-4000-8000-000000000000", json=body
    )
    assert response.status_code == 404, response.text


async def test_update_station_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    station = await factory.station()
    body = station_update()
    body["no_such_field"] = 1
    response = await client.patch(f"/api/v1/stations/{station.id}", json=body)
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_delete_station(client: AsyncClient, factory: Factory) -> None:
    station = await factory.station()
    path = f"/api/v1/stations/{station.id}"
    response = await client.delete(path)
    assert response.status_code == 204, response.text
    response = await client.delete(path)
    assert response.status_code == 404, response.text


async def test_delete_station_that_is_absent(client: AsyncClient) -> None:
    response = await client.delete("/api/v1/stations/00000000-0000-4000-8000-000000000000")
    assert response.status_code == 404, response.text
