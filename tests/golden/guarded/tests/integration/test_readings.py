"""Tests of readings over HTTP."""

from httpx import AsyncClient

from tests.conftest import Queries
from tests.factories import Factory
from tests.payloads import reading_create, reading_update


async def test_list_readings(client: AsyncClient, factory: Factory) -> None:
    await factory.reading()
    response = await client.get("/api/v1/readings")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == len(response.json()["items"])


async def test_list_readings_by_page(client: AsyncClient, factory: Factory) -> None:
    await factory.reading()
    await factory.reading()
    response = await client.get("/api/v1/readings?page=2&limit=1")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == 2
    response = await client.get("/api/v1/readings?page=9&limit=1")
    assert response.json()["items"] == []
    assert response.json()["total"] == 2


async def test_list_readings_sorted(client: AsyncClient, factory: Factory) -> None:
    await factory.reading()
    await factory.reading()
    asc = await client.get("/api/v1/readings?sort_by=id&sort_order=asc")
    assert asc.status_code == 200, asc.text
    desc = await client.get("/api/v1/readings?sort_by=id&sort_order=desc")
    assert desc.status_code == 200, desc.text
    assert asc.json()["items"] == desc.json()["items"][::-1]


async def test_list_readings_filtered(client: AsyncClient, factory: Factory) -> None:
    reading = await factory.reading()
    await factory.reading()
    response = await client.get(f"/api/v1/readings?id={reading.id}")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1


async def test_list_readings_by_search(client: AsyncClient, factory: Factory) -> None:
    await factory.reading()
    response = await client.get("/api/v1/readings?q=no%20such%20text")
    assert response.status_code == 200, response.text
    assert response.json()["items"] == []


async def test_list_readings_refuses_an_unknown_filter(client: AsyncClient) -> None:
    response = await client.get("/api/v1/readings?no_such_filter=1")
    assert response.status_code == 422, response.text


async def test_list_readings_counts_its_queries(
    client: AsyncClient,
    factory: Factory,
    queries: Queries,
) -> None:
    await factory.reading()
    path = "/api/v1/readings"
    with queries.counted() as few:
        response = await client.get(path)
    assert response.status_code == 200, response.text
    await factory.reading()
    await factory.reading()
    await factory.reading()
    with queries.counted() as many:
        response = await client.get(path)
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 4
    assert len(many) == len(few)


async def test_create_reading(client: AsyncClient, factory: Factory) -> None:
    station = await factory.station()
    body = reading_create(station_id=str(station.id))
    response = await client.post("/api/v1/readings", json=body)
    assert response.status_code == 201, response.text
    data = response.json()
    assert data["celsius"] == body["celsius"]
    assert data["remark"] == body["remark"]


async def test_create_reading_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    station = await factory.station()
    body = reading_create(station_id=str(station.id))
    body.pop("taken_at", None)
    response = await client.post("/api/v1/readings", json=body)
    assert response.status_code == 422, response.text
    assert "taken_at" in response.text


async def test_create_reading_without_its_station(client: AsyncClient, factory: Factory) -> None:
    station = await factory.station()
    body = reading_create(station_id=str(station.id))
    body["station_id"] = "00000000-0000-4000-8000-000000000000"
    response = await client.post("/api/v1/readings", json=body)
    assert response.status_code == 409, response.text
    assert "station_id" in response.text


async def test_create_reading_with_a_malformed_body(client: AsyncClient) -> None:
    as_json = {"Content-Type": "application/json"}
    response = await client.post("/api/v1/readings", content=b"{", headers=as_json)
    assert response.status_code == 400, response.text


async def test_read_reading(client: AsyncClient, factory: Factory) -> None:
    reading = await factory.reading()
    response = await client.get(f"/api/v1/readings/{reading.id}")
    assert response.status_code == 200, response.text
    assert response.json()["id"] == str(reading.id)


async def test_read_reading_that_is_absent(client: AsyncClient) -> None:
    response = await client.get("/api/v1/readings/00000000-0000-4000-8000-000000000000")
    assert response.status_code == 404, response.text


async def test_replace_reading(client: AsyncClient, factory: Factory) -> None:
    reading = await factory.reading()
    body = reading_create(station_id=str(reading.station_id))
    response = await client.put(f"/api/v1/readings/{reading.id}", json=body)
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["celsius"] == body["celsius"]
    assert data["remark"] == body["remark"]


async def test_replace_reading_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    reading = await factory.reading()
    body = reading_create(station_id=str(reading.station_id))
    response = await client.put("/api/v1/readings/00000000-0000-4000-8000-000000000000", json=body)
    assert response.status_code == 404, response.text


async def test_replace_reading_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    reading = await factory.reading()
    body = reading_create(station_id=str(reading.station_id))
    body.pop("taken_at", None)
    response = await client.put(f"/api/v1/readings/{reading.id}", json=body)
    assert response.status_code == 422, response.text
    assert "taken_at" in response.text


async def test_update_reading(client: AsyncClient, factory: Factory) -> None:
    reading = await factory.reading()
    body = reading_update()
    response = await client.patch(f"/api/v1/readings/{reading.id}", json=body)
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["celsius"] == body["celsius"]
    assert data["remark"] == body["remark"]


async def test_update_reading_that_is_absent(client: AsyncClient) -> None:
    body = reading_update()
    response = await client.patch(
        "/api/v1/readings/00000000-0000-4000-8000-000000000000", json=body
    )
    assert response.status_code == 404, response.text


async def test_update_reading_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    reading = await factory.reading()
    body = reading_update()
    body["no_such_field"] = 1
    response = await client.patch(f"/api/v1/readings/{reading.id}", json=body)
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_delete_reading(client: AsyncClient, factory: Factory) -> None:
    reading = await factory.reading()
    path = f"/api/v1/readings/{reading.id}"
    response = await client.delete(path)
    assert response.status_code == 204, response.text
    response = await client.delete(path)
    assert response.status_code == 404, response.text


async def test_delete_reading_that_is_absent(client: AsyncClient) -> None:
    response = await client.delete("/api/v1/readings/00000000-0000-4000-8000-000000000000")
    assert response.status_code == 404, response.text
