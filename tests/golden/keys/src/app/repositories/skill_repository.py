"""Queries over skills."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.skill import Skill
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, contains, equal

LIST_PERSON_SKILLS = Listing(
    filters={
        "id": equal(Skill.id),
        "name": equal(Skill.name),
    },
    search=contains(Skill.name),
    sorts={
        "id": Skill.id,
        "name": Skill.name,
    },
    key=(Skill.id,),
)

LIST_SKILLS = Listing(
    filters={
        "id": equal(Skill.id),
        "name": equal(Skill.name),
    },
    search=contains(Skill.name),
    sorts={
        "id": Skill.id,
        "name": Skill.name,
    },
    key=(Skill.id,),
)


class SkillRepository(BaseRepository[Skill]):
    """Queries over skills."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, Skill)
