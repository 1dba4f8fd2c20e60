"""Endpoints for prescriptions."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from app.api.deps import CurrentUser, SessionDep, require_roles
from app.api.errors import errors
from app.models.prescription import Prescription
from app.schemas.base import page_of
from app.schemas.prescription import (
    ListPrescriptionsQuery,
    PrescriptionCreate,
    PrescriptionListResponse,
    PrescriptionResponse,
    PrescriptionUpdate,
)
from app.services.prescription_service import PrescriptionService

router = APIRouter(tags=["prescriptions"])


def get_prescription_service(session: SessionDep) -> PrescriptionService:
    """Give an endpoint its service."""
    return PrescriptionService(session)


PrescriptionServiceDep = Annotated[PrescriptionService, Depends(get_prescription_service)]


@router.get(
    "/prescriptions",
    response_model=PrescriptionListResponse,
    responses=errors(401, 403, 422),
)
async def list_prescriptions(
    query: Annotated[ListPrescriptionsQuery, Query()],
    service: PrescriptionServiceDep,
    actor: CurrentUser,
) -> Any:
    """List prescriptions."""
    rows, total = await service.list_prescriptions(query, actor)
    return page_of(rows, total, query)


@router.post(
    "/prescriptions",
    response_model=PrescriptionResponse,
    status_code=201,
    responses=errors(400, 401, 403, 409, 413, 422),
    dependencies=[Depends(require_roles("vet"))],
)
async def create_prescription(
    data: PrescriptionCreate,
    service: PrescriptionServiceDep,
) -> Prescription:
    """Create a prescription."""
    return await service.create_prescription(data)


@router.get(
    "/prescriptions/{prescription_id}",
    response_model=PrescriptionResponse,
    responses=errors(401, 403, 404, 422),
)
async def read_prescription(
    prescription_id: UUID,
    service: PrescriptionServiceDep,
    actor: CurrentUser,
) -> Prescription:
    """Read a prescription."""
    return await service.read_prescription(prescription_id, actor)


@router.put(
    "/prescriptions/{prescription_id}",
    response_model=PrescriptionResponse,
    responses=errors(400, 401, 403, 404, 409, 413, 422),
    dependencies=[Depends(require_roles("vet"))],
)
async def replace_prescription(
    prescription_id: UUID,
    data: PrescriptionCreate,
    service: PrescriptionServiceDep,
) -> Prescription:
    """Replace a prescription."""
    return await service.replace_prescription(prescription_id, data)


@router.patch(
    "/prescriptions/{prescription_id}",
    response_model=PrescriptionResponse,
    responses=errors(400, 401, 403, 404, 409, 413, 422),
    dependencies=[Depends(require_roles("vet"))],
)
async def update_prescription(
    prescription_id: UUID,
    data: PrescriptionUpdate,
    service: PrescriptionServiceDep,
) -> Prescription:
    """Change a prescription."""
    return await service.update_prescription(prescription_id, data)


@router.delete(
    "/prescriptions/{prescription_id}",
    status_code=204,
    responses=errors(401, 403, 404, 422),
    dependencies=[Depends(require_roles("vet"))],
)
async def delete_prescription(prescription_id: UUID, service: PrescriptionServiceDep) -> None:
    """Delete a prescription."""
    await service.delete_prescription(prescription_id)
