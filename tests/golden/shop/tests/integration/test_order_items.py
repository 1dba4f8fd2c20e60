"""Tests of order items over HTTP."""

from httpx import AsyncClient

from tests.conftest import Queries
from tests.factories import Factory, headers
from tests.payloads import order_item_create, order_item_update


async def test_list_order_items(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    await factory.order_item(order=await factory.order(user=actor))
    response = await client.get("/api/v1/order-items", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == len(response.json()["items"])


async def test_list_order_items_by_page(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    await factory.order_item(order=await factory.order(user=actor))
    await factory.order_item(order=await factory.order(user=actor))
    response = await client.get("/api/v1/order-items?page=2&limit=1", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == 2
    response = await client.get("/api/v1/order-items?page=9&limit=1", headers=headers(actor))
    assert response.json()["items"] == []
    assert response.json()["total"] == 2


async def test_list_order_items_sorted(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    await factory.order_item(order=await factory.order(user=actor))
    await factory.order_item(order=await factory.order(user=actor))
    asc = await client.get("/api/v1/order-items?sort_by=id&sort_order=asc", headers=headers(actor))
    assert asc.status_code == 200, asc.text
    desc = await client.get(
        "/api/v1/order-items?sort_by=id&sort_order=desc", headers=headers(actor)
    )
    assert desc.status_code == 200, desc.text
    assert asc.json()["items"] == desc.json()["items"][::-1]


async def test_list_order_items_filtered(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    order_item = await factory.order_item(order=await factory.order(user=actor))
    await factory.order_item(order=await factory.order(user=actor))
    response = await client.get(f"/api/v1/order-items?id={order_item.id}", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1


async def test_list_order_items_refuses_an_unknown_filter(
    client: AsyncClient,
    factory: Factory,
) -> None:
    actor = await factory.user()
    response = await client.get("/api/v1/order-items?no_such_filter=1", headers=headers(actor))
    assert response.status_code == 422, response.text


async def test_list_order_items_counts_its_queries(
    client: AsyncClient,
    factory: Factory,
    queries: Queries,
) -> None:
    actor = await factory.user()
    await factory.order_item(order=await factory.order(user=actor))
    path = "/api/v1/order-items"
    with queries.counted() as few:
        response = await client.get(path, headers=headers(actor))
    assert response.status_code == 200, response.text
    await factory.order_item(order=await factory.order(user=actor))
    await factory.order_item(order=await factory.order(user=actor))
    await factory.order_item(order=await factory.order(user=actor))
    with queries.counted() as many:
        response = await client.get(path, headers=headers(actor))
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 4
    assert len(many) == len(few)


async def test_list_order_items_shows_only_own_rows(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.user()
    stranger = await factory.user()
    await factory.order_item(order=await factory.order(user=owner))
    response = await client.get("/api/v1/order-items", headers=headers(stranger))
    assert response.status_code == 200, response.text
    assert response.json()["items"] == []


async def test_list_order_items_needs_a_user(client: AsyncClient) -> None:
    response = await client.get("/api/v1/order-items")
    assert response.status_code == 401, response.text


async def test_create_order_item(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    order = await factory.order(user=actor)
    product = await factory.product()
    body = order_item_create(order_id=str(order.id), product_id=str(product.id))
    response = await client.post("/api/v1/order-items", json=body, headers=headers(actor))
    assert response.status_code == 201, response.text
    data = response.json()
    assert data["quantity"] == body["quantity"]
    assert data["unit_price"] == body["unit_price"]


async def test_create_order_item_twice(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    order = await factory.order(user=actor)
    product = await factory.product()
    body = order_item_create(order_id=str(order.id), product_id=str(product.id))
    response = await client.post("/api/v1/order-items", json=body, headers=headers(actor))
    assert response.status_code == 201, response.text
    response = await client.post("/api/v1/order-items", json=body, headers=headers(actor))
    assert response.status_code == 409, response.text
    assert "with this" in response.text


async def test_create_order_item_names_the_wrong_field(
    client: AsyncClient,
    factory: Factory,
) -> None:
    actor = await factory.user()
    order = await factory.order(user=actor)
    product = await factory.product()
    body = order_item_create(order_id=str(order.id), product_id=str(product.id))
    body.pop("unit_price", None)
    response = await client.post("/api/v1/order-items", json=body, headers=headers(actor))
    assert response.status_code == 422, response.text
    assert "unit_price" in response.text


async def test_create_order_item_without_its_order(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    order = await factory.order(user=actor)
    product = await factory.product()
    body = order_item_create(order_id=str(order.id), product_id=str(product.id))
    body["order_id"] = "00000000-0000-4000-8000-000000000000"
    response = await client.post("/api/v1/order-items", json=body, headers=headers(actor))
    assert response.status_code == 409, response.text
    assert "order_id" in response.text


async def test_create_order_item_under_a_stranger(client: AsyncClient, factory: Factory) -> None:
    stranger = await factory.user()
    actor = await factory.user()
    order = await factory.order(user=actor)
    product = await factory.product()
    body = order_item_create(order_id=str(order.id), product_id=str(product.id))
    response = await client.post("/api/v1/order-items", json=body, headers=headers(stranger))
    assert response.status_code == 403, response.text


async def test_create_order_item_with_a_malformed_body(
    client: AsyncClient,
    factory: Factory,
) -> None:
    actor = await factory.user()
    as_json = {**headers(actor), "Content-Type": "application/json"}
    response = await client.post("/api/v1/order-items", content=b"{", headers=as_json)
    assert response.status_code == 400, response.text


async def test_create_order_item_needs_a_user(client: AsyncClient) -> None:
    response = await client.post("/api/v1/order-items", json={})
    assert response.status_code == 401, response.text


async def test_read_order_item(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    order_item = await factory.order_item(order=await factory.order(user=actor))
    response = await client.get(f"/api/v1/order-items/{order_item.id}", headers=headers(actor))
    assert response.status_code == 200, response.text
    assert response.json()["id"] == str(order_item.id)


async def test_read_order_item_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    response = await client.get(
        "/api/v1/order-items/00000000-0000-4000-8000-000000000000", headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_read_order_item_of_another_user(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.user()
    stranger = await factory.user()
    order_item = await factory.order_item(order=await factory.order(user=owner))
    response = await client.get(f"/api/v1/order-items/{order_item.id}", headers=headers(stranger))
    assert response.status_code == 403, response.text


async def test_read_order_item_needs_a_user(client: AsyncClient) -> None:
    response = await client.get("/api/v1/order-items/00000000-0000-4000-8000-000000000000")
    assert response.status_code == 401, response.text


async def test_replace_order_item(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    order_item = await factory.order_item(order=await factory.order(user=actor))
    body = order_item_create(
        order_id=str(order_item.order_id), product_id=str(order_item.product_id)
    )
    response = await client.put(
        f"/api/v1/order-items/{order_item.id}", json=body, headers=headers(actor)
    )
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["quantity"] == body["quantity"]
    assert data["unit_price"] == body["unit_price"]


async def test_replace_order_item_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    order_item = await factory.order_item(order=await factory.order(user=actor))
    body = order_item_create(
        order_id=str(order_item.order_id), product_id=str(order_item.product_id)
    )
    response = await client.put(
        "/api/v1/order-items/00000000-0000-4000-8000-000000000000",
        json=body,
        headers=headers(actor),
    )
    assert response.status_code == 404, response.text


async def test_replace_order_item_of_another_user(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.user()
    stranger = await factory.user()
    order_item = await factory.order_item(order=await factory.order(user=owner))
    body = order_item_create(
        order_id=str(order_item.order_id), product_id=str(order_item.product_id)
    )
    response = await client.put(
        f"/api/v1/order-items/{order_item.id}", json=body, headers=headers(stranger)
    )
    assert response.status_code == 403, response.text


async def test_replace_order_item_names_the_wrong_field(
    client: AsyncClient,
    factory: Factory,
) -> None:
    actor = await factory.user()
    order_item = await factory.order_item(order=await factory.order(user=actor))
    body = order_item_create(
        order_id=str(order_item.order_id), product_id=str(order_item.product_id)
    )
    body.pop("unit_price", None)
    response = await client.put(
        f"/api/v1/order-items/{order_item.id}", json=body, headers=headers(actor)
    )
    assert response.status_code == 422, response.text
    assert "unit_price" in response.text


async def test_replace_order_item_needs_a_user(client: AsyncClient) -> None:
    response = await client.put("/api/v1/order-items/00000000-0000-4000-8000-000000000000", json={})
    assert response.status_code == 401, response.text


async def test_update_order_item(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    order_item = await factory.order_item(order=await factory.order(user=actor))
    body = order_item_update()
    response = await client.patch(
        f"/api/v1/order-items/{order_item.id}", json=body, headers=headers(actor)
    )
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["quantity"] == body["quantity"]
    assert data["unit_price"] == body["unit_price"]


async def test_update_order_item_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    body = order_item_update()
    response = await client.patch(
        "/api/v1/order-items/00000000-0000-4000-8000-000000000000",
        json=body,
        headers=headers(actor),
    )
    assert response.status_code == 404, response.text


async def test_update_order_item_of_another_user(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.user()
    stranger = await factory.user()
    order_item = await factory.order_item(order=await factory.order(user=owner))
    body = order_item_update()
    response = await client.patch(
        f"/api/v1/order-items/{order_item.id}", json=body, headers=headers(stranger)
    )
    assert response.status_code == 403, response.text


async def test_update_order_item_names_the_wrong_field(
    client: AsyncClient,
    factory: Factory,
) -> None:
    actor = await factory.user()
    order_item = await factory.order_item(order=await factory.order(user=actor))
    body = order_item_update()
    body["no_such_field"] = 1
    response = await client.patch(
        f"/api/v1/order-items/{order_item.id}", json=body, headers=headers(actor)
    )
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_update_order_item_needs_a_user(client: AsyncClient) -> None:
    response = await client.patch(
        "/api/v1/order-items/00000000-0000-4000-8000-000000000000", json={}
    )
    assert response.status_code == 401, response.text


async def test_delete_order_item(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    order_item = await factory.order_item(order=await factory.order(user=actor))
    path = f"/api/v1/order-items/{order_item.id}"
    response = await client.delete(path, headers=headers(actor))
    assert response.status_code == 204, response.text
    response = await client.delete(path, headers=headers(actor))
    assert response.status_code == 404, response.text


async def test_delete_order_item_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user()
    response = await client.delete(
        "/api/v1/order-items/00000000-0000-4000-8000-000000000000", headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_delete_order_item_of_another_user(client: AsyncClient, factory: Factory) -> None:
    owner = await factory.user()
    stranger = await factory.user()
    order_item = await factory.order_item(order=await factory.order(user=owner))
    response = await client.delete(
        f"/api/v1/order-items/{order_item.id}", headers=headers(stranger)
    )
    assert response.status_code == 403, response.text


async def test_delete_order_item_needs_a_user(client: AsyncClient) -> None:
    response = await client.delete("/api/v1/order-items/00000000-0000-4000-8000-000000000000")
    assert response.status_code == 401, response.text
