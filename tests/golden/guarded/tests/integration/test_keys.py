"""Tests of who may call: nobody without a key."""

from httpx import AsyncClient

PATH = "/api/v1/stations"


async def test_nobody_passes_without_a_key(client: AsyncClient) -> None:
    response = await client.request("POST", PATH, auth=None)
    assert response.status_code == 401, response.text


async def test_a_key_that_is_not_known_is_refused(client: AsyncClient) -> None:
    response = await client.request("POST", PATH, auth=None, headers={"X-API-Key": "wrong"})
    assert response.status_code == 401, response.text
