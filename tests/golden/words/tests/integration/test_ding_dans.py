"""Tests of ding dans over HTTP."""

from httpx import AsyncClient

from tests.conftest import Queries
from tests.factories import Factory
from tests.payloads import ding_dan_create, ding_dan_update


async def test_list_ding_dans(client: AsyncClient, factory: Factory) -> None:
    await factory.ding_dan()
    response = await client.get("/api/v1/ding-dans")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == len(response.json()["items"])


async def test_list_ding_dans_by_page(client: AsyncClient, factory: Factory) -> None:
    await factory.ding_dan()
    await factory.ding_dan()
    response = await client.get("/api/v1/ding-dans?page=2&limit=1")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == 2
    response = await client.get("/api/v1/ding-dans?page=9&limit=1")
    assert response.json()["items"] == []
    assert response.json()["total"] == 2


async def test_list_ding_dans_sorted(client: AsyncClient, factory: Factory) -> None:
    await factory.ding_dan()
    await factory.ding_dan()
    asc = await client.get("/api/v1/ding-dans?sort_by=id&sort_order=asc")
    assert asc.status_code == 200, asc.text
    desc = await client.get("/api/v1/ding-dans?sort_by=id&sort_order=desc")
    assert desc.status_code == 200, desc.text
    assert asc.json()["items"] == desc.json()["items"][::-1]


async def test_list_ding_dans_filtered(client: AsyncClient, factory: Factory) -> None:
    ding_dan = await factory.ding_dan()
    await factory.ding_dan()
    response = await client.get(f"/api/v1/ding-dans?id={ding_dan.id}")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1


async def test_list_ding_dans_refuses_an_unknown_filter(client: AsyncClient) -> None:
    response = await client.get("/api/v1/ding-dans?no_such_filter=1")
    assert response.status_code == 422, response.text


async def test_list_ding_dans_counts_its_queries(
    client: AsyncClient,
    factory: Factory,
    queries: Queries,
) -> None:
    await factory.ding_dan()
    path = "/api/v1/ding-dans"
    with queries.counted() as few:
        response = await client.get(path)
    assert response.status_code == 200, response.text
    await factory.ding_dan()
    await factory.ding_dan()
    await factory.ding_dan()
    with queries.counted() as many:
        response = await client.get(path)
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 4
    assert len(many) == len(few)


async def test_create_ding_dan(client: AsyncClient, factory: Factory) -> None:
    data_row = await factory.query_record()
    body = ding_dan_create(data_id=data_row.id)
    response = await client.post("/api/v1/ding-dans", json=body)
    assert response.status_code == 201, response.text
    data = response.json()
    assert data["shu_liang"] == body["shu_liang"]


async def test_create_ding_dan_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    data_row = await factory.query_record()
    body = ding_dan_create(data_id=data_row.id)
    body.pop("shu_liang", None)
    response = await client.post("/api/v1/ding-dans", json=body)
    assert response.status_code == 422, response.text
    assert "shu_liang" in response.text


async def test_create_ding_dan_without_its_data(client: AsyncClient, factory: Factory) -> None:
    data_row = await factory.query_record()
    body = ding_dan_create(data_id=data_row.id)
    body["data_id"] = 2000000000
    response = await client.post("/api/v1/ding-dans", json=body)
    assert response.status_code == 409, response.text
    assert "data_id" in response.text


async def test_create_ding_dan_with_a_malformed_body(client: AsyncClient) -> None:
    as_json = {"Content-Type": "application/json"}
    response = await client.post("/api/v1/ding-dans", content=b"{", headers=as_json)
    assert response.status_code == 400, response.text


async def test_read_ding_dan(client: AsyncClient, factory: Factory) -> None:
    ding_dan = await factory.ding_dan()
    response = await client.get(f"/api/v1/ding-dans/{ding_dan.id}")
    assert response.status_code == 200, response.text
    assert response.json()["id"] == ding_dan.id


async def test_read_ding_dan_that_is_absent(client: AsyncClient) -> None:
    response = await client.get("/api/v1/ding-dans/2000000000")
    assert response.status_code == 404, response.text


async def test_replace_ding_dan(client: AsyncClient, factory: Factory) -> None:
    ding_dan = await factory.ding_dan()
    body = ding_dan_create(data_id=ding_dan.data_id)
    response = await client.put(f"/api/v1/ding-dans/{ding_dan.id}", json=body)
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["shu_liang"] == body["shu_liang"]


async def test_replace_ding_dan_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    ding_dan = await factory.ding_dan()
    body = ding_dan_create(data_id=ding_dan.data_id)
    response = await client.put("/api/v1/ding-dans/2000000000", json=body)
    assert response.status_code == 404, response.text


async def test_replace_ding_dan_names_the_wrong_field(
    client: AsyncClient,
    factory: Factory,
) -> None:
    ding_dan = await factory.ding_dan()
    body = ding_dan_create(data_id=ding_dan.data_id)
    body.pop("shu_liang", None)
    response = await client.put(f"/api/v1/ding-dans/{ding_dan.id}", json=body)
    assert response.status_code == 422, response.text
    assert "shu_liang" in response.text


async def test_update_ding_dan(client: AsyncClient, factory: Factory) -> None:
    ding_dan = await factory.ding_dan()
    body = ding_dan_update()
    response = await client.patch(f"/api/v1/ding-dans/{ding_dan.id}", json=body)
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["shu_liang"] == body["shu_liang"]


async def test_update_ding_dan_that_is_absent(client: AsyncClient) -> None:
    body = ding_dan_update()
    response = await client.patch("/api/v1/ding-dans/2000000000", json=body)
    assert response.status_code == 404, response.text


async def test_update_ding_dan_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    ding_dan = await factory.ding_dan()
    body = ding_dan_update()
    body["no_such_field"] = 1
    response = await client.patch(f"/api/v1/ding-dans/{ding_dan.id}", json=body)
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_delete_ding_dan(client: AsyncClient, factory: Factory) -> None:
    ding_dan = await factory.ding_dan()
    path = f"/api/v1/ding-dans/{ding_dan.id}"
    response = await client.delete(path)
    assert response.status_code == 204, response.text
    response = await client.delete(path)
    assert response.status_code == 404, response.text


async def test_delete_ding_dan_that_is_absent(client: AsyncClient) -> None:
    response = await client.delete("/api/v1/ding-dans/2000000000")
    assert response.status_code == 404, response.text
