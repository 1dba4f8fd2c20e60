"""Operations that belong to no single resource."""

from fastapi import APIRouter, Response

from app.api.errors import errors
from app.core.exceptions import NotBuiltError
from app.schemas.types import Slug

router = APIRouter(tags=["operations"])


@router.post("/shops/{shop}/repricing", response_class=Response, responses=errors(400, 404, 501))
async def reprice_shop(shop: Slug) -> None:
    """Reprice shop."""
    raise NotBuiltError("reprice_shop")
