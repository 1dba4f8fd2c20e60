"""What can be done with skills, and by whom."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.person import Person
from app.models.skill import Skill
from app.repositories.person_repository import PersonRepository
from app.repositories.skill_repository import LIST_PERSON_SKILLS, LIST_SKILLS, SkillRepository
from app.schemas.skill import ListPersonSkillsQuery, ListSkillsQuery, SkillCreate, SkillUpdate


class SkillService:
    """Business rules of skills."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.people = PersonRepository(session)
        self.skills = SkillRepository(session)

    async def list_person_skills(
        self,
        person_id: int,
        query: ListPersonSkillsQuery,
    ) -> tuple[list[Skill], int]:
        """List skills."""
        person = await self.people.one(Person.id == person_id)
        return await self.skills.page(LIST_PERSON_SKILLS, query, Skill.people.contains(person))

    async def list_skills(self, query: ListSkillsQuery) -> tuple[list[Skill], int]:
        """List skills."""
        return await self.skills.page(LIST_SKILLS, query)

    async def create_skill(self, data: SkillCreate) -> Skill:
        """Create a skill."""
        skill = Skill(**data.model_dump())
        await self.skills.add(skill, name="name")
        return skill

    async def read_skill(self, skill_id: int) -> Skill:
        """Read a skill."""
        return await self.skills.one(Skill.id == skill_id)

    async def replace_skill(self, skill_id: int, data: SkillCreate) -> Skill:
        """Replace a skill."""
        skill = await self.skills.one(Skill.id == skill_id, lock=True)
        changes = data.model_dump()
        await self.skills.change(skill, changes, name="name")
        return skill

    async def update_skill(self, skill_id: int, data: SkillUpdate) -> Skill:
        """Change a skill."""
        skill = await self.skills.one(Skill.id == skill_id, lock=True)
        changes = data.model_dump(exclude_unset=True)
        await self.skills.change(skill, changes, name="name")
        return skill

    async def delete_skill(self, skill_id: int) -> None:
        """Delete a skill."""
        skill = await self.skills.one(Skill.id == skill_id, lock=True)
        await self.skills.remove(skill)
