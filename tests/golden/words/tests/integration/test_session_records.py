"""Tests of session records over HTTP."""

from httpx import AsyncClient

from tests.factories import Factory
from tests.payloads import session_record_create, session_record_update


async def test_list_session_records(client: AsyncClient, factory: Factory) -> None:
    await factory.session_record()
    response = await client.get("/api/v1/session-records")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == len(response.json()["items"])


async def test_list_session_records_by_page(client: AsyncClient, factory: Factory) -> None:
    await factory.session_record()
    await factory.session_record()
    response = await client.get("/api/v1/session-records?page=2&limit=1")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == 2
    response = await client.get("/api/v1/session-records?page=9&limit=1")
    assert response.json()["items"] == []
    assert response.json()["total"] == 2


async def test_list_session_records_sorted(client: AsyncClient, factory: Factory) -> None:
    await factory.session_record()
    await factory.session_record()
    asc = await client.get("/api/v1/session-records?sort_by=id&sort_order=asc")
    assert asc.status_code == 200, asc.text
    desc = await client.get("/api/v1/session-records?sort_by=id&sort_order=desc")
    assert desc.status_code == 200, desc.text
    assert asc.json()["items"] == desc.json()["items"][::-1]


async def test_list_session_records_filtered(client: AsyncClient, factory: Factory) -> None:
    session_record = await factory.session_record()
    await factory.session_record()
    response = await client.get(f"/api/v1/session-records?id={session_record.id}")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1


async def test_list_session_records_by_search(client: AsyncClient, factory: Factory) -> None:
    await factory.session_record()
    response = await client.get("/api/v1/session-records?q=no%20such%20text")
    assert response.status_code == 200, response.text
    assert response.json()["items"] == []


async def test_list_session_records_refuses_an_unknown_filter(client: AsyncClient) -> None:
    response = await client.get("/api/v1/session-records?no_such_filter=1")
    assert response.status_code == 422, response.text


async def test_create_session_record(client: AsyncClient) -> None:
    body = session_record_create()
    response = await client.post("/api/v1/session-records", json=body)
    assert response.status_code == 201, response.text
    data = response.json()
    assert data["ubergrosse"] == body["ubergrosse"]
    assert data["ming_qian"] == body["ming_qian"]
    assert data["registry"] == body["registry"]
    assert data["page"] == body["page"]
    assert data["q"] == body["q"]
    assert data["limit"] == body["limit"]
    assert data["sort_by"] == body["sort_by"]


async def test_create_session_record_names_the_wrong_field(client: AsyncClient) -> None:
    body = session_record_create()
    body["no_such_field"] = 1
    response = await client.post("/api/v1/session-records", json=body)
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_create_session_record_with_a_malformed_body(client: AsyncClient) -> None:
    as_json = {"Content-Type": "application/json"}
    response = await client.post("/api/v1/session-records", content=b"{", headers=as_json)
    assert response.status_code == 400, response.text


async def test_read_session_record(client: AsyncClient, factory: Factory) -> None:
    session_record = await factory.session_record()
    response = await client.get(f"/api/v1/session-records/{session_record.id}")
    assert response.status_code == 200, response.text
    assert response.json()["id"] == session_record.id


async def test_read_session_record_that_is_absent(client: AsyncClient) -> None:
    response = await client.get("/api/v1/session-records/2000000000")
    assert response.status_code == 404, response.text


async def test_replace_session_record(client: AsyncClient, factory: Factory) -> None:
    session_record = await factory.session_record()
    body = session_record_create()
    response = await client.put(f"/api/v1/session-records/{session_record.id}", json=body)
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["ubergrosse"] == body["ubergrosse"]
    assert data["ming_qian"] == body["ming_qian"]
    assert data["registry"] == body["registry"]
    assert data["page"] == body["page"]
    assert data["q"] == body["q"]
    assert data["limit"] == body["limit"]
    assert data["sort_by"] == body["sort_by"]


async def test_replace_session_record_that_is_absent(client: AsyncClient) -> None:
    body = session_record_create()
    response = await client.put("/api/v1/session-records/2000000000", json=body)
    assert response.status_code == 404, response.text


async def test_replace_session_record_names_the_wrong_field(
    client: AsyncClient,
    factory: Factory,
) -> None:
    session_record = await factory.session_record()
    body = session_record_create()
    body["no_such_field"] = 1
    response = await client.put(f"/api/v1/session-records/{session_record.id}", json=body)
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_update_session_record(client: AsyncClient, factory: Factory) -> None:
    session_record = await factory.session_record()
    body = session_record_update()
    response = await client.patch(f"/api/v1/session-records/{session_record.id}", json=body)
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["ubergrosse"] == body["ubergrosse"]
    assert data["ming_qian"] == body["ming_qian"]
    assert data["registry"] == body["registry"]
    assert data["page"] == body["page"]
    assert data["q"] == body["q"]
    assert data["limit"] == body["limit"]
    assert data["sort_by"] == body["sort_by"]


async def test_update_session_record_that_is_absent(client: AsyncClient) -> None:
    body = session_record_update()
    response = await client.patch("/api/v1/session-records/2000000000", json=body)
    assert response.status_code == 404, response.text


async def test_update_session_record_names_the_wrong_field(
    client: AsyncClient,
    factory: Factory,
) -> None:
    session_record = await factory.session_record()
    body = session_record_update()
    body["no_such_field"] = 1
    response = await client.patch(f"/api/v1/session-records/{session_record.id}", json=body)
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_delete_session_record(client: AsyncClient, factory: Factory) -> None:
    session_record = await factory.session_record()
    path = f"/api/v1/session-records/{session_record.id}"
    response = await client.delete(path)
    assert response.status_code == 204, response.text
    response = await client.delete(path)
    assert response.status_code == 404, response.text


async def test_delete_session_record_that_is_absent(client: AsyncClient) -> None:
    response = await client.delete("/api/v1/session-records/2000000000")
    assert response.status_code == 404, response.text
