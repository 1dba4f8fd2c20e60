"""Operations that belong to no single resource."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from app.api.deps import SessionDep
from app.api.errors import errors
from app.schemas.types import Slug
from app.services.operations_service import OperationsService

router = APIRouter(tags=["operations"])


def get_operations_service(session: SessionDep) -> OperationsService:
    """Give an endpoint its service."""
    return OperationsService(session)


OperationsServiceDep = Annotated[OperationsService, Depends(get_operations_service)]


@router.post("/shops/{shop}/repricing", response_class=Response, responses=errors(400, 404, 501))
async def reprice_shop(shop: Slug, service: OperationsServiceDep) -> Response:
    """Reprice shop."""
    await service.reprice_shop(shop)
    return Response(status_code=200)
