"""What can be done with people, and by whom."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.person import Person, person_friends_table, person_skills_table
from app.models.skill import Skill
from app.repositories.person_repository import (
    LIST_PEOPLE,
    LIST_PERSON_FRIENDS,
    LIST_SKILL_PEOPLE,
    PersonRepository,
)
from app.repositories.skill_repository import SkillRepository
from app.schemas.person import (
    ListPeopleQuery,
    ListPersonFriendsQuery,
    ListSkillPeopleQuery,
    PersonCreate,
    PersonUpdate,
)


class PersonService:
    """Business rules of people."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.people = PersonRepository(session)
        self.skills = SkillRepository(session)

    async def list_people(self, query: ListPeopleQuery) -> tuple[list[Person], int]:
        """List people."""
        return await self.people.page(LIST_PEOPLE, query)

    async def create_person(self, data: PersonCreate) -> Person:
        """Create a person."""
        person = Person(**data.model_dump())
        await self.people.add(person)
        return person

    async def read_person(self, person_id: int) -> Person:
        """Read a person."""
        return await self.people.one(Person.id == person_id)

    async def replace_person(self, person_id: int, data: PersonCreate) -> Person:
        """Replace a person."""
        person = await self.people.one(Person.id == person_id, lock=True)
        changes = data.model_dump()
        await self.people.change(person, changes)
        return person

    async def update_person(self, person_id: int, data: PersonUpdate) -> Person:
        """Change a person."""
        person = await self.people.one(Person.id == person_id, lock=True)
        changes = data.model_dump(exclude_unset=True)
        await self.people.change(person, changes)
        return person

    async def delete_person(self, person_id: int) -> None:
        """Delete a person."""
        person = await self.people.one(Person.id == person_id, lock=True)
        await self.people.remove(person)

    async def list_person_friends(
        self,
        person_id: int,
        query: ListPersonFriendsQuery,
    ) -> tuple[list[Person], int]:
        """List people."""
        parent_person = await self.people.one(Person.id == person_id)
        return await self.people.page(
            LIST_PERSON_FRIENDS,
            query,
            Person.friend_of.contains(parent_person),
        )

    async def add_person_friend(self, person_id: int, friend_id: int) -> None:
        """Add person friend."""
        person = await self.people.one(Person.id == person_id, lock=True)
        other_person = await self.people.one(Person.id == friend_id)
        pair = {"person_id": person.id, "friend_id": other_person.id}
        await self.people.link(person_friends_table, pair)

    async def remove_person_friend(self, person_id: int, friend_id: int) -> None:
        """Remove person friend."""
        person = await self.people.one(Person.id == person_id, lock=True)
        other_person = await self.people.one(Person.id == friend_id)
        pair = {"person_id": person.id, "friend_id": other_person.id}
        await self.people.unlink(person_friends_table, pair)

    async def add_person_skill(self, person_id: int, skill_id: int) -> None:
        """Add person skill."""
        person = await self.people.one(Person.id == person_id, lock=True)
        skill = await self.skills.one(Skill.id == skill_id)
        pair = {"person_id": person.id, "skill_id": skill.id}
        await self.people.link(person_skills_table, pair)

    async def remove_person_skill(self, person_id: int, skill_id: int) -> None:
        """Remove person skill."""
        person = await self.people.one(Person.id == person_id, lock=True)
        skill = await self.skills.one(Skill.id == skill_id)
        pair = {"person_id": person.id, "skill_id": skill.id}
        await self.people.unlink(person_skills_table, pair)

    async def list_skill_people(
        self,
        skill_id: int,
        query: ListSkillPeopleQuery,
    ) -> tuple[list[Person], int]:
        """List people."""
        skill = await self.skills.one(Skill.id == skill_id)
        return await self.people.page(LIST_SKILL_PEOPLE, query, Person.skills.contains(skill))
