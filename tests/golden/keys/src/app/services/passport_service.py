"""What can be done with passports, and by whom."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.passport import Passport
from app.repositories.passport_repository import LIST_PASSPORTS, WITH_EMPLOYEE, PassportRepository
from app.schemas.passport import ListPassportsQuery, PassportCreate, PassportReplace, PassportUpdate


class PassportService:
    """Business rules of passports."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.passports = PassportRepository(session)

    async def list_passports(self, query: ListPassportsQuery) -> tuple[list[Passport], int]:
        """List passports."""
        return await self.passports.page(LIST_PASSPORTS, query, load=WITH_EMPLOYEE)

    async def create_passport(self, data: PassportCreate) -> Passport:
        """Create a passport."""
        passport = Passport(**data.model_dump())
        await self.passports.add(passport, number="number", employee_badge="employee_badge")
        return await self.passports.one(Passport.number == passport.number, load=WITH_EMPLOYEE)

    async def read_passport(self, passport_number: str) -> Passport:
        """Read a passport."""
        return await self.passports.one(Passport.number == passport_number, load=WITH_EMPLOYEE)

    async def replace_passport(self, passport_number: str, data: PassportReplace) -> Passport:
        """Replace a passport."""
        passport = await self.passports.one(Passport.number == passport_number, lock=True)
        changes = data.model_dump()
        await self.passports.change(passport, changes, employee_badge="employee_badge")
        return await self.passports.one(Passport.number == passport.number, load=WITH_EMPLOYEE)

    async def update_passport(self, passport_number: str, data: PassportUpdate) -> Passport:
        """Change a passport."""
        passport = await self.passports.one(Passport.number == passport_number, lock=True)
        changes = data.model_dump(exclude_unset=True)
        await self.passports.change(passport, changes, employee_badge="employee_badge")
        return await self.passports.one(Passport.number == passport.number, load=WITH_EMPLOYEE)

    async def delete_passport(self, passport_number: str) -> None:
        """Delete a passport."""
        passport = await self.passports.one(Passport.number == passport_number, lock=True)
        await self.passports.remove(passport)
