"""What can be done with people, and by whom."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.person import Person
from app.repositories.person_repository import LIST_PEOPLE, PersonRepository
from app.schemas.person import ListPeopleQuery, PersonCreate, PersonUpdate


class PersonService:
    """Business rules of people."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.people = PersonRepository(session)

    async def list_people(self, query: ListPeopleQuery) -> tuple[list[Person], int]:
        """List people."""
        return await self.people.page(LIST_PEOPLE, query)

    async def create_person(self, data: PersonCreate) -> Person:
        """Create a person."""
        person = Person(**data.model_dump())
        await self.people.add(person, code="code")
        return person

    async def read_person(self, person_id: int) -> Person:
        """Read a person."""
        return await self.people.one(Person.id == person_id)

    async def replace_person(self, person_id: int, data: PersonCreate) -> Person:
        """Replace a person."""
        person = await self.people.one(Person.id == person_id, lock=True)
        changes = data.model_dump()
        await self.people.change(person, changes, code="code")
        return person

    async def update_person(self, person_id: int, data: PersonUpdate) -> Person:
        """Change a person."""
        person = await self.people.one(Person.id == person_id, lock=True)
        changes = data.model_dump(exclude_unset=True)
        await self.people.change(person, changes, code="code")
        return person

    async def delete_person(self, person_id: int) -> None:
        """Delete a person."""
        person = await self.people.one(Person.id == person_id, lock=True)
        await self.people.remove(person)
