"""What can be done with prescriptions, and by whom."""

from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.account import Account
from app.models.pet import Pet
from app.models.prescription import Prescription
from app.models.visit import Visit
from app.repositories.prescription_repository import LIST_PRESCRIPTIONS, PrescriptionRepository
from app.schemas.prescription import ListPrescriptionsQuery, PrescriptionCreate, PrescriptionUpdate
from app.services.permissions import check_owner, has_role


class PrescriptionService:
    """Business rules of prescriptions."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.prescriptions = PrescriptionRepository(session)

    async def list_prescriptions(
        self,
        query: ListPrescriptionsQuery,
        actor: Account,
    ) -> tuple[list[Prescription], int]:
        """List prescriptions."""
        scope: list[ColumnElement[bool]] = []
        if not has_role(actor, "vet", "admin"):
            scope.append(Prescription.visit.has(Visit.pet.has(Pet.account_id == actor.id)))
        return await self.prescriptions.page(LIST_PRESCRIPTIONS, query, *scope)

    async def create_prescription(self, data: PrescriptionCreate) -> Prescription:
        """Create a prescription."""
        prescription = Prescription(**data.model_dump())
        await self.prescriptions.add(prescription, visit_id="visit_id")
        return prescription

    async def read_prescription(self, prescription_id: UUID, actor: Account) -> Prescription:
        """Read a prescription."""
        prescription = await self.prescriptions.one(Prescription.id == prescription_id)
        await self._check_visit(prescription.visit_id, actor=actor, roles=("vet", "admin"))
        return prescription

    async def replace_prescription(
        self,
        prescription_id: UUID,
        data: PrescriptionCreate,
    ) -> Prescription:
        """Replace a prescription."""
        prescription = await self.prescriptions.one(Prescription.id == prescription_id, lock=True)
        changes = data.model_dump()
        await self.prescriptions.change(prescription, changes, visit_id="visit_id")
        return prescription

    async def update_prescription(
        self,
        prescription_id: UUID,
        data: PrescriptionUpdate,
    ) -> Prescription:
        """Change a prescription."""
        prescription = await self.prescriptions.one(Prescription.id == prescription_id, lock=True)
        changes = data.model_dump(exclude_unset=True)
        await self.prescriptions.change(prescription, changes, visit_id="visit_id")
        return prescription

    async def delete_prescription(self, prescription_id: UUID) -> None:
        """Delete a prescription."""
        prescription = await self.prescriptions.one(Prescription.id == prescription_id, lock=True)
        await self.prescriptions.remove(prescription)

    async def _check_visit(self, visit_id: UUID, *, actor: Account, roles: tuple[str, ...]) -> None:
        """Refuse a visit that belongs to somebody else."""
        statement = (
            select(Pet.account_id).select_from(Visit).join(Visit.pet).where(Visit.id == visit_id)
        )
        found = (await self.session.execute(statement)).one_or_none()
        if found is not None:
            check_owner(found[0], actor, *roles)
