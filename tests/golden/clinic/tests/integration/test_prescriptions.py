"""Tests of prescriptions over HTTP."""

from httpx import AsyncClient

from tests.factories import Factory, headers
from tests.payloads import prescription_create, prescription_update


async def test_list_prescriptions(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    await factory.prescription(visit=await factory.visit(pet=await factory.pet(account=actor)))
    response = await client.get("/api/v1/prescriptions", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == len(response.json()["items"])


async def test_list_prescriptions_by_page(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    await factory.prescription(visit=await factory.visit(pet=await factory.pet(account=actor)))
    await factory.prescription(visit=await factory.visit(pet=await factory.pet(account=actor)))
    response = await client.get("/api/v1/prescriptions?page=2&limit=1", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == 2
    response = await client.get("/api/v1/prescriptions?page=9&limit=1", headers=headers(actor))
    assert response.json()["items"] == []
    assert response.json()["total"] == 2


async def test_list_prescriptions_sorted(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    await factory.prescription(visit=await factory.visit(pet=await factory.pet(account=actor)))
    await factory.prescription(visit=await factory.visit(pet=await factory.pet(account=actor)))
    asc = await client.get(
        "/api/v1/prescriptions?sort_by=id&sort_order=asc", headers=headers(actor)
    )
    assert asc.status_code == 200, asc.text
    desc = await client.get(
        "/api/v1/prescriptions?sort_by=id&sort_order=desc", headers=headers(actor)
    )
    assert desc.status_code == 200, desc.text
    assert asc.json()["items"] == desc.json()["items"][::-1]


async def test_list_prescriptions_filtered(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    prescription = await factory.prescription(
        visit=await factory.visit(pet=await factory.pet(account=actor))
    )
    await factory.prescription(visit=await factory.visit(pet=await factory.pet(account=actor)))
    response = await client.get(
        f"/api/v1/prescriptions?id={prescription.id}", headers=headers(actor)
    )
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1


async def test_list_prescriptions_by_search(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    await factory.prescription(visit=await factory.visit(pet=await factory.pet(account=actor)))
    response = await client.get("/api/v1/prescriptions?q=no%20such%20text", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert response.json()["items"] == []


async def test_list_prescriptions_refuses_an_unknown_filter(
    client: AsyncClient,
    factory: Factory,
) -> None:
    actor = await factory.account()
    response = await client.get("/api/v1/prescriptions?no_such_filter=1", headers=headers(actor))
    assert response.status_code == 422, response.text


async def test_list_prescriptions_shows_only_own_rows(
    client: AsyncClient,
    factory: Factory,
) -> None:
    owner = await factory.account()
    stranger = await factory.account()
    await factory.prescription(visit=await factory.visit(pet=await factory.pet(account=owner)))
    response = await client.get("/api/v1/prescriptions", headers=headers(stranger))
    assert response.status_code == 200, response.text
    assert response.json()["items"] == []


async def test_list_prescriptions_needs_a_user(client: AsyncClient) -> None:
    response = await client.get("/api/v1/prescriptions")
    assert response.status_code == 401, response.text


async def test_create_prescription(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["vet"])
    visit = await factory.visit()
    body = prescription_create(visit_id=str(visit.id))
    response = await client.post("/api/v1/prescriptions", json=body, headers=headers(actor))
    assert response.status_code == 201, response.text
    data = response.json()
    assert data["text"] == body["text"]


async def test_create_prescription_names_the_wrong_field(
    client: AsyncClient,
    factory: Factory,
) -> None:
    actor = await factory.account(roles=["vet"])
    visit = await factory.visit()
    body = prescription_create(visit_id=str(visit.id))
    body.pop("text", None)
    response = await client.post("/api/v1/prescriptions", json=body, headers=headers(actor))
    assert response.status_code == 422, response.text
    assert "text" in response.text


async def test_create_prescription_without_its_visit(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["vet"])
    visit = await factory.visit()
    body = prescription_create(visit_id=str(visit.id))
    body["visit_id"] = "00000000-0000-4000-8000-000000000000"
    response = await client.post("/api/v1/prescriptions", json=body, headers=headers(actor))
    assert response.status_code == 409, response.text
    assert "visit_id" in response.text


async def test_create_prescription_with_a_malformed_body(
    client: AsyncClient,
    factory: Factory,
) -> None:
    actor = await factory.account(roles=["vet"])
    as_json = {**headers(actor), "Content-Type": "application/json"}
    response = await client.post("/api/v1/prescriptions", content=b"{", headers=as_json)
    assert response.status_code == 400, response.text


async def test_create_prescription_needs_a_user(client: AsyncClient) -> None:
    response = await client.post("/api/v1/prescriptions", json={})
    assert response.status_code == 401, response.text


async def test_create_prescription_needs_a_role(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["member"])
    response = await client.post(
        "/api/v1/prescriptions",
        json=prescription_create(),
        headers=headers(actor),
    )
    assert response.status_code == 403, response.text


async def test_read_prescription(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    prescription = await factory.prescription(
        visit=await factory.visit(pet=await factory.pet(account=actor))
    )
    response = await client.get(f"/api/v1/prescriptions/{prescription.id}", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert response.json()["id"] == str(prescription.id)


async def test_read_prescription_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account()
    response = await client.get(
        "/api/v1/prescriptions/00000000-0000-4000-8000-000000000000", headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_read_prescription_of_another_user(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.account()
    stranger = await factory.account()
    prescription = await factory.prescription(
        visit=await factory.visit(pet=await factory.pet(account=owner))
    )
    response = await client.get(
        f"/api/v1/prescriptions/{prescription.id}", headers=headers(stranger)
    )
    assert response.status_code == 403, response.text


async def test_read_prescription_needs_a_user(client: AsyncClient) -> None:
    response = await client.get("/api/v1/prescriptions/00000000-0000-4000-8000-000000000000")
    assert response.status_code == 401, response.text


async def test_replace_prescription(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["vet"])
    prescription = await factory.prescription()
    body = prescription_create(visit_id=str(prescription.visit_id))
    response = await client.put(
        f"/api/v1/prescriptions/{prescription.id}", json=body, headers=headers(actor)
    )
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["text"] == body["text"]


async def test_replace_prescription_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["vet"])
    prescription = await factory.prescription()
    body = prescription_create(visit_id=str(prescription.visit_id))
    response = await client.put(
        "/api/v1/prescriptions/00000000-0000-4000-8000-000000000000",
        json=body,
        headers=headers(actor),
    )
    assert response.status_code == 404, response.text


async def test_replace_prescription_names_the_wrong_field(
    client: AsyncClient,
    factory: Factory,
) -> None:
    actor = await factory.account(roles=["vet"])
    prescription = await factory.prescription()
    body = prescription_create(visit_id=str(prescription.visit_id))
    body.pop("text", None)
    response = await client.put(
        f"/api/v1/prescriptions/{prescription.id}", json=body, headers=headers(actor)
    )
    assert response.status_code == 422, response.text
    assert "text" in response.text


async def test_replace_prescription_needs_a_user(client: AsyncClient) -> None:
    response = await client.put(
        "/api/v1/prescriptions/00000000-0000-4000-8000-000000000000", json={}
    )
    assert response.status_code == 401, response.text


async def test_replace_prescription_needs_a_role(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["member"])
    response = await client.put(
        "/api/v1/prescriptions/00000000-0000-4000-8000-000000000000",
        json=prescription_create(),
        headers=headers(actor),
    )
    assert response.status_code == 403, response.text


async def test_update_prescription(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["vet"])
    prescription = await factory.prescription()
    body = prescription_update()
    response = await client.patch(
        f"/api/v1/prescriptions/{prescription.id}", json=body, headers=headers(actor)
    )
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["text"] == body["text"]


async def test_update_prescription_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["vet"])
    body = prescription_update()
    response = await client.patch(
        "/api/v1/prescriptions/00000000-0000-4000-8000-000000000000",
        json=body,
        headers=headers(actor),
    )
    assert response.status_code == 404, response.text


async def test_update_prescription_names_the_wrong_field(
    client: AsyncClient,
    factory: Factory,
) -> None:
    actor = await factory.account(roles=["vet"])
    prescription = await factory.prescription()
    body = prescription_update()
    body["no_such_field"] = 1
    response = await client.patch(
        f"/api/v1/prescriptions/{prescription.id}", json=body, headers=headers(actor)
    )
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_update_prescription_needs_a_user(client: AsyncClient) -> None:
    response = await client.patch(
        "/api/v1/prescriptions/00000000-0000-4000-8000-000000000000", json={}
    )
    assert response.status_code == 401, response.text


async def test_update_prescription_needs_a_role(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["member"])
    response = await client.patch(
        "/api/v1/prescriptions/00000000-0000-4000-8000-000000000000",
        json=prescription_update(),
        headers=headers(actor),
    )
    assert response.status_code == 403, response.text


async def test_delete_prescription(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["vet"])
    prescription = await factory.prescription()
    path = f"/api/v1/prescriptions/{prescription.id}"
    response = await client.delete(path, headers=headers(actor))
    assert response.status_code == 204, response.text
    response = await client.delete(path, headers=headers(actor))
    assert response.status_code == 404, response.text


async def test_delete_prescription_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["vet"])
    response = await client.delete(
        "/api/v1/prescriptions/00000000-0000-4000-8000-000000000000", headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_delete_prescription_needs_a_user(client: AsyncClient) -> None:
    response = await client.delete("/api/v1/prescriptions/00000000-0000-4000-8000-000000000000")
    assert response.status_code == 401, response.text


async def test_delete_prescription_needs_a_role(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.account(roles=["member"])
    response = await client.delete(
        "/api/v1/prescriptions/00000000-0000-4000-8000-000000000000",
        headers=headers(actor),
    )
    assert response.status_code == 403, response.text
