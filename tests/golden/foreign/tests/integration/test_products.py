"""Tests of products over HTTP."""

from httpx import AsyncClient

from app.models.enums import ProductState
from tests.conftest import Queries
from tests.factories import Factory
from tests.payloads import product_input, product_patch


async def test_get_articles(client: AsyncClient, factory: Factory) -> None:
    product = await factory.product()
    response = await client.get(f"/rest/shops/{product.store.slug}/articles")
    assert response.status_code == 200, response.text
    assert len(response.json()["data"]) == 1
    assert response.json()["meta"]["count"] == len(response.json()["data"])


async def test_get_articles_by_page(client: AsyncClient, factory: Factory) -> None:
    product = await factory.product()
    await factory.product(store=product.store)
    response = await client.get(f"/rest/shops/{product.store.slug}/articles?p=2&size=1")
    assert response.status_code == 200, response.text
    assert len(response.json()["data"]) == 1
    assert response.json()["meta"]["count"] == 2
    response = await client.get(f"/rest/shops/{product.store.slug}/articles?p=9&size=1")
    assert response.json()["data"] == []
    assert response.json()["meta"]["count"] == 2


async def test_get_articles_sorted(client: AsyncClient, factory: Factory) -> None:
    product = await factory.product()
    await factory.product(store=product.store)
    asc = await client.get(f"/rest/shops/{product.store.slug}/articles?orderBy=label&direction=asc")
    assert asc.status_code == 200, asc.text
    desc = await client.get(
        f"/rest/shops/{product.store.slug}/articles?orderBy=label&direction=desc"
    )
    assert desc.status_code == 200, desc.text
    assert asc.json()["data"] == desc.json()["data"][::-1]


async def test_get_articles_by_search(client: AsyncClient, factory: Factory) -> None:
    product = await factory.product()
    response = await client.get(f"/rest/shops/{product.store.slug}/articles?term=no%20such%20text")
    assert response.status_code == 200, response.text
    assert response.json()["data"] == []


async def test_get_articles_refuses_an_unknown_filter(
    client: AsyncClient,
    factory: Factory,
) -> None:
    product = await factory.product()
    response = await client.get(f"/rest/shops/{product.store.slug}/articles?no_such_filter=1")
    assert response.status_code == 400, response.text


async def test_get_articles_counts_its_queries(
    client: AsyncClient,
    factory: Factory,
    queries: Queries,
) -> None:
    product = await factory.product()
    path = f"/rest/shops/{product.store.slug}/articles"
    with queries.counted() as few:
        response = await client.get(path)
    assert response.status_code == 200, response.text
    await factory.product(store=product.store)
    await factory.product(store=product.store)
    await factory.product(store=product.store)
    with queries.counted() as many:
        response = await client.get(path)
    assert response.status_code == 200, response.text
    assert len(response.json()["data"]) == 4
    assert len(many) == len(few)


async def test_add_article(client: AsyncClient, factory: Factory) -> None:
    parent_store = await factory.store()
    body = product_input()
    response = await client.post(f"/rest/shops/{parent_store.slug}/articles", json=body)
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["articleNumber"] == body["articleNumber"]
    assert data["label"] == body["label"]
    assert data["unitPrice"] == body["unitPrice"]
    assert data["state"] == "draft"


async def test_add_article_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    parent_store = await factory.store()
    body = product_input()
    body.pop("articleNumber", None)
    response = await client.post(f"/rest/shops/{parent_store.slug}/articles", json=body)
    assert response.status_code == 400, response.text
    assert "articleNumber" in response.text


async def test_get_article(client: AsyncClient, factory: Factory) -> None:
    product = await factory.product()
    response = await client.get(f"/rest/shops/{product.store.slug}/articles/{product.sku}")
    assert response.status_code == 200, response.text


async def test_get_article_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    product = await factory.product()
    response = await client.get(f"/rest/shops/{product.store.slug}/articles/~absent~")
    assert response.status_code == 404, response.text


async def test_change_article(client: AsyncClient, factory: Factory) -> None:
    product = await factory.product()
    body = product_patch()
    response = await client.patch(
        f"/rest/shops/{product.store.slug}/articles/{product.sku}", json=body
    )
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["label"] == body["label"]
    assert data["unitPrice"] == body["unitPrice"]


async def test_change_article_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    product = await factory.product()
    body = product_patch()
    response = await client.patch(f"/rest/shops/{product.store.slug}/articles/~absent~", json=body)
    assert response.status_code == 404, response.text


async def test_change_article_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    product = await factory.product()
    body = product_patch()
    body["no_such_field"] = 1
    response = await client.patch(
        f"/rest/shops/{product.store.slug}/articles/{product.sku}", json=body
    )
    assert response.status_code == 400, response.text
    assert "no_such_field" in response.text


async def test_put_article(client: AsyncClient, factory: Factory) -> None:
    product = await factory.product()
    body = product_input()
    response = await client.put(
        f"/rest/shops/{product.store.slug}/articles/{product.sku}", json=body
    )
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["articleNumber"] == body["articleNumber"]
    assert data["label"] == body["label"]
    assert data["unitPrice"] == body["unitPrice"]


async def test_put_article_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    product = await factory.product()
    body = product_input()
    response = await client.put(f"/rest/shops/{product.store.slug}/articles/~absent~", json=body)
    assert response.status_code == 404, response.text


async def test_put_article_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    product = await factory.product()
    body = product_input()
    body.pop("articleNumber", None)
    response = await client.put(
        f"/rest/shops/{product.store.slug}/articles/{product.sku}", json=body
    )
    assert response.status_code == 400, response.text
    assert "articleNumber" in response.text


async def test_drop_article(client: AsyncClient, factory: Factory) -> None:
    product = await factory.product()
    path = f"/rest/shops/{product.store.slug}/articles/{product.sku}"
    response = await client.delete(path)
    assert response.status_code == 202, response.text
    response = await client.delete(path)
    assert response.status_code == 404, response.text


async def test_drop_article_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    product = await factory.product()
    response = await client.delete(f"/rest/shops/{product.store.slug}/articles/~absent~")
    assert response.status_code == 404, response.text


async def test_publish_article_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    product = await factory.product()
    response = await client.post(f"/rest/shops/{product.store.slug}/articles/~absent~/publication")
    assert response.status_code == 404, response.text


async def test_publish_article(client: AsyncClient, factory: Factory) -> None:
    product = await factory.product(state=ProductState.DRAFT)
    response = await client.post(
        f"/rest/shops/{product.store.slug}/articles/{product.sku}/publication"
    )
    assert response.status_code == 200, response.text


async def test_publish_article_from_a_wrong_state(client: AsyncClient, factory: Factory) -> None:
    product = await factory.product(state=ProductState.RETIRED)
    response = await client.post(
        f"/rest/shops/{product.store.slug}/articles/{product.sku}/publication"
    )
    assert response.status_code == 400, response.text
