"""Tests of employees over HTTP."""

from httpx import AsyncClient

from tests.conftest import Queries
from tests.factories import Factory
from tests.payloads import employee_create, employee_replace, employee_update


async def test_list_employees(client: AsyncClient, factory: Factory) -> None:
    await factory.employee()
    response = await client.get("/api/v1/employees")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == len(response.json()["items"])


async def test_list_employees_by_page(client: AsyncClient, factory: Factory) -> None:
    await factory.employee()
    await factory.employee()
    response = await client.get("/api/v1/employees?page=2&limit=1")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == 2
    response = await client.get("/api/v1/employees?page=9&limit=1")
    assert response.json()["items"] == []
    assert response.json()["total"] == 2


async def test_list_employees_sorted(client: AsyncClient, factory: Factory) -> None:
    await factory.employee()
    await factory.employee()
    asc = await client.get("/api/v1/employees?sort_by=badge&sort_order=asc")
    assert asc.status_code == 200, asc.text
    desc = await client.get("/api/v1/employees?sort_by=badge&sort_order=desc")
    assert desc.status_code == 200, desc.text
    assert asc.json()["items"] == desc.json()["items"][::-1]


async def test_list_employees_filtered(client: AsyncClient, factory: Factory) -> None:
    employee = await factory.employee()
    await factory.employee()
    response = await client.get(f"/api/v1/employees?badge={employee.badge}")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1


async def test_list_employees_by_search(client: AsyncClient, factory: Factory) -> None:
    await factory.employee()
    response = await client.get("/api/v1/employees?q=no%20such%20text")
    assert response.status_code == 200, response.text
    assert response.json()["items"] == []


async def test_list_employees_refuses_an_unknown_filter(client: AsyncClient) -> None:
    response = await client.get("/api/v1/employees?no_such_filter=1")
    assert response.status_code == 422, response.text


async def test_list_employees_counts_its_queries(
    client: AsyncClient,
    factory: Factory,
    queries: Queries,
) -> None:
    await factory.employee()
    path = "/api/v1/employees"
    with queries.counted() as few:
        response = await client.get(path)
    assert response.status_code == 200, response.text
    await factory.employee()
    await factory.employee()
    await factory.employee()
    with queries.counted() as many:
        response = await client.get(path)
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 4
    assert len(many) == len(few)


async def test_create_employee(client: AsyncClient, factory: Factory) -> None:
    department = await factory.department()
    body = employee_create(
        department_tenant_code=department.tenant_code, department_number=department.number
    )
    response = await client.post("/api/v1/employees", json=body)
    assert response.status_code == 201, response.text
    data = response.json()
    assert data["name"] == body["name"]
    assert data["salary"] == body["salary"]


async def test_create_employee_twice(client: AsyncClient, factory: Factory) -> None:
    department = await factory.department()
    body = employee_create(
        department_tenant_code=department.tenant_code, department_number=department.number
    )
    response = await client.post("/api/v1/employees", json=body)
    assert response.status_code == 201, response.text
    response = await client.post("/api/v1/employees", json=body)
    assert response.status_code == 409, response.text
    assert "with this" in response.text


async def test_create_employee_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    department = await factory.department()
    body = employee_create(
        department_tenant_code=department.tenant_code, department_number=department.number
    )
    body.pop("badge", None)
    response = await client.post("/api/v1/employees", json=body)
    assert response.status_code == 422, response.text
    assert "badge" in response.text


async def test_create_employee_without_its_department(
    client: AsyncClient,
    factory: Factory,
) -> None:
    department = await factory.department()
    body = employee_create(
        department_tenant_code=department.tenant_code, department_number=department.number
    )
    body["department_tenant_code"] = "~absent~"
    body["department_number"] = 2000000000
    response = await client.post("/api/v1/employees", json=body)
    assert response.status_code == 409, response.text
    assert "department_tenant_code" in response.text
    assert "department_number" in response.text


async def test_create_employee_with_a_malformed_body(client: AsyncClient) -> None:
    as_json = {"Content-Type": "application/json"}
    response = await client.post("/api/v1/employees", content=b"{", headers=as_json)
    assert response.status_code == 400, response.text


async def test_read_employee(client: AsyncClient, factory: Factory) -> None:
    employee = await factory.employee()
    response = await client.get(f"/api/v1/employees/{employee.badge}")
    assert response.status_code == 200, response.text
    assert response.json()["badge"] == str(employee.badge)


async def test_read_employee_that_is_absent(client: AsyncClient) -> None:
    response = await client.get("/api/v1/employees/00000000-0000-4000-8000-000000000000")
    assert response.status_code == 404, response.text


async def test_replace_employee(client: AsyncClient, factory: Factory) -> None:
    employee = await factory.employee()
    body = employee_replace(
        department_number=employee.department_number,
        department_tenant_code=employee.department_tenant_code,
    )
    response = await client.put(f"/api/v1/employees/{employee.badge}", json=body)
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["name"] == body["name"]
    assert data["salary"] == body["salary"]


async def test_replace_employee_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    employee = await factory.employee()
    body = employee_replace(
        department_number=employee.department_number,
        department_tenant_code=employee.department_tenant_code,
    )
    response = await client.put("/api/v1/employees/00000000-0000-4000-8000-000000000000", json=body)
    assert response.status_code == 404, response.text


async def test_replace_employee_names_the_wrong_field(
    client: AsyncClient,
    factory: Factory,
) -> None:
    employee = await factory.employee()
    body = employee_replace(
        department_number=employee.department_number,
        department_tenant_code=employee.department_tenant_code,
    )
    body.pop("name", None)
    response = await client.put(f"/api/v1/employees/{employee.badge}", json=body)
    assert response.status_code == 422, response.text
    assert "name" in response.text


async def test_update_employee(client: AsyncClient, factory: Factory) -> None:
    employee = await factory.employee()
    body = employee_update()
    response = await client.patch(f"/api/v1/employees/{employee.badge}", json=body)
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["name"] == body["name"]
    assert data["salary"] == body["salary"]


async def test_update_employee_that_is_absent(client: AsyncClient) -> None:
    body = employee_update()
    response = await client.patch(
        "/api/v1/employees/00000000-0000-4000-8000-000000000000", json=body
    )
    assert response.status_code == 404, response.text


async def test_update_employee_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    employee = await factory.employee()
    body = employee_update()
    body["no_such_field"] = 1
    response = await client.patch(f"/api/v1/employees/{employee.badge}", json=body)
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_delete_employee(client: AsyncClient, factory: Factory) -> None:
    employee = await factory.employee()
    path = f"/api/v1/employees/{employee.badge}"
    response = await client.delete(path)
    assert response.status_code == 204, response.text
    response = await client.delete(path)
    assert response.status_code == 404, response.text


async def test_delete_employee_that_is_absent(client: AsyncClient) -> None:
    response = await client.delete("/api/v1/employees/00000000-0000-4000-8000-000000000000")
    assert response.status_code == 404, response.text
