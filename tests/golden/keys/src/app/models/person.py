"""Person model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base

if TYPE_CHECKING:
    from app.models.skill import Skill

person_skills_table = Table(
    "person_skills",
    Base.metadata,
    Column(
        "person_id",
        BigInteger(),
        ForeignKey("people.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column(
        "skill_id",
        BigInteger(),
        ForeignKey("skills.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        index=True,
    ),
)

person_friends_table = Table(
    "person_friends",
    Base.metadata,
    Column(
        "person_id",
        BigInteger(),
        ForeignKey("people.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column(
        "friend_id",
        BigInteger(),
        ForeignKey("people.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        index=True,
    ),
)


class Person(Base):
    """One person."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"),
        primary_key=True,
    )
    name: Mapped[str] = mapped_column(String(40))

    skills: Mapped[list[Skill]] = relationship(
        secondary=person_skills_table,
        passive_deletes=True,
        back_populates="people",
        lazy="raise",
    )
    friends: Mapped[list[Person]] = relationship(
        secondary=person_friends_table,
        primaryjoin=lambda: Person.id == person_friends_table.c.person_id,
        secondaryjoin=lambda: Person.id == person_friends_table.c.friend_id,
        passive_deletes=True,
        back_populates="friend_of",
        lazy="raise",
    )
    friend_of: Mapped[list[Person]] = relationship(
        secondary="person_friends",
        primaryjoin=lambda: Person.id == person_friends_table.c.friend_id,
        secondaryjoin=lambda: Person.id == person_friends_table.c.person_id,
        passive_deletes=True,
        back_populates="friends",
        lazy="raise",
    )
