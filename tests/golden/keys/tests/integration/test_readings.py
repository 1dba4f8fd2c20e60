"""Tests of readings over HTTP."""

from httpx import AsyncClient

from tests.factories import Factory
from tests.payloads import reading_create, reading_replace, reading_update


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
    asc = await client.get("/api/v1/readings?sort_by=sensor&sort_order=asc")
    assert asc.status_code == 200, asc.text
    desc = await client.get("/api/v1/readings?sort_by=sensor&sort_order=desc")
    assert desc.status_code == 200, desc.text
    assert asc.json()["items"] == desc.json()["items"][::-1]


async def test_list_readings_refuses_an_unknown_filter(client: AsyncClient) -> None:
    response = await client.get("/api/v1/readings?no_such_filter=1")
    assert response.status_code == 422, response.text


async def test_create_reading(client: AsyncClient) -> None:
    body = reading_create()
    response = await client.post("/api/v1/readings", json=body)
    assert response.status_code == 201, response.text
    data = response.json()
    assert data["sensor"] == body["sensor"]
    assert data["tags"] == body["tags"]


async def test_create_reading_twice(client: AsyncClient) -> None:
    body = reading_create()
    response = await client.post("/api/v1/readings", json=body)
    assert response.status_code == 201, response.text
    response = await client.post("/api/v1/readings", json=body)
    assert response.status_code == 409, response.text


async def test_create_reading_names_the_wrong_field(client: AsyncClient) -> None:
    body = reading_create()
    body.pop("sensor", None)
    response = await client.post("/api/v1/readings", json=body)
    assert response.status_code == 422, response.text
    assert "sensor" in response.text


async def test_create_reading_with_a_malformed_body(client: AsyncClient) -> None:
    as_json = {"Content-Type": "application/json"}
    response = await client.post("/api/v1/readings", content=b"{", headers=as_json)
    assert response.status_code == 400, response.text


async def test_read_reading(client: AsyncClient, factory: Factory) -> None:
    reading = await factory.reading()
    response = await client.get(f"/api/v1/readings/{reading.sensor}/{reading.at.isoformat()}")
    assert response.status_code == 200, response.text
    assert response.json()["sensor"] == reading.sensor


async def test_read_reading_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    reading = await factory.reading()
    response = await client.get(f"/api/v1/readings/{reading.sensor}/1999-01-01T00:00:00Z")
    assert response.status_code == 404, response.text


async def test_replace_reading(client: AsyncClient, factory: Factory) -> None:
    reading = await factory.reading()
    body = reading_replace()
    response = await client.put(
        f"/api/v1/readings/{reading.sensor}/{reading.at.isoformat()}", json=body
    )
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["tags"] == body["tags"]


async def test_replace_reading_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    reading = await factory.reading()
    body = reading_replace()
    response = await client.put(
        f"/api/v1/readings/{reading.sensor}/1999-01-01T00:00:00Z", json=body
    )
    assert response.status_code == 404, response.text


async def test_replace_reading_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    reading = await factory.reading()
    body = reading_replace()
    body.pop("value", None)
    response = await client.put(
        f"/api/v1/readings/{reading.sensor}/{reading.at.isoformat()}", json=body
    )
    assert response.status_code == 422, response.text
    assert "value" in response.text


async def test_update_reading(client: AsyncClient, factory: Factory) -> None:
    reading = await factory.reading()
    body = reading_update()
    response = await client.patch(
        f"/api/v1/readings/{reading.sensor}/{reading.at.isoformat()}", json=body
    )
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["tags"] == body["tags"]


async def test_update_reading_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    reading = await factory.reading()
    body = reading_update()
    response = await client.patch(
        f"/api/v1/readings/{reading.sensor}/1999-01-01T00:00:00Z", json=body
    )
    assert response.status_code == 404, response.text


async def test_update_reading_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    reading = await factory.reading()
    body = reading_update()
    body["no_such_field"] = 1
    response = await client.patch(
        f"/api/v1/readings/{reading.sensor}/{reading.at.isoformat()}", json=body
    )
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_delete_reading(client: AsyncClient, factory: Factory) -> None:
    reading = await factory.reading()
    path = f"/api/v1/readings/{reading.sensor}/{reading.at.isoformat()}"
    response = await client.delete(path)
    assert response.status_code == 204, response.text
    response = await client.delete(path)
    assert response.status_code == 404, response.text


async def test_delete_reading_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    reading = await factory.reading()
    response = await client.delete(f"/api/v1/readings/{reading.sensor}/1999-01-01T00:00:00Z")
    assert response.status_code == 404, response.text
