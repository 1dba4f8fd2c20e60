"""Tests of visits over HTTP."""

from httpx import AsyncClient

from app.models.enums import VisitState
from tests.factories import Factory, headers
from tests.payloads import visit_create, visit_update


async def test_list_visits(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    await factory.visit(pet=await factory.pet(account=actor))
    response = await client.get("/api/v1/visits", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == len(response.json()["items"])


async def test_list_visits_by_page(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    await factory.visit(pet=await factory.pet(account=actor))
    await factory.visit(pet=await factory.pet(account=actor))
    response = await client.get("/api/v1/visits?page=2&limit=1", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == 2
    response = await client.get("/api/v1/visits?page=9&limit=1", headers=headers(actor))
    assert response.json()["items"] == []
    assert response.json()["total"] == 2


async def test_list_visits_sorted(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    await factory.visit(pet=await factory.pet(account=actor))
    await factory.visit(pet=await factory.pet(account=actor))
    asc = await client.get("/api/v1/visits?sort_by=id&sort_order=asc", headers=headers(actor))
    assert asc.status_code == 200, asc.text
    desc = await client.get("/api/v1/visits?sort_by=id&sort_order=desc", headers=headers(actor))
    assert desc.status_code == 200, desc.text
    assert asc.json()["items"] == desc.json()["items"][::-1]


async def test_list_visits_filtered(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    visit = await factory.visit(pet=await factory.pet(account=actor))
    await factory.visit(pet=await factory.pet(account=actor))
    response = await client.get(f"/api/v1/visits?id={visit.id}", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1


async def test_list_visits_refuses_an_unknown_filter(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    response = await client.get("/api/v1/visits?no_such_filter=1", headers=headers(actor))
    assert response.status_code == 422, response.text


async def test_list_visits_shows_only_own_rows(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.account()
    stranger = await factory.account()
    await factory.visit(pet=await factory.pet(account=owner))
    response = await client.get("/api/v1/visits", headers=headers(stranger))
    assert response.status_code == 200, response.text
    assert response.json()["items"] == []


async def test_list_visits_needs_a_user(client: AsyncClient) -> None:
    response = await client.get("/api/v1/visits")
    assert response.status_code == 401, response.text


async def test_create_visit(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    pet = await factory.pet(account=actor)
    body = visit_create(pet_id=str(pet.id))
    response = await client.post("/api/v1/visits", json=body, headers=headers(actor))
    assert response.status_code == 201, response.text
    data = response.json()
    assert data["fee"] == body["fee"]
    assert data["state"] == "booked"


async def test_create_visit_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    pet = await factory.pet(account=actor)
    body = visit_create(pet_id=str(pet.id))
    body.pop("at", None)
    response = await client.post("/api/v1/visits", json=body, headers=headers(actor))
    assert response.status_code == 422, response.text
    assert "at" in response.text


async def test_create_visit_without_its_pet(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    pet = await factory.pet(account=actor)
    body = visit_create(pet_id=str(pet.id))
    body["pet_id"] = "00000000-0000-4000-8000-000000000000"
    response = await client.post("/api/v1/visits", json=body, headers=headers(actor))
    assert response.status_code == 409, response.text
    assert "pet_id" in response.text


async def test_create_visit_under_a_stranger(client: AsyncClient, factory: Factory) -> None:
    stranger = await factory.account()
    actor = await factory.account()
    pet = await factory.pet(account=actor)
    body = visit_create(pet_id=str(pet.id))
    response = await client.post("/api/v1/visits", json=body, headers=headers(stranger))
    assert response.status_code == 403, response.text


async def test_create_visit_with_a_malformed_body(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    as_json = {**headers(actor), "Content-Type": "application/json"}
    response = await client.post("/api/v1/visits", content=b"{", headers=as_json)
    assert response.status_code == 400, response.text


async def test_create_visit_needs_a_user(client: AsyncClient) -> None:
    response = await client.post("/api/v1/visits", json={})
    assert response.status_code == 401, response.text


async def test_read_visit(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    visit = await factory.visit(pet=await factory.pet(account=actor))
    response = await client.get(f"/api/v1/visits/{visit.id}", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert response.json()["id"] == str(visit.id)


async def test_read_visit_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    response = await client.get(
        "/api/v1/visits/00000000-0000-4000-8000-000000000000", headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_read_visit_of_another_user(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.account()
    stranger = await factory.account()
    visit = await factory.visit(pet=await factory.pet(account=owner))
    response = await client.get(f"/api/v1/visits/{visit.id}", headers=headers(stranger))
    assert response.status_code == 403, response.text


async def test_read_visit_needs_a_user(client: AsyncClient) -> None:
    response = await client.get("/api/v1/visits/00000000-0000-4000-8000-000000000000")
    assert response.status_code == 401, response.text


async def test_replace_visit(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    visit = await factory.visit(pet=await factory.pet(account=actor))
    body = visit_create(pet_id=str(visit.pet_id))
    response = await client.put(f"/api/v1/visits/{visit.id}", json=body, headers=headers(actor))
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["fee"] == body["fee"]


async def test_replace_visit_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    visit = await factory.visit(pet=await factory.pet(account=actor))
    body = visit_create(pet_id=str(visit.pet_id))
    response = await client.put(
        "/api/v1/visits/00000000-0000-4000-8000-000000000000", json=body, headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_replace_visit_of_another_user(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.account()
    stranger = await factory.account()
    visit = await factory.visit(pet=await factory.pet(account=owner))
    body = visit_create(pet_id=str(visit.pet_id))
    response = await client.put(f"/api/v1/visits/{visit.id}", json=body, headers=headers(stranger))
    assert response.status_code == 403, response.text


async def test_replace_visit_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    visit = await factory.visit(pet=await factory.pet(account=actor))
    body = visit_create(pet_id=str(visit.pet_id))
    body.pop("at", None)
    response = await client.put(f"/api/v1/visits/{visit.id}", json=body, headers=headers(actor))
    assert response.status_code == 422, response.text
    assert "at" in response.text


async def test_replace_visit_needs_a_user(client: AsyncClient) -> None:
    response = await client.put("/api/v1/visits/00000000-0000-4000-8000-000000000000", json={})
    assert response.status_code == 401, response.text


async def test_update_visit(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    visit = await factory.visit(pet=await factory.pet(account=actor))
    body = visit_update()
    response = await client.patch(f"/api/v1/visits/{visit.id}", json=body, headers=headers(actor))
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["fee"] == body["fee"]


async def test_update_visit_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    body = visit_update()
    response = await client.patch(
        "/api/v1/visits/00000000-0000-4000-8000-000000000000", json=body, headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_update_visit_of_another_user(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.account()
    stranger = await factory.account()
    visit = await factory.visit(pet=await factory.pet(account=owner))
    body = visit_update()
    response = await client.patch(
        f"/api/v1/visits/{visit.id}", json=body, headers=headers(stranger)
    )
    assert response.status_code == 403, response.text


async def test_update_visit_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    visit = await factory.visit(pet=await factory.pet(account=actor))
    body = visit_update()
    body["no_such_field"] = 1
    response = await client.patch(f"/api/v1/visits/{visit.id}", json=body, headers=headers(actor))
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_update_visit_takes_a_step_of_state(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["vet"])
    visit = await factory.visit(pet=await factory.pet(account=actor), state=VisitState.BOOKED)
    body = {"state": "checked-in"}
    response = await client.patch(f"/api/v1/visits/{visit.id}", json=body, headers=headers(actor))
    assert response.status_code == 200, response.text


async def test_update_visit_needs_a_role_for_a_step_of_state(
    client: AsyncClient,
    factory: Factory,
) -> None:
    actor = await factory.account()
    visit = await factory.visit(pet=await factory.pet(account=actor), state=VisitState.BOOKED)
    body = {"state": "checked-in"}
    response = await client.patch(f"/api/v1/visits/{visit.id}", json=body, headers=headers(actor))
    assert response.status_code == 403, response.text


async def test_update_visit_refuses_a_wrong_step_of_state(
    client: AsyncClient,
    factory: Factory,
) -> None:
    actor = await factory.account()
    visit = await factory.visit(pet=await factory.pet(account=actor), state=VisitState.BOOKED)
    body = {"state": "done"}
    response = await client.patch(f"/api/v1/visits/{visit.id}", json=body, headers=headers(actor))
    assert response.status_code == 409, response.text


async def test_update_visit_needs_a_user(client: AsyncClient) -> None:
    response = await client.patch("/api/v1/visits/00000000-0000-4000-8000-000000000000", json={})
    assert response.status_code == 401, response.text


async def test_delete_visit(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["admin"])
    visit = await factory.visit()
    path = f"/api/v1/visits/{visit.id}"
    response = await client.delete(path, headers=headers(actor))
    assert response.status_code == 204, response.text
    response = await client.delete(path, headers=headers(actor))
    assert response.status_code == 404, response.text


async def test_delete_visit_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["admin"])
    response = await client.delete(
        "/api/v1/visits/00000000-0000-4000-8000-000000000000", headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_delete_visit_needs_a_user(client: AsyncClient) -> None:
    response = await client.delete("/api/v1/visits/00000000-0000-4000-8000-000000000000")
    assert response.status_code == 401, response.text


async def test_delete_visit_needs_a_role(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["member", "vet"])
    response = await client.delete(
        "/api/v1/visits/00000000-0000-4000-8000-000000000000",
        headers=headers(actor),
    )
    assert response.status_code == 403, response.text
