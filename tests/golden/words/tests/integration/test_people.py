"""Tests of people over HTTP."""

from httpx import AsyncClient

from tests.factories import Factory
from tests.payloads import person_create, person_update


async def test_list_people(client: AsyncClient, factory: Factory) -> None:
    await factory.person()
    response = await client.get("/api/v1/people")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == len(response.json()["items"])


async def test_list_people_by_page(client: AsyncClient, factory: Factory) -> None:
    await factory.person()
    await factory.person()
    response = await client.get("/api/v1/people?page=2&limit=1")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == 2
    response = await client.get("/api/v1/people?page=9&limit=1")
    assert response.json()["items"] == []
    assert response.json()["total"] == 2


async def test_list_people_sorted(client: AsyncClient, factory: Factory) -> None:
    await factory.person()
    await factory.person()
    asc = await client.get("/api/v1/people?sort_by=id&sort_order=asc")
    assert asc.status_code == 200, asc.text
    desc = await client.get("/api/v1/people?sort_by=id&sort_order=desc")
    assert desc.status_code == 200, desc.text
    assert asc.json()["items"] == desc.json()["items"][::-1]


async def test_list_people_filtered(client: AsyncClient, factory: Factory) -> None:
    person = await factory.person()
    await factory.person()
    response = await client.get(f"/api/v1/people?id={person.id}")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1


async def test_list_people_by_search(client: AsyncClient, factory: Factory) -> None:
    await factory.person()
    response = await client.get("/api/v1/people?q=no%20such%20text")
    assert response.status_code == 200, response.text
    assert response.json()["items"] == []


async def test_list_people_refuses_an_unknown_filter(client: AsyncClient) -> None:
    response = await client.get("/api/v1/people?no_such_filter=1")
    assert response.status_code == 422, response.text


async def test_create_person(client: AsyncClient) -> None:
    body = person_create()
    response = await client.post("/api/v1/people", json=body)
    assert response.status_code == 201, response.text
    data = response.json()
    assert data["code"] == body["code"]
    assert data["homepage"] == body["homepage"]
    assert data["active"] == body["active"]


async def test_create_person_twice(client: AsyncClient) -> None:
    body = person_create()
    response = await client.post("/api/v1/people", json=body)
    assert response.status_code == 201, response.text
    response = await client.post("/api/v1/people", json=body)
    assert response.status_code == 409, response.text
    assert "with this" in response.text


async def test_create_person_names_the_wrong_field(client: AsyncClient) -> None:
    body = person_create()
    body.pop("code", None)
    response = await client.post("/api/v1/people", json=body)
    assert response.status_code == 422, response.text
    assert "code" in response.text


async def test_create_person_with_a_malformed_body(client: AsyncClient) -> None:
    as_json = {"Content-Type": "application/json"}
    response = await client.post("/api/v1/people", content=b"{", headers=as_json)
    assert response.status_code == 400, response.text


async def test_read_person(client: AsyncClient, factory: Factory) -> None:
    person = await factory.person()
    response = await client.get(f"/api/v1/people/{person.id}")
    assert response.status_code == 200, response.text
    assert response.json()["id"] == person.id


async def test_read_person_that_is_absent(client: AsyncClient) -> None:
    response = await client.get("/api/v1/people/2000000000")
    assert response.status_code == 404, response.text


async def test_replace_person(client: AsyncClient, factory: Factory) -> None:
    person = await factory.person()
    body = person_create()
    response = await client.put(f"/api/v1/people/{person.id}", json=body)
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["code"] == body["code"]
    assert data["homepage"] == body["homepage"]
    assert data["active"] == body["active"]


async def test_replace_person_that_is_absent(client: AsyncClient) -> None:
    body = person_create()
    response = await client.put("/api/v1/people/2000000000", json=body)
    assert response.status_code == 404, response.text


async def test_replace_person_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    person = await factory.person()
    body = person_create()
    body.pop("code", None)
    response = await client.put(f"/api/v1/people/{person.id}", json=body)
    assert response.status_code == 422, response.text
    assert "code" in response.text


async def test_update_person(client: AsyncClient, factory: Factory) -> None:
    person = await factory.person()
    body = person_update()
    response = await client.patch(f"/api/v1/people/{person.id}", json=body)
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["code"] == body["code"]
    assert data["homepage"] == body["homepage"]
    assert data["active"] == body["active"]


async def test_update_person_that_is_absent(client: AsyncClient) -> None:
    body = person_update()
    response = await client.patch("/api/v1/people/2000000000", json=body)
    assert response.status_code == 404, response.text


async def test_update_person_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    person = await factory.person()
    body = person_update()
    body["no_such_field"] = 1
    response = await client.patch(f"/api/v1/people/{person.id}", json=body)
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_delete_person(client: AsyncClient, factory: Factory) -> None:
    person = await factory.person()
    path = f"/api/v1/people/{person.id}"
    response = await client.delete(path)
    assert response.status_code == 204, response.text
    response = await client.delete(path)
    assert response.status_code == 404, response.text


async def test_delete_person_that_is_absent(client: AsyncClient) -> None:
    response = await client.delete("/api/v1/people/2000000000")
    assert response.status_code == 404, response.text
