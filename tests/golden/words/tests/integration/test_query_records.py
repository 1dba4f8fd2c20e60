"""Tests of query records over HTTP."""

from httpx import AsyncClient

from tests.conftest import Queries
from tests.factories import Factory
from tests.payloads import query_record_create, query_record_update


async def test_list_query_records(client: AsyncClient, factory: Factory) -> None:
    await factory.query_record()
    response = await client.get("/api/v1/query-records")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == len(response.json()["items"])


async def test_list_query_records_by_page(client: AsyncClient, factory: Factory) -> None:
    await factory.query_record()
    await factory.query_record()
    response = await client.get("/api/v1/query-records?page=2&limit=1")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == 2
    response = await client.get("/api/v1/query-records?page=9&limit=1")
    assert response.json()["items"] == []
    assert response.json()["total"] == 2


async def test_list_query_records_sorted(client: AsyncClient, factory: Factory) -> None:
    await factory.query_record()
    await factory.query_record()
    asc = await client.get("/api/v1/query-records?sort_by=id&sort_order=asc")
    assert asc.status_code == 200, asc.text
    desc = await client.get("/api/v1/query-records?sort_by=id&sort_order=desc")
    assert desc.status_code == 200, desc.text
    assert asc.json()["items"] == desc.json()["items"][::-1]


async def test_list_query_records_filtered(client: AsyncClient, factory: Factory) -> None:
    query_record = await factory.query_record()
    await factory.query_record()
    response = await client.get(f"/api/v1/query-records?id={query_record.id}")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1


async def test_list_query_records_by_search(client: AsyncClient, factory: Factory) -> None:
    await factory.query_record()
    response = await client.get("/api/v1/query-records?q=no%20such%20text")
    assert response.status_code == 200, response.text
    assert response.json()["items"] == []


async def test_list_query_records_refuses_an_unknown_filter(client: AsyncClient) -> None:
    response = await client.get("/api/v1/query-records?no_such_filter=1")
    assert response.status_code == 422, response.text


async def test_list_query_records_counts_its_queries(
    client: AsyncClient,
    factory: Factory,
    queries: Queries,
) -> None:
    await factory.query_record()
    path = "/api/v1/query-records"
    with queries.counted() as few:
        response = await client.get(path)
    assert response.status_code == 200, response.text
    await factory.query_record()
    await factory.query_record()
    await factory.query_record()
    with queries.counted() as many:
        response = await client.get(path)
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 4
    assert len(many) == len(few)


async def test_create_query_record(client: AsyncClient, factory: Factory) -> None:
    session_row = await factory.session_record()
    body = query_record_create(session_id=session_row.id)
    response = await client.post("/api/v1/query-records", json=body)
    assert response.status_code == 201, response.text
    data = response.json()
    assert data["body"] == body["body"]


async def test_create_query_record_names_the_wrong_field(
    client: AsyncClient,
    factory: Factory,
) -> None:
    session_row = await factory.session_record()
    body = query_record_create(session_id=session_row.id)
    body.pop("session_id", None)
    response = await client.post("/api/v1/query-records", json=body)
    assert response.status_code == 422, response.text
    assert "session_id" in response.text


async def test_create_query_record_without_its_session(
    client: AsyncClient,
    factory: Factory,
) -> None:
    session_row = await factory.session_record()
    body = query_record_create(session_id=session_row.id)
    body["session_id"] = 2000000000
    response = await client.post("/api/v1/query-records", json=body)
    assert response.status_code == 409, response.text
    assert "session_id" in response.text


async def test_create_query_record_with_a_malformed_body(client: AsyncClient) -> None:
    as_json = {"Content-Type": "application/json"}
    response = await client.post("/api/v1/query-records", content=b"{", headers=as_json)
    assert response.status_code == 400, response.text


async def test_read_query_record(client: AsyncClient, factory: Factory) -> None:
    query_record = await factory.query_record()
    response = await client.get(f"/api/v1/query-records/{query_record.id}")
    assert response.status_code == 200, response.text
    assert response.json()["id"] == query_record.id


async def test_read_query_record_that_is_absent(client: AsyncClient) -> None:
    response = await client.get("/api/v1/query-records/2000000000")
    assert response.status_code == 404, response.text


async def test_replace_query_record(client: AsyncClient, factory: Factory) -> None:
    query_record = await factory.query_record()
    body = query_record_create(session_id=query_record.session_id)
    response = await client.put(f"/api/v1/query-records/{query_record.id}", json=body)
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["body"] == body["body"]


async def test_replace_query_record_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    query_record = await factory.query_record()
    body = query_record_create(session_id=query_record.session_id)
    response = await client.put("/api/v1/query-records/2000000000", json=body)
    assert response.status_code == 404, response.text


async def test_replace_query_record_names_the_wrong_field(
    client: AsyncClient,
    factory: Factory,
) -> None:
    query_record = await factory.query_record()
    body = query_record_create(session_id=query_record.session_id)
    body.pop("session_id", None)
    response = await client.put(f"/api/v1/query-records/{query_record.id}", json=body)
    assert response.status_code == 422, response.text
    assert "session_id" in response.text


async def test_update_query_record(client: AsyncClient, factory: Factory) -> None:
    query_record = await factory.query_record()
    body = query_record_update()
    response = await client.patch(f"/api/v1/query-records/{query_record.id}", json=body)
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["body"] == body["body"]


async def test_update_query_record_that_is_absent(client: AsyncClient) -> None:
    body = query_record_update()
    response = await client.patch("/api/v1/query-records/2000000000", json=body)
    assert response.status_code == 404, response.text


async def test_update_query_record_names_the_wrong_field(
    client: AsyncClient,
    factory: Factory,
) -> None:
    query_record = await factory.query_record()
    body = query_record_update()
    body["no_such_field"] = 1
    response = await client.patch(f"/api/v1/query-records/{query_record.id}", json=body)
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_delete_query_record(client: AsyncClient, factory: Factory) -> None:
    query_record = await factory.query_record()
    path = f"/api/v1/query-records/{query_record.id}"
    response = await client.delete(path)
    assert response.status_code == 204, response.text
    response = await client.delete(path)
    assert response.status_code == 404, response.text


async def test_delete_query_record_that_is_absent(client: AsyncClient) -> None:
    response = await client.delete("/api/v1/query-records/2000000000")
    assert response.status_code == 404, response.text
