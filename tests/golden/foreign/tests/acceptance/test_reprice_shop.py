"""Raise every price in the shop by the given percentage, but never above twice the old one."""

import pytest
from httpx import AsyncClient


@pytest.mark.xfail(strict=True, reason="not built yet: reprice_shop")
async def test_reprice_shop(client: AsyncClient) -> None:
    response = await client.post("/rest/shops/~absent~/repricing")
    assert response.status_code == 200, response.text
