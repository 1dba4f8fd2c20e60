"""Tests of news over HTTP."""

from httpx import AsyncClient

from tests.conftest import Queries
from tests.factories import Factory
from tests.payloads import news_create, news_update


async def test_list_news(client: AsyncClient, factory: Factory) -> None:
    await factory.news()
    response = await client.get("/api/v1/news")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == len(response.json()["items"])


async def test_list_news_by_page(client: AsyncClient, factory: Factory) -> None:
    await factory.news()
    await factory.news()
    response = await client.get("/api/v1/news?page=2&limit=1")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == 2
    response = await client.get("/api/v1/news?page=9&limit=1")
    assert response.json()["items"] == []
    assert response.json()["total"] == 2


async def test_list_news_sorted(client: AsyncClient, factory: Factory) -> None:
    await factory.news()
    await factory.news()
    asc = await client.get("/api/v1/news?sort_by=id&sort_order=asc")
    assert asc.status_code == 200, asc.text
    desc = await client.get("/api/v1/news?sort_by=id&sort_order=desc")
    assert desc.status_code == 200, desc.text
    assert asc.json()["items"] == desc.json()["items"][::-1]


async def test_list_news_filtered(client: AsyncClient, factory: Factory) -> None:
    news = await factory.news()
    await factory.news()
    response = await client.get(f"/api/v1/news?id={news.id}")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1


async def test_list_news_by_search(client: AsyncClient, factory: Factory) -> None:
    await factory.news()
    response = await client.get("/api/v1/news?q=no%20such%20text")
    assert response.status_code == 200, response.text
    assert response.json()["items"] == []


async def test_list_news_refuses_an_unknown_filter(client: AsyncClient) -> None:
    response = await client.get("/api/v1/news?no_such_filter=1")
    assert response.status_code == 422, response.text


async def test_list_news_counts_its_queries(
    client: AsyncClient,
    factory: Factory,
    queries: Queries,
) -> None:
    await factory.news()
    path = "/api/v1/news"
    with queries.counted() as few:
        response = await client.get(path)
    assert response.status_code == 200, response.text
    await factory.news()
    await factory.news()
    await factory.news()
    with queries.counted() as many:
        response = await client.get(path)
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 4
    assert len(many) == len(few)


async def test_create_news(client: AsyncClient, factory: Factory) -> None:
    person = await factory.person()
    body = news_create(person_id=person.id)
    response = await client.post("/api/v1/news", json=body)
    assert response.status_code == 201, response.text
    data = response.json()
    assert data["title"] == body["title"]


async def test_create_news_twice(client: AsyncClient, factory: Factory) -> None:
    person = await factory.person()
    body = news_create(person_id=person.id)
    response = await client.post("/api/v1/news", json=body)
    assert response.status_code == 201, response.text
    response = await client.post("/api/v1/news", json=body)
    assert response.status_code == 409, response.text
    assert "with this" in response.text


async def test_create_news_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    person = await factory.person()
    body = news_create(person_id=person.id)
    body.pop("title", None)
    response = await client.post("/api/v1/news", json=body)
    assert response.status_code == 422, response.text
    assert "title" in response.text


async def test_create_news_without_its_person(client: AsyncClient, factory: Factory) -> None:
    person = await factory.person()
    body = news_create(person_id=person.id)
    body["person_id"] = 2000000000
    response = await client.post("/api/v1/news", json=body)
    assert response.status_code == 409, response.text
    assert "person_id" in response.text


async def test_create_news_with_a_malformed_body(client: AsyncClient) -> None:
    as_json = {"Content-Type": "application/json"}
    response = await client.post("/api/v1/news", content=b"{", headers=as_json)
    assert response.status_code == 400, response.text


async def test_read_news(client: AsyncClient, factory: Factory) -> None:
    news = await factory.news()
    response = await client.get(f"/api/v1/news/{news.id}")
    assert response.status_code == 200, response.text
    assert response.json()["id"] == news.id


async def test_read_news_that_is_absent(client: AsyncClient) -> None:
    response = await client.get("/api/v1/news/2000000000")
    assert response.status_code == 404, response.text


async def test_replace_news(client: AsyncClient, factory: Factory) -> None:
    news = await factory.news()
    body = news_create(person_id=news.person_id)
    response = await client.put(f"/api/v1/news/{news.id}", json=body)
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["title"] == body["title"]


async def test_replace_news_that_is_absent(client: AsyncClient, factory: Factory) -> None:
    news = await factory.news()
    body = news_create(person_id=news.person_id)
    response = await client.put("/api/v1/news/2000000000", json=body)
    assert response.status_code == 404, response.text


async def test_replace_news_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    news = await factory.news()
    body = news_create(person_id=news.person_id)
    body.pop("title", None)
    response = await client.put(f"/api/v1/news/{news.id}", json=body)
    assert response.status_code == 422, response.text
    assert "title" in response.text


async def test_update_news(client: AsyncClient, factory: Factory) -> None:
    news = await factory.news()
    body = news_update()
    response = await client.patch(f"/api/v1/news/{news.id}", json=body)
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["title"] == body["title"]


async def test_update_news_that_is_absent(client: AsyncClient) -> None:
    body = news_update()
    response = await client.patch("/api/v1/news/2000000000", json=body)
    assert response.status_code == 404, response.text


async def test_update_news_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    news = await factory.news()
    body = news_update()
    body["no_such_field"] = 1
    response = await client.patch(f"/api/v1/news/{news.id}", json=body)
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_delete_news(client: AsyncClient, factory: Factory) -> None:
    news = await factory.news()
    path = f"/api/v1/news/{news.id}"
    response = await client.delete(path)
    assert response.status_code == 204, response.text
    response = await client.delete(path)
    assert response.status_code == 404, response.text


async def test_delete_news_that_is_absent(client: AsyncClient) -> None:
    response = await client.delete("/api/v1/news/2000000000")
    assert response.status_code == 404, response.text
