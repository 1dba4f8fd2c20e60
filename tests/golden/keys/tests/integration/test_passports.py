"""Tests of passports over HTTP."""

from httpx import AsyncClient

from tests.conftest import Queries
from tests.factories import Factory
from tests.payloads import passport_create, passport_replace, passport_update


async def test_list_passports(client: AsyncClient, factory: Factory) -> None:
    await factory.passport()
    response = await client.get("/api/v1/passports")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == len(response.json()["items"])


async def test_list_passports_by_page(client: AsyncClient, factory: Factory) -> None:
    await factory.passport()
    await factory.passport()
    response = await client.get("/api/v1/passports?page=2&limit=1")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == 2
    response = await client.get("/api/v1/passports?page=9&limit=1")
    assert response.json()["items"] == []
    assert response.json()["total"] == 2


async def test_list_passports_sorted(client: AsyncClient, factory: Factory) -> None:
    await factory.passport()
    await factory.passport()
    asc = await client.get("/api/v1/passports?sort_by=number&sort_order=asc")
    assert asc.status_code == 200, asc.text
    desc = await client.get("/api/v1/passports?sort_by=number&sort_order=desc")
    assert desc.status_code == 200, desc.text
    assert asc.json()["items"] == desc.json()["items"][::-1]


async def test_list_passports_by_search(client: AsyncClient, factory: Factory) -> None:
    await factory.passport()
    response = await client.get("/api/v1/passports?q=no%20such%20text")
    assert response.status_code == 200, response.text
    assert response.json()["items"] == []


async def test_list_passports_refuses_an_unknown_filter(client: AsyncClient) -> None:
    response = await client.get("/api/v1/passports?no_such_filter=1")
    assert response.status_code == 422, response.text


async def test_list_passports_counts_its_queries(
    client: AsyncClient,
    factory: Factory,
    queries: Queries,
) -> None:
    await factory.passport()
    path = "/api/v1/passports"
    with queries.counted() as few:
        response = await client.get(path)
    assert response.status_code == 200, response.text
    await factory.passport()
    await factory.passport()
    await factory.passport()
    with queries.counted() as many:
        response = await client.get(path)
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 4
    assert len(many) == len(few)


async def test_create_passport(client: AsyncClient, factory: Factory) -> None:
    employee = await factory.employee()
    body = passport_create(employee_badge=str(employee.badge))
    response = await client.post("/api/v1/passports", json=body)
    assert response.status_code == 201, response.text
    data = response.json()
    assert data["number"] == body["number"]


async def test_create_passport_twice(client: AsyncClient, factory: Factory) -> None:
    employee = await factory.employee()
    body = passport_create(employee_badge=str(employee.badge))
    response = await client.post("/api/v1/passports", json=body)
    assert response.status_code == 201, response.text
    response = await client.post("/api/v1/passports", json=body)
    assert response.status_code == 409, response.text
    assert "with this" in response.text


async def test_create_passport_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    employee = await factory.employee()
    body = passport_create(employee_badge=str(employee.badge))
    body.pop("number", None)
    response = await client.post("/api/v1/passports", json=body)
    assert response.status_code == 422, response.text
    assert "number" in response.text


async def test_create_passport_without_its_employee(client: AsyncClient, factory: Factory) -> None:
    employee = await factory.employee()
    body = passport_create(employee_badge=str(employee.badge))
    body["employee_badge"] = "00000000-0000-4000-8000-000000000000"
    response = await client.post("/api/v1/passports", json=body)
    assert response.status_code == 409, response.text
    assert "employee_badge" in response.text


async def test_create_passport_with_a_malformed_body(client: AsyncClient) -> None:
    as_json = {"Content-Type": "application/json"}
    response = await client.post("/api/v1/passports", content=b"{", headers=as_json)
    assert response.status_code == 400, response.text


async def test_read_passport(client: AsyncClient, factory: Factory) -> None:
    passport = await factory.passport()
    response = await client.get(f"/api/v1/passports/{passport.number}")
    assert response.status_code == 200, response.text
    assert response.json()["number"] == passport.number


async def test_read_passport_that_is_absent(client: AsyncClient) -> None:
    response = await client.get("/api/v1/passports/~absent~")
    assert response.status_code == 404, response.text


async def test_replace_passport(client: AsyncClient, factory: Factory) -> None:
    passport = await factory.passport()
    body = passport_replace(employee_badge=str(passport.employee_badge))
    response = await client.put(f"/api/v1/passports/{passport.number}", json=body)
    assert response.status_code == 200, response.text


async def test_replace_passport_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    passport = await factory.passport()
    body = passport_replace(employee_badge=str(passport.employee_badge))
    response = await client.put("/api/v1/passports/~absent~", json=body)
    assert response.status_code == 404, response.text


async def test_replace_passport_names_the_wrong_field(
    client: AsyncClient,
    factory: Factory,
) -> None:
    passport = await factory.passport()
    body = passport_replace(employee_badge=str(passport.employee_badge))
    body.pop("employee_badge", None)
    response = await client.put(f"/api/v1/passports/{passport.number}", json=body)
    assert response.status_code == 422, response.text
    assert "employee_badge" in response.text


async def test_update_passport(client: AsyncClient, factory: Factory) -> None:
    passport = await factory.passport()
    body = passport_update()
    response = await client.patch(f"/api/v1/passports/{passport.number}", json=body)
    assert response.status_code == 200, response.text


async def test_update_passport_that_is_absent(client: AsyncClient) -> None:
    body = passport_update()
    response = await client.patch("/api/v1/passports/~absent~", json=body)
    assert response.status_code == 404, response.text


async def test_update_passport_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    passport = await factory.passport()
    body = passport_update()
    body["no_such_field"] = 1
    response = await client.patch(f"/api/v1/passports/{passport.number}", json=body)
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_delete_passport(client: AsyncClient, factory: Factory) -> None:
    passport = await factory.passport()
    path = f"/api/v1/passports/{passport.number}"
    response = await client.delete(path)
    assert response.status_code == 204, response.text
    response = await client.delete(path)
    assert response.status_code == 404, response.text


async def test_delete_passport_that_is_absent(client: AsyncClient) -> None:
    response = await client.delete("/api/v1/passports/~absent~")
    assert response.status_code == 404, response.text
