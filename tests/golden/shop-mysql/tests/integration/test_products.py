"""Tests of products over HTTP."""

from httpx import AsyncClient

from tests.factories import Factory, headers
from tests.payloads import product_create, product_update


async def test_list_products(client: AsyncClient, factory: Factory) -> None:
    await factory.product()
    response = await client.get("/api/v1/products")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == len(response.json()["items"])


async def test_list_products_by_page(client: AsyncClient, factory: Factory) -> None:
    await factory.product()
    await factory.product()
    response = await client.get("/api/v1/products?page=2&limit=1")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == 2
    response = await client.get("/api/v1/products?page=9&limit=1")
    assert response.json()["items"] == []
    assert response.json()["total"] == 2


async def test_list_products_sorted(client: AsyncClient, factory: Factory) -> None:
    await factory.product()
    await factory.product()
    asc = await client.get("/api/v1/products?sort_by=id&sort_order=asc")
    assert asc.status_code == 200, asc.text
    desc = await client.get("/api/v1/products?sort_by=id&sort_order=desc")
    assert desc.status_code == 200, desc.text
    assert asc.json()["items"] == desc.json()["items"][::-1]


async def test_list_products_filtered(client: AsyncClient, factory: Factory) -> None:
    product = await factory.product()
    await factory.product()
    response = await client.get(f"/api/v1/products?id={product.id}")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1


async def test_list_products_by_search(client: AsyncClient, factory: Factory) -> None:
    await factory.product()
    response = await client.get("/api/v1/products?q=no%20such%20text")
    assert response.status_code == 200, response.text
    assert response.json()["items"] == []


async def test_list_products_refuses_an_unknown_filter(client: AsyncClient) -> None:
    response = await client.get("/api/v1/products?no_such_filter=1")
    assert response.status_code == 422, response.text


async def test_create_product(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    body = product_create()
    response = await client.post("/api/v1/products", json=body, headers=headers(actor))
    assert response.status_code == 201, response.text
    data = response.json()
    assert data["sku"] == body["sku"]
    assert data["name"] == body["name"]
    assert data["price"] == body["price"]
    assert data["stock"] == body["stock"]


async def test_create_product_twice(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    body = product_create()
    response = await client.post("/api/v1/products", json=body, headers=headers(actor))
    assert response.status_code == 201, response.text
    response = await client.post("/api/v1/products", json=body, headers=headers(actor))
    assert response.status_code == 409, response.text
    assert "with this" in response.text


async def test_create_product_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    body = product_create()
    body.pop("sku", None)
    response = await client.post("/api/v1/products", json=body, headers=headers(actor))
    assert response.status_code == 422, response.text
    assert "sku" in response.text


async def test_create_product_with_a_malformed_body(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    as_json = {**headers(actor), "Content-Type": "application/json"}
    response = await client.post("/api/v1/products", content=b"{", headers=as_json)
    assert response.status_code == 400, response.text


async def test_create_product_needs_a_user(client: AsyncClient) -> None:
    response = await client.post("/api/v1/products", json={})
    assert response.status_code == 401, response.text


async def test_create_product_needs_a_role(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["user"])
    response = await client.post("/api/v1/products", json=product_create(), headers=headers(actor))
    assert response.status_code == 403, response.text


async def test_read_product(client: AsyncClient, factory: Factory) -> None:
    product = await factory.product()
    response = await client.get(f"/api/v1/products/{product.id}")
    assert response.status_code == 200, response.text
    assert response.json()["id"] == str(product.id)


async def test_read_product_that_is_absent(client: AsyncClient) -> None:
    response = await client.get("/api/v1/products/00000000-0000-4000-8000-000000000000")
    assert response.status_code == 404, response.text


async def test_replace_product(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    product = await factory.product()
    body = product_create()
    response = await client.put(f"/api/v1/products/{product.id}", json=body, headers=headers(actor))
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["sku"] == body["sku"]
    assert data["name"] == body["name"]
    assert data["price"] == body["price"]
    assert data["stock"] == body["stock"]


async def test_replace_product_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    body = product_create()
    response = await client.put(
        "/api/v1/products/00000000-0000-4000-8000-000000000000", json=body, headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_replace_product_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    product = await factory.product()
    body = product_create()
    body.pop("sku", None)
    response = await client.put(f"/api/v1/products/{product.id}", json=body, headers=headers(actor))
    assert response.status_code == 422, response.text
    assert "sku" in response.text


async def test_replace_product_needs_a_user(client: AsyncClient) -> None:
    response = await client.put("/api/v1/products/00000000-0000-4000-8000-000000000000", json={})
    assert response.status_code == 401, response.text


async def test_replace_product_needs_a_role(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["user"])
    response = await client.put(
        "/api/v1/products/00000000-0000-4000-8000-000000000000",
        json=product_create(),
        headers=headers(actor),
    )
    assert response.status_code == 403, response.text


async def test_update_product(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    product = await factory.product()
    body = product_update()
    response = await client.patch(
        f"/api/v1/products/{product.id}", json=body, headers=headers(actor)
    )
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["sku"] == body["sku"]
    assert data["name"] == body["name"]
    assert data["price"] == body["price"]
    assert data["stock"] == body["stock"]


async def test_update_product_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    body = product_update()
    response = await client.patch(
        "/api/v1/products/00000000-0000-4000-8000-000000000000", json=body, headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_update_product_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    product = await factory.product()
    body = product_update()
    body["no_such_field"] = 1
    response = await client.patch(
        f"/api/v1/products/{product.id}", json=body, headers=headers(actor)
    )
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_update_product_needs_a_user(client: AsyncClient) -> None:
    response = await client.patch("/api/v1/products/00000000-0000-4000-8000-000000000000", json={})
    assert response.status_code == 401, response.text


async def test_update_product_needs_a_role(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["user"])
    response = await client.patch(
        "/api/v1/products/00000000-0000-4000-8000-000000000000",
        json=product_update(),
        headers=headers(actor),
    )
    assert response.status_code == 403, response.text


async def test_delete_product(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    product = await factory.product()
    path = f"/api/v1/products/{product.id}"
    response = await client.delete(path, headers=headers(actor))
    assert response.status_code == 204, response.text
    response = await client.delete(path, headers=headers(actor))
    assert response.status_code == 404, response.text


async def test_delete_product_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["admin"])
    response = await client.delete(
        "/api/v1/products/00000000-0000-4000-8000-000000000000", headers=headers(actor)
    )
    assert response.status_code == 404, response.text


async def test_delete_product_needs_a_user(client: AsyncClient) -> None:
    response = await client.delete("/api/v1/products/00000000-0000-4000-8000-000000000000")
    assert response.status_code == 401, response.text


async def test_delete_product_needs_a_role(client: AsyncClient, factory: Factory) -> None:
    actor = await factory.user(roles=["user"])
    response = await client.delete(
        "/api/v1/products/00000000-0000-4000-8000-000000000000",
        headers=headers(actor),
    )
    assert response.status_code == 403, response.text
