"""What can be done with visits, and by whom."""

from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.account import Account
from app.models.enums import VisitState
from app.models.pet import Pet
from app.models.visit import Visit
from app.repositories.visit_repository import LIST_VISITS, VisitRepository
from app.schemas.visit import ListVisitsQuery, VisitCreate, VisitUpdate
from app.services.permissions import check_owner, has_role
from app.services.transitions import Steps, check_step

STATE_STEPS: Steps = {
    (VisitState.BOOKED, VisitState.CHECKED_IN): ("vet",),
    (VisitState.CHECKED_IN, VisitState.DONE): ("vet",),
    (VisitState.BOOKED, VisitState.DROPPED): (),
}


class VisitService:
    """Business rules of visits."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.visits = VisitRepository(session)

    async def list_visits(self, query: ListVisitsQuery, actor: Account) -> tuple[list[Visit], int]:
        """List visits."""
        scope: list[ColumnElement[bool]] = []
        if not has_role(actor, "vet", "admin"):
            scope.append(Visit.pet.has(Pet.account_id == actor.id))
        return await self.visits.page(LIST_VISITS, query, *scope)

    async def create_visit(self, data: VisitCreate, actor: Account) -> Visit:
        """Create a visit."""
        await self._check_pet(data.pet_id, actor=actor, roles=())
        visit = Visit(**data.model_dump())
        await self.visits.add(visit, pet_id="pet_id")
        return visit

    async def read_visit(self, visit_id: UUID, actor: Account) -> Visit:
        """Read a visit."""
        visit = await self.visits.one(Visit.id == visit_id)
        await self._check_pet(visit.pet_id, actor=actor, roles=("vet", "admin"))
        return visit

    async def replace_visit(self, visit_id: UUID, data: VisitCreate, actor: Account) -> Visit:
        """Replace a visit."""
        visit = await self.visits.one(Visit.id == visit_id, lock=True)
        await self._check_pet(visit.pet_id, actor=actor, roles=("vet", "admin"))
        changes = data.model_dump()
        await self._check_pet(data.pet_id, actor=actor, roles=("vet", "admin"))
        await self.visits.change(visit, changes, pet_id="pet_id")
        return visit

    async def update_visit(self, visit_id: UUID, data: VisitUpdate, actor: Account) -> Visit:
        """Change a visit."""
        visit = await self.visits.one(Visit.id == visit_id, lock=True)
        await self._check_pet(visit.pet_id, actor=actor, roles=("vet", "admin"))
        changes = data.model_dump(exclude_unset=True)
        if "pet_id" in changes:
            await self._check_pet(data.pet_id, actor=actor, roles=("vet", "admin"))
        if "state" in changes:
            check_step(STATE_STEPS, visit.state, data.state, actor.roles)
        await self.visits.change(visit, changes, pet_id="pet_id")
        return visit

    async def delete_visit(self, visit_id: UUID) -> None:
        """Delete a visit."""
        visit = await self.visits.one(Visit.id == visit_id, lock=True)
        await self.visits.remove(visit)

    async def _check_pet(self, pet_id: UUID, *, actor: Account, roles: tuple[str, ...]) -> None:
        """Refuse a pet that belongs to somebody else."""
        statement = select(Pet.account_id).where(Pet.id == pet_id)
        found = (await self.session.execute(statement)).one_or_none()
        if found is not None:
            check_owner(found[0], actor, *roles)
