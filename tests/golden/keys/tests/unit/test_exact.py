"""Tests of numbers that have more digits than a float carries."""

from decimal import Decimal
from typing import Annotated

import pytest
from fastapi import APIRouter, Body, FastAPI
from httpx import ASGITransport, AsyncClient

from app.api.exact import ExactRoute
from app.schemas.types import Digits

LONG = Annotated[Decimal, Digits(30, 4)]
router = APIRouter(route_class=ExactRoute)


@router.post("/amounts")
async def amount_of(amount: Annotated[LONG, Body()]) -> str:
    return str(amount)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("12345678901234567890.1234", "12345678901234567890.1234"),
        ('"12345678901234567890.1234"', "12345678901234567890.1234"),
        ("1.500000", "1.5"),
        ("15.00", "15"),
        ("1.5e3", "1.5E+3"),
    ],
)
async def test_no_digit_of_a_body_is_lost(sent: str, read: str) -> None:
    app = FastAPI()
    app.include_router(router)
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://test") as client:
        response = await client.post(
            "/amounts", content=sent, headers={"Content-Type": "application/json"}
        )
    assert response.json() == read
