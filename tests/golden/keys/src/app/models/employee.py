"""Employee model."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import (
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    Numeric,
    String,
    Time,
    Uuid,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.types import UTCDateTime, row_moment
from app.models.base import Base

if TYPE_CHECKING:
    from app.models.department import Department
    from app.models.passport import Passport


class Employee(Base):
    """One employee."""

    __tablename__ = "employees"
    __table_args__ = (
        ForeignKeyConstraint(
            ["department_tenant_code", "department_number"],
            ["departments.tenant_code", "departments.number"],
            ondelete="RESTRICT",
        ),
    )

    badge: Mapped[UUID] = mapped_column(Uuid(), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    born: Mapped[dt.date | None] = mapped_column(Date())
    hired: Mapped[dt.datetime] = mapped_column(
        UTCDateTime(),
        default=row_moment,
        server_default=func.now(),
    )
    shift: Mapped[dt.time | None] = mapped_column(Time())
    salary: Mapped[Decimal | None] = mapped_column(Numeric(30, 4))
    department_tenant_code: Mapped[str] = mapped_column(String(12), index=True)
    department_number: Mapped[int] = mapped_column(Integer(), index=True)
    manager_badge: Mapped[UUID | None] = mapped_column(
        Uuid(),
        ForeignKey("employees.badge", ondelete="SET NULL"),
        index=True,
    )

    department: Mapped[Department] = relationship(
        foreign_keys=[department_tenant_code, department_number],
        back_populates="staff",
        lazy="raise",
    )
    manager: Mapped[Employee | None] = relationship(
        foreign_keys=[manager_badge],
        remote_side="[Employee.badge]",
        back_populates="reports",
        lazy="raise",
    )
    heads: Mapped[list[Department]] = relationship(
        foreign_keys="[Department.head_badge]",
        passive_deletes="all",
        back_populates="head",
        lazy="raise",
    )
    reports: Mapped[list[Employee]] = relationship(
        foreign_keys="[Employee.manager_badge]",
        passive_deletes="all",
        back_populates="manager",
        lazy="raise",
    )
    passport: Mapped[Passport | None] = relationship(
        passive_deletes="all",
        back_populates="employee",
        lazy="raise",
    )
