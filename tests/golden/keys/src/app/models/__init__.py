"""Database models; importing this package registers every table."""

from app.models.base import Base
from app.models.department import Department
from app.models.employee import Employee
from app.models.passport import Passport
from app.models.person import Person
from app.models.reading import Reading
from app.models.skill import Skill
from app.models.tenant import Tenant

__all__ = ["Base", "Department", "Employee", "Passport", "Person", "Reading", "Skill", "Tenant"]
