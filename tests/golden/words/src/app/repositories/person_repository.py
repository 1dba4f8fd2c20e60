"""Queries over people."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.person import Person
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, at_least, at_most, contains, equal

LIST_PEOPLE = Listing(
    filters={
        "id": equal(Person.id),
        "code": equal(Person.code),
        "homepage": equal(Person.homepage),
        "active": equal(Person.active),
        "created_at_min": at_least(Person.created_at),
        "created_at_max": at_most(Person.created_at),
        "updated_at_min": at_least(Person.updated_at),
        "updated_at_max": at_most(Person.updated_at),
    },
    search=contains(Person.code, Person.homepage),
    sorts={
        "id": Person.id,
        "code": Person.code,
        "homepage": Person.homepage,
        "active": Person.active,
        "created_at": Person.created_at,
        "updated_at": Person.updated_at,
    },
    key=(Person.id,),
)


class PersonRepository(BaseRepository[Person]):
    """Queries over people."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, Person)
