"""Queries over people."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.person import Person
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, contains, equal

LIST_PEOPLE = Listing(
    filters={
        "id": equal(Person.id),
        "name": equal(Person.name),
    },
    search=contains(Person.name),
    sorts={
        "id": Person.id,
        "name": Person.name,
    },
    key=(Person.id,),
)

LIST_PERSON_FRIENDS = Listing(
    filters={
        "id": equal(Person.id),
        "name": equal(Person.name),
    },
    search=contains(Person.name),
    sorts={
        "id": Person.id,
        "name": Person.name,
    },
    key=(Person.id,),
)

LIST_SKILL_PEOPLE = Listing(
    filters={
        "id": equal(Person.id),
        "name": equal(Person.name),
    },
    search=contains(Person.name),
    sorts={
        "id": Person.id,
        "name": Person.name,
    },
    key=(Person.id,),
)


class PersonRepository(BaseRepository[Person]):
    """Queries over people."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, Person)
