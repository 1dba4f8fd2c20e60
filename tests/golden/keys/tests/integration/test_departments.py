"""Tests of departments over HTTP."""

from httpx import AsyncClient

from tests.conftest import Queries
from tests.factories import Factory
from tests.payloads import department_create, department_replace, department_update


async def test_list_departments(client: AsyncClient, factory: Factory) -> None:
    await factory.department()
    response = await client.get("/api/v1/departments")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == len(response.json()["items"])


async def test_list_departments_by_page(client: AsyncClient, factory: Factory) -> None:
    await factory.department()
    await factory.department()
    response = await client.get("/api/v1/departments?page=2&limit=1")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == 2
    response = await client.get("/api/v1/departments?page=9&limit=1")
    assert response.json()["items"] == []
    assert response.json()["total"] == 2


async def test_list_departments_sorted(client: AsyncClient, factory: Factory) -> None:
    await factory.department()
    await factory.department()
    asc = await client.get("/api/v1/departments?sort_by=number&sort_order=asc")
    assert asc.status_code == 200, asc.text
    desc = await client.get("/api/v1/departments?sort_by=number&sort_order=desc")
    assert desc.status_code == 200, desc.text
    assert asc.json()["items"] == desc.json()["items"][::-1]


async def test_list_departments_by_search(client: AsyncClient, factory: Factory) -> None:
    await factory.department()
    response = await client.get("/api/v1/departments?q=no%20such%20text")
    assert response.status_code == 200, response.text
    assert response.json()["items"] == []


async def test_list_departments_refuses_an_unknown_filter(client: AsyncClient) -> None:
    response = await client.get("/api/v1/departments?no_such_filter=1")
    assert response.status_code == 422, response.text


async def test_list_departments_counts_its_queries(
    client: AsyncClient,
    factory: Factory,
    queries: Queries,
) -> None:
    await factory.department()
    path = "/api/v1/departments"
    with queries.counted() as few:
        response = await client.get(path)
    assert response.status_code == 200, response.text
    await factory.department()
    await factory.department()
    await factory.department()
    with queries.counted() as many:
        response = await client.get(path)
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 4
    assert len(many) == len(few)


async def test_create_department(client: AsyncClient, factory: Factory) -> None:
    tenant = await factory.tenant()
    body = department_create(tenant_code=tenant.code)
    response = await client.post("/api/v1/departments", json=body)
    assert response.status_code == 201, response.text
    data = response.json()
    assert data["number"] == body["number"]
    assert data["title"] == body["title"]


async def test_create_department_twice(client: AsyncClient, factory: Factory) -> None:
    tenant = await factory.tenant()
    body = department_create(tenant_code=tenant.code)
    response = await client.post("/api/v1/departments", json=body)
    assert response.status_code == 201, response.text
    response = await client.post("/api/v1/departments", json=body)
    assert response.status_code == 409, response.text
    assert "with this" in response.text


async def test_create_department_names_the_wrong_field(
    client: AsyncClient,
    factory: Factory,
) -> None:
    tenant = await factory.tenant()
    body = department_create(tenant_code=tenant.code)
    body.pop("number", None)
    response = await client.post("/api/v1/departments", json=body)
    assert response.status_code == 422, response.text
    assert "number" in response.text


async def test_create_department_without_its_tenant(client: AsyncClient, factory: Factory) -> None:
    tenant = await factory.tenant()
    body = department_create(tenant_code=tenant.code)
    body["tenant_code"] = "~absent~"
    response = await client.post("/api/v1/departments", json=body)
    assert response.status_code == 409, response.text
    assert "tenant_code" in response.text


async def test_create_department_with_a_malformed_body(client: AsyncClient) -> None:
    as_json = {"Content-Type": "application/json"}
    response = await client.post("/api/v1/departments", content=b"{", headers=as_json)
    assert response.status_code == 400, response.text


async def test_read_department(client: AsyncClient, factory: Factory) -> None:
    department = await factory.department()
    response = await client.get(f"/api/v1/departments/{department.tenant_code}/{department.number}")
    assert response.status_code == 200, response.text
    assert response.json()["number"] == department.number


async def test_read_department_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    department = await factory.department()
    response = await client.get(f"/api/v1/departments/{department.tenant_code}/2000000000")
    assert response.status_code == 404, response.text


async def test_replace_department(client: AsyncClient, factory: Factory) -> None:
    department = await factory.department()
    body = department_replace()
    response = await client.put(
        f"/api/v1/departments/{department.tenant_code}/{department.number}", json=body
    )
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["title"] == body["title"]


async def test_replace_department_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    department = await factory.department()
    body = department_replace()
    response = await client.put(
        f"/api/v1/departments/{department.tenant_code}/2000000000", json=body
    )
    assert response.status_code == 404, response.text


async def test_replace_department_names_the_wrong_field(
    client: AsyncClient,
    factory: Factory,
) -> None:
    department = await factory.department()
    body = department_replace()
    body.pop("title", None)
    response = await client.put(
        f"/api/v1/departments/{department.tenant_code}/{department.number}", json=body
    )
    assert response.status_code == 422, response.text
    assert "title" in response.text


async def test_update_department(client: AsyncClient, factory: Factory) -> None:
    department = await factory.department()
    body = department_update()
    response = await client.patch(
        f"/api/v1/departments/{department.tenant_code}/{department.number}", json=body
    )
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["title"] == body["title"]


async def test_update_department_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    department = await factory.department()
    body = department_update()
    response = await client.patch(
        f"/api/v1/departments/{department.tenant_code}/2000000000", json=body
    )
    assert response.status_code == 404, response.text


async def test_update_department_names_the_wrong_field(
    client: AsyncClient,
    factory: Factory,
) -> None:
    department = await factory.department()
    body = department_update()
    body["no_such_field"] = 1
    response = await client.patch(
        f"/api/v1/departments/{department.tenant_code}/{department.number}", json=body
    )
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_delete_department(client: AsyncClient, factory: Factory) -> None:
    department = await factory.department()
    path = f"/api/v1/departments/{department.tenant_code}/{department.number}"
    response = await client.delete(path)
    assert response.status_code == 204, response.text
    response = await client.delete(path)
    assert response.status_code == 404, response.text


async def test_delete_department_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    department = await factory.department()
    response = await client.delete(f"/api/v1/departments/{department.tenant_code}/2000000000")
    assert response.status_code == 404, response.text
