"""Department model."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base

if TYPE_CHECKING:
    from app.models.employee import Employee
    from app.models.tenant import Tenant


class Department(Base):
    """One department."""

    __tablename__ = "departments"

    number: Mapped[int] = mapped_column(Integer(), primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(80))
    tenant_code: Mapped[str] = mapped_column(
        String(12),
        ForeignKey("tenants.code", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    )
    head_badge: Mapped[UUID | None] = mapped_column(
        Uuid(),
        ForeignKey(
            "employees.badge", ondelete="SET NULL", name="fk_departments_head_badge", use_alter=True
        ),
        index=True,
    )

    tenant: Mapped[Tenant] = relationship(back_populates="departments", lazy="raise")
    head: Mapped[Employee | None] = relationship(
        foreign_keys=[head_badge],
        back_populates="heads",
        lazy="raise",
    )
    staff: Mapped[list[Employee]] = relationship(
        foreign_keys="[Employee.department_tenant_code, Employee.department_number]",
        passive_deletes="all",
        back_populates="department",
        lazy="raise",
    )
