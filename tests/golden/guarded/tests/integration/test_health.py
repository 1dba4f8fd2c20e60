"""Tests of the probes, the errors and the documentation."""

import pytest
from httpx import ASGITransport, AsyncClient

from app.core.config import get_settings
from app.main import create_application


async def test_health(client: AsyncClient) -> None:
    response = await client.get("/health")
    assert response.json()["status"] == "healthy"


async def test_ready(client: AsyncClient) -> None:
    response = await client.get("/ready")
    assert response.status_code == 200, response.text


async def test_unknown_path_has_the_error_envelope(client: AsyncClient) -> None:
    response = await client.get("/api/v1/no-such-path")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/json"


async def test_openapi_is_served(client: AsyncClient) -> None:
    response = await client.get("/api/v1/openapi.json")
    assert response.json()["openapi"].startswith("3.1")


@pytest.mark.parametrize(
    ("environment", "enabled", "shown"),
    [
        ("development", None, True),
        ("production", None, False),
        ("production", True, True),
        ("development", False, False),
    ],
)
def test_documentation_is_for_development(
    environment: str, *, enabled: bool | None, shown: bool
) -> None:
    values = {"environment": environment, "docs_enabled": enabled}
    assert get_settings().model_copy(update=values).shows_docs is shown


async def test_documentation_that_is_not_shown() -> None:
    app = create_application(get_settings().model_copy(update={"docs_enabled": False}))
    transport = ASGITransport(app=app)
    async with AsyncClient(transport=transport, base_url="http://test") as client:
        for page in ("openapi.json", "docs", "redoc"):
            response = await client.get(f"/api/v1/{page}")
            assert response.status_code == 404, page


async def test_a_body_that_is_too_large(client: AsyncClient) -> None:
    body = b" " * (get_settings().max_body_bytes + 1)
    response = await client.post("/health", content=body)
    assert response.status_code == 413


async def test_a_wrong_method_names_the_right_ones(client: AsyncClient) -> None:
    response = await client.delete("/health")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET"


async def test_a_wrong_method_beside_the_api(client: AsyncClient) -> None:
    response = await client.delete("/api/v1/docs")
    assert response.status_code == 405
