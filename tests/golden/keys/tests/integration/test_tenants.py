"""Tests of tenants over HTTP."""

from httpx import AsyncClient

from tests.factories import Factory
from tests.payloads import tenant_create, tenant_replace, tenant_update


async def test_list_tenants(client: AsyncClient, factory: Factory) -> None:
    await factory.tenant()
    response = await client.get("/api/v1/tenants")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == len(response.json()["items"])


async def test_list_tenants_by_page(client: AsyncClient, factory: Factory) -> None:
    await factory.tenant()
    await factory.tenant()
    response = await client.get("/api/v1/tenants?page=2&limit=1")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == 2
    response = await client.get("/api/v1/tenants?page=9&limit=1")
    assert response.json()["items"] == []
    assert response.json()["total"] == 2


async def test_list_tenants_sorted(client: AsyncClient, factory: Factory) -> None:
    await factory.tenant()
    await factory.tenant()
    asc = await client.get("/api/v1/tenants?sort_by=code&sort_order=asc")
    assert asc.status_code == 200, asc.text
    desc = await client.get("/api/v1/tenants?sort_by=code&sort_order=desc")
    assert desc.status_code == 200, desc.text
    assert asc.json()["items"] == desc.json()["items"][::-1]


async def test_list_tenants_by_search(client: AsyncClient, factory: Factory) -> None:
    await factory.tenant()
    response = await client.get("/api/v1/tenants?q=no%20such%20text")
    assert response.status_code == 200, response.text
    assert response.json()["items"] == []


async def test_list_tenants_refuses_an_unknown_filter(client: AsyncClient) -> None:
    response = await client.get("/api/v1/tenants?no_such_filter=1")
    assert response.status_code == 422, response.text


async def test_create_tenant(client: AsyncClient) -> None:
    body = tenant_create()
    response = await client.post("/api/v1/tenants", json=body)
    assert response.status_code == 201, response.text
    data = response.json()
    assert data["code"] == body["code"]
    assert data["name"] == body["name"]


async def test_create_tenant_twice(client: AsyncClient) -> None:
    body = tenant_create()
    response = await client.post("/api/v1/tenants", json=body)
    assert response.status_code == 201, response.text
    response = await client.post("/api/v1/tenants", json=body)
    assert response.status_code == 409, response.text
    assert "with this" in response.text


async def test_create_tenant_names_the_wrong_field(client: AsyncClient) -> None:
    body = tenant_create()
    body.pop("code", None)
    response = await client.post("/api/v1/tenants", json=body)
    assert response.status_code == 422, response.text
    assert "code" in response.text


async def test_create_tenant_with_a_malformed_body(client: AsyncClient) -> None:
    as_json = {"Content-Type": "application/json"}
    response = await client.post("/api/v1/tenants", content=b"{", headers=as_json)
    assert response.status_code == 400, response.text


async def test_read_tenant(client: AsyncClient, factory: Factory) -> None:
    tenant = await factory.tenant()
    response = await client.get(f"/api/v1/tenants/{tenant.code}")
    assert response.status_code == 200, response.text
    assert response.json()["code"] == tenant.code


async def test_read_tenant_that_is_absent(client: AsyncClient) -> None:
    response = await client.get("/api/v1/tenants/~absent~")
    assert response.status_code == 404, response.text


async def test_replace_tenant(client: AsyncClient, factory: Factory) -> None:
    tenant = await factory.tenant()
    body = tenant_replace()
    response = await client.put(f"/api/v1/tenants/{tenant.code}", json=body)
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["name"] == body["name"]


async def test_replace_tenant_that_is_absent(client: AsyncClient) -> None:
    body = tenant_replace()
    response = await client.put("/api/v1/tenants/~absent~", json=body)
    assert response.status_code == 404, response.text


async def test_replace_tenant_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    tenant = await factory.tenant()
    body = tenant_replace()
    body.pop("name", None)
    response = await client.put(f"/api/v1/tenants/{tenant.code}", json=body)
    assert response.status_code == 422, response.text
    assert "name" in response.text


async def test_update_tenant(client: AsyncClient, factory: Factory) -> None:
    tenant = await factory.tenant()
    body = tenant_update()
    response = await client.patch(f"/api/v1/tenants/{tenant.code}", json=body)
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["name"] == body["name"]


async def test_update_tenant_that_is_absent(client: AsyncClient) -> None:
    body = tenant_update()
    response = await client.patch("/api/v1/tenants/~absent~", json=body)
    assert response.status_code == 404, response.text


async def test_update_tenant_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    tenant = await factory.tenant()
    body = tenant_update()
    body["no_such_field"] = 1
    response = await client.patch(f"/api/v1/tenants/{tenant.code}", json=body)
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_delete_tenant(client: AsyncClient, factory: Factory) -> None:
    tenant = await factory.tenant()
    path = f"/api/v1/tenants/{tenant.code}"
    response = await client.delete(path)
    assert response.status_code == 204, response.text
    response = await client.delete(path)
    assert response.status_code == 404, response.text


async def test_delete_tenant_that_is_absent(client: AsyncClient) -> None:
    response = await client.delete("/api/v1/tenants/~absent~")
    assert response.status_code == 404, response.text
