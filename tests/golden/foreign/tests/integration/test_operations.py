"""Tests of operations over HTTP."""

from httpx import AsyncClient


async def test_reprice_shop_is_not_built_yet(client: AsyncClient) -> None:
    response = await client.post("/rest/shops/~absent~/repricing")
    assert response.status_code == 501, response.text
