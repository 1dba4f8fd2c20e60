"""Queries over prescriptions."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.prescription import Prescription
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, at_least, at_most, contains, equal

LIST_PRESCRIPTIONS = Listing(
    filters={
        "id": equal(Prescription.id),
        "visit_id": equal(Prescription.visit_id),
        "created_at_min": at_least(Prescription.created_at),
        "created_at_max": at_most(Prescription.created_at),
        "updated_at_min": at_least(Prescription.updated_at),
        "updated_at_max": at_most(Prescription.updated_at),
    },
    search=contains(Prescription.text),
    sorts={
        "id": Prescription.id,
        "text": Prescription.text,
        "visit_id": Prescription.visit_id,
        "created_at": Prescription.created_at,
        "updated_at": Prescription.updated_at,
    },
    key=(Prescription.id,),
)


class PrescriptionRepository(BaseRepository[Prescription]):
    """Queries over prescriptions."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, Prescription)
