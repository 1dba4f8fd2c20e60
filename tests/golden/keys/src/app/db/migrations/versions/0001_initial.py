"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Create every table, with its constraints and indexes."""
    op.create_table(
        "tenants",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_tenants")),
    )
    op.create_table(
        "skills",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skills")),
        sa.UniqueConstraint("name", name=op.f("uq_skills_name")),
    )
    op.create_table(
        "people",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )
    op.create_table(
        "readings",
        sa.Column("sensor", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("details", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("limits", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("tags", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("took", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("sensor", "at", name=op.f("pk_readings")),
    )
    op.create_table(
        "departments",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tenant_code", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("head_badge", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_code"],
            ["tenants.code"],
            name=op.f("fk_departments_tenant_code"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_code", "number", name=op.f("pk_departments")),
    )
    op.create_index(op.f("ix_departments_tenant_code"), "departments", ["tenant_code"])
    op.create_index(op.f("ix_departments_head_badge"), "departments", ["head_badge"])
    op.create_table(
        "employees",
        sa.Column("badge", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("born", sa.Date(), nullable=True),
        sa.Column(
            "hired",
            sa.DateTime(timezone=True),
            server_default=sa.func.now(),
            nullable=False,
        ),
        sa.Column("shift", sa.Time(), nullable=True),
        sa.Column("salary", sa.Numeric(precision=30, scale=4), nullable=True),
        sa.Column("department_tenant_code", sa.String(length=12), nullable=False),
        sa.Column("department_number", sa.Integer(), nullable=False),
        sa.Column("manager_badge", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["department_tenant_code", "department_number"],
            ["departments.tenant_code", "departments.number"],
            name=op.f("fk_employees_department_tenant_code_department_number"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["manager_badge"],
            ["employees.badge"],
            name=op.f("fk_employees_manager_badge"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("badge", name=op.f("pk_employees")),
    )
    op.create_index(
        op.f("ix_employees_department_tenant_code"),
        "employees",
        ["department_tenant_code"],
    )
    op.create_index(op.f("ix_employees_department_number"), "employees", ["department_number"])
    op.create_index(op.f("ix_employees_manager_badge"), "employees", ["manager_badge"])
    op.create_table(
        "passports",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("employee_badge", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employee_badge"],
            ["employees.badge"],
            name=op.f("fk_passports_employee_badge"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_passports")),
        sa.UniqueConstraint("employee_badge", name=op.f("uq_passports_employee_badge")),
    )
    op.create_table(
        "person_skills",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("skill_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_person_skills_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"],
            ["skills.id"],
            name=op.f("fk_person_skills_skill_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "skill_id", name=op.f("pk_person_skills")),
    )
    op.create_index(op.f("ix_person_skills_skill_id"), "person_skills", ["skill_id"])
    op.create_table(
        "person_friends",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("friend_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_person_friends_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["friend_id"],
            ["people.id"],
            name=op.f("fk_person_friends_friend_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "friend_id", name=op.f("pk_person_friends")),
    )
    op.create_index(op.f("ix_person_friends_friend_id"), "person_friends", ["friend_id"])
    with op.batch_alter_table("departments") as batch:
        batch.create_foreign_key(
            op.f("fk_departments_head_badge"),
            "employees",
            ["head_badge"],
            ["badge"],
            ondelete="SET NULL",
        )


def downgrade() -> None:
    """Drop every table."""
    with op.batch_alter_table("departments") as batch:
        batch.drop_constraint(op.f("fk_departments_head_badge"), type_="foreignkey")
    op.drop_table("person_friends")
    op.drop_table("person_skills")
    op.drop_table("passports")
    op.drop_table("employees")
    op.drop_table("departments")
    op.drop_table("readings")
    op.drop_table("people")
    op.drop_table("skills")
    op.drop_table("tenants")
