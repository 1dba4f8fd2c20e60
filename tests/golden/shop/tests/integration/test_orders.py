"""Tests of orders over HTTP."""

from httpx import AsyncClient

from app.models.enums import OrderStatus
from tests.factories import Factory, headers
from tests.payloads import order_create, order_update


async def test_list_orders(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    await factory.order(user=actor)
    response = await client.get("/api/v1/orders", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == len(response.json()["items"])


async def test_list_orders_by_page(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    await factory.order(user=actor)
    await factory.order(user=actor)
    response = await client.get("/api/v1/orders?page=2&limit=1", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == 2
    response = await client.get("/api/v1/orders?page=9&limit=1", headers=headers(actor))
    assert response.json()["items"] == []
    assert response.json()["total"] == 2


async def test_list_orders_sorted(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    await factory.order(user=actor)
    await factory.order(user=actor)
    asc = await client.get("/api/v1/orders?sort_by=id&sort_order=asc", headers=headers(actor))
    assert asc.status_code == 200, asc.text
    desc = await client.get("/api/v1/orders?sort_by=id&sort_order=desc", headers=headers(actor))
    assert desc.status_code == 200, desc.text
    assert asc.json()["items"] == desc.json()["items"][::-1]


async def test_list_orders_filtered(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    order = await factory.order(user=actor)
    await factory.order(user=actor)
    response = await client.get(f"/api/v1/orders?id={order.id}", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1


async def test_list_orders_by_search(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    await factory.order(user=actor)
    response = await client.get("/api/v1/orders?q=no%20such%20text", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert response.json()["items"] == []


async def test_list_orders_refuses_an_unknown_filter(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    response = await client.get("/api/v1/orders?no_such_filter=1", headers=headers(actor))
    assert response.status_code == 422, response.text


async def test_list_orders_shows_only_own_rows(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.user()
    stranger = await factory.user()
    await factory.order(user=owner)
    response = await client.get("/api/v1/orders", headers=headers(stranger))
    assert response.status_code == 200, response.text
    assert response.json()["items"] == []


async def test_list_orders_needs_a_user(client: AsyncClient) -> None:
    response = await client.get("/api/v1/orders")
    assert response.status_code == 401, response.text


async def test_create_order(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    body = order_create()
    response = await client.post("/api/v1/orders", json=body, headers=headers(actor))
    assert response.status_code == 201, response.text
    data = response.json()
    assert data["note"] == body["note"]
    assert data["status"] == "pending"


async def test_create_order_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    body = order_create()
    body["no_such_field"] = 1
    response = await client.post("/api/v1/orders", json=body, headers=headers(actor))
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_create_order_with_a_malformed_body(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    as_json = {**headers(actor), "Content-Type": "application/json"}
    response = await client.post("/api/v1/orders", content=b"{", headers=as_json)
    assert response.status_code == 400, response.text


async def test_create_order_needs_a_user(client: AsyncClient) -> None:
    response = await client.post("/api/v1/orders", json={})
    assert response.status_code == 401, response.text


async def test_read_order(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    order = await factory.order(user=actor)
    response = await client.get(f"/api/v1/orders/{order.id}", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert response.json()["id"] == str(order.id)


async def test_read_order_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    response = await client.get(
        "/api/v1/orders/00000000-0000-4000-8000-000000000000", headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_read_order_of_another_user(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.user()
    stranger = await factory.user()
    order = await factory.order(user=owner)
    response = await client.get(f"/api/v1/orders/{order.id}", headers=headers(stranger))
    assert response.status_code == 403, response.text


async def test_read_order_needs_a_user(client: AsyncClient) -> None:
    response = await client.get("/api/v1/orders/00000000-0000-4000-8000-000000000000")
    assert response.status_code == 401, response.text


async def test_replace_order(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    order = await factory.order(user=actor)
    body = order_create()
    response = await client.put(f"/api/v1/orders/{order.id}", json=body, headers=headers(actor))
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["note"] == body["note"]


async def test_replace_order_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    body = order_create()
    response = await client.put(
        "/api/v1/orders/00000000-0000-4000-8000-000000000000", json=body, headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_replace_order_of_another_user(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.user()
    stranger = await factory.user()
    order = await factory.order(user=owner)
    body = order_create()
    response = await client.put(f"/api/v1/orders/{order.id}", json=body, headers=headers(stranger))
    assert response.status_code == 403, response.text


async def test_replace_order_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    order = await factory.order(user=actor)
    body = order_create()
    body["no_such_field"] = 1
    response = await client.put(f"/api/v1/orders/{order.id}", json=body, headers=headers(actor))
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_replace_order_needs_a_user(client: AsyncClient) -> None:
    response = await client.put("/api/v1/orders/00000000-0000-4000-8000-000000000000", json={})
    assert response.status_code == 401, response.text


async def test_update_order(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    order = await factory.order(user=actor)
    body = order_update()
    response = await client.patch(f"/api/v1/orders/{order.id}", json=body, headers=headers(actor))
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["note"] == body["note"]


async def test_update_order_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    body = order_update()
    response = await client.patch(
        "/api/v1/orders/00000000-0000-4000-8000-000000000000", json=body, headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_update_order_of_another_user(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.user()
    stranger = await factory.user()
    order = await factory.order(user=owner)
    body = order_update()
    response = await client.patch(
        f"/api/v1/orders/{order.id}", json=body, headers=headers(stranger)
    )
    assert response.status_code == 403, response.text


async def test_update_order_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    order = await factory.order(user=actor)
    body = order_update()
    body["no_such_field"] = 1
    response = await client.patch(f"/api/v1/orders/{order.id}", json=body, headers=headers(actor))
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_update_order_takes_a_step_of_status(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    order = await factory.order(user=actor, status=OrderStatus.PENDING)
    body = {"status": "confirmed"}
    response = await client.patch(f"/api/v1/orders/{order.id}", json=body, headers=headers(actor))
    assert response.status_code == 200, response.text


async def test_update_order_needs_a_role_for_a_step_of_status(
    client: AsyncClient,
    factory: Factory,
) -> None:
    actor = await factory.user()
    order = await factory.order(user=actor, status=OrderStatus.CONFIRMED)
    body = {"status": "shipped"}
    response = await client.patch(f"/api/v1/orders/{order.id}", json=body, headers=headers(actor))
    assert response.status_code == 403, response.text


async def test_update_order_refuses_a_wrong_step_of_status(
    client: AsyncClient,
    factory: Factory,
) -> None:
    actor = await factory.user()
    order = await factory.order(user=actor, status=OrderStatus.PENDING)
    body = {"status": "shipped"}
    response = await client.patch(f"/api/v1/orders/{order.id}", json=body, headers=headers(actor))
    assert response.status_code == 409, response.text


async def test_update_order_needs_a_user(client: AsyncClient) -> None:
    response = await client.patch("/api/v1/orders/00000000-0000-4000-8000-000000000000", json={})
    assert response.status_code == 401, response.text


async def test_delete_order(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    order = await factory.order(user=actor)
    path = f"/api/v1/orders/{order.id}"
    response = await client.delete(path, headers=headers(actor))
    assert response.status_code == 204, response.text
    response = await client.delete(path, headers=headers(actor))
    assert response.status_code == 404, response.text


async def test_delete_order_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    response = await client.delete(
        "/api/v1/orders/00000000-0000-4000-8000-000000000000", headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_delete_order_of_another_user(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.user()
    stranger = await factory.user()
    order = await factory.order(user=owner)
    response = await client.delete(f"/api/v1/orders/{order.id}", headers=headers(stranger))
    assert response.status_code == 403, response.text


async def test_delete_order_needs_a_user(client: AsyncClient) -> None:
    response = await client.delete("/api/v1/orders/00000000-0000-4000-8000-000000000000")
    assert response.status_code == 401, response.text
