"""Tests of skills over HTTP."""

from httpx import AsyncClient

from tests.factories import Factory
from tests.payloads import skill_create, skill_update


async def test_list_skills(client: AsyncClient, factory: Factory) -> None:
    await factory.skill()
    response = await client.get("/api/v1/skills")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == len(response.json()["items"])


async def test_list_skills_by_page(client: AsyncClient, factory: Factory) -> None:
    await factory.skill()
    await factory.skill()
    response = await client.get("/api/v1/skills?page=2&limit=1")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == 2
    response = await client.get("/api/v1/skills?page=9&limit=1")
    assert response.json()["items"] == []
    assert response.json()["total"] == 2


async def test_list_skills_sorted(client: AsyncClient, factory: Factory) -> None:
    await factory.skill()
    await factory.skill()
    asc = await client.get("/api/v1/skills?sort_by=id&sort_order=asc")
    assert asc.status_code == 200, asc.text
    desc = await client.get("/api/v1/skills?sort_by=id&sort_order=desc")
    assert desc.status_code == 200, desc.text
    assert asc.json()["items"] == desc.json()["items"][::-1]


async def test_list_skills_filtered(client: AsyncClient, factory: Factory) -> None:
    skill = await factory.skill()
    await factory.skill()
    response = await client.get(f"/api/v1/skills?id={skill.id}")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1


async def test_list_skills_by_search(client: AsyncClient, factory: Factory) -> None:
    await factory.skill()
    response = await client.get("/api/v1/skills?q=no%20such%20text")
    assert response.status_code == 200, response.text
    assert response.json()["items"] == []


async def test_list_skills_refuses_an_unknown_filter(client: AsyncClient) -> None:
    response = await client.get("/api/v1/skills?no_such_filter=1")
    assert response.status_code == 422, response.text


async def test_create_skill(client: AsyncClient) -> None:
    body = skill_create()
    response = await client.post("/api/v1/skills", json=body)
    assert response.status_code == 201, response.text
    data = response.json()
    assert data["name"] == body["name"]


async def test_create_skill_twice(client: AsyncClient) -> None:
    body = skill_create()
    response = await client.post("/api/v1/skills", json=body)
    assert response.status_code == 201, response.text
    response = await client.post("/api/v1/skills", json=body)
    assert response.status_code == 409, response.text
    assert "with this" in response.text


async def test_create_skill_names_the_wrong_field(client: AsyncClient) -> None:
    body = skill_create()
    body.pop("name", None)
    response = await client.post("/api/v1/skills", json=body)
    assert response.status_code == 422, response.text
    assert "name" in response.text


async def test_create_skill_with_a_malformed_body(client: AsyncClient) -> None:
    as_json = {"Content-Type": "application/json"}
    response = await client.post("/api/v1/skills", content=b"{", headers=as_json)
    assert response.status_code == 400, response.text


async def test_read_skill(client: AsyncClient, factory: Factory) -> None:
    skill = await factory.skill()
    response = await client.get(f"/api/v1/skills/{skill.id}")
    assert response.status_code == 200, response.text
    assert response.json()["id"] == skill.id


async def test_read_skill_that_is_absent(client: AsyncClient) -> None:
    response = await client.get("/api/v1/skills/2000000000")
    assert response.status_code == 404, response.text


async def test_replace_skill(client: AsyncClient, factory: Factory) -> None:
    skill = await factory.skill()
    body = skill_create()
    response = await client.put(f"/api/v1/skills/{skill.id}", json=body)
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["name"] == body["name"]


async def test_replace_skill_that_is_absent(client: AsyncClient) -> None:
    body = skill_create()
    response = await client.put("/api/v1/skills/2000000000", json=body)
    assert response.status_code == 404, response.text


async def test_replace_skill_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    skill = await factory.skill()
    body = skill_create()
    body.pop("name", None)
    response = await client.put(f"/api/v1/skills/{skill.id}", json=body)
    assert response.status_code == 422, response.text
    assert "name" in response.text


async def test_update_skill(client: AsyncClient, factory: Factory) -> None:
    skill = await factory.skill()
    body = skill_update()
    response = await client.patch(f"/api/v1/skills/{skill.id}", json=body)
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["name"] == body["name"]


async def test_update_skill_that_is_absent(client: AsyncClient) -> None:
    body = skill_update()
    response = await client.patch("/api/v1/skills/2000000000", json=body)
    assert response.status_code == 404, response.text


async def test_update_skill_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    skill = await factory.skill()
    body = skill_update()
    body["no_such_field"] = 1
    response = await client.patch(f"/api/v1/skills/{skill.id}", json=body)
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_delete_skill(client: AsyncClient, factory: Factory) -> None:
    skill = await factory.skill()
    path = f"/api/v1/skills/{skill.id}"
    response = await client.delete(path)
    assert response.status_code == 204, response.text
    response = await client.delete(path)
    assert response.status_code == 404, response.text


async def test_delete_skill_that_is_absent(client: AsyncClient) -> None:
    response = await client.delete("/api/v1/skills/2000000000")
    assert response.status_code == 404, response.text


async def test_list_person_skills(client: AsyncClient, factory: Factory) -> None:
    skill = await factory.skill()
    person = await factory.person(skills=[skill])
    response = await client.get(f"/api/v1/people/{person.id}/skills")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1


async def test_list_person_skills_of_an_absent_one(client: AsyncClient) -> None:
    response = await client.get("/api/v1/people/2000000000/skills")
    assert response.status_code == 404, response.text
