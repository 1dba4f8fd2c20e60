"""Queries over passports."""

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.models.passport import Passport
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, contains, equal

# Relations that answers show, loaded with the rows: never one query a row.
WITH_EMPLOYEE = (joinedload(Passport.employee),)

LIST_PASSPORTS = Listing(
    filters={
        "number": equal(Passport.number),
        "employee_badge": equal(Passport.employee_badge),
    },
    search=contains(Passport.number),
    sorts={
        "number": Passport.number,
        "employee_badge": Passport.employee_badge,
    },
    key=(Passport.number,),
)


class PassportRepository(BaseRepository[Passport]):
    """Queries over passports."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, Passport)
