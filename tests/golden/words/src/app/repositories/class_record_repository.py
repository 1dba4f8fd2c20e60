"""Queries over class records."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.class_record import ClassRecord
from app.repositories.base import BaseRepository
from app.repositories.listing import Listing, at_least, at_most, contains, equal

LIST_CLASS_RECORDS = Listing(
    filters={
        "id": equal(ClassRecord.id),
        "class_": equal(ClassRecord.class_),
        "import_": equal(ClassRecord.import_),
        "model_config_": equal(ClassRecord.model_config_),
        "str_": equal(ClassRecord.str_),
        "date": equal(ClassRecord.date),
        "date_min": at_least(ClassRecord.date),
        "date_max": at_most(ClassRecord.date),
        "type": equal(ClassRecord.type),
        "status": equal(ClassRecord.status),
        "created_at_min": at_least(ClassRecord.created_at),
        "created_at_max": at_most(ClassRecord.created_at),
        "updated_at_min": at_least(ClassRecord.updated_at),
        "updated_at_max": at_most(ClassRecord.updated_at),
    },
    search=contains(
        ClassRecord.class_,
        ClassRecord.import_,
        ClassRecord.model_config_,
        ClassRecord.str_,
        ClassRecord.type,
    ),
    sorts={
        "id": ClassRecord.id,
        "class": ClassRecord.class_,
        "import": ClassRecord.import_,
        "model_config": ClassRecord.model_config_,
        "str": ClassRecord.str_,
        "date": ClassRecord.date,
        "type": ClassRecord.type,
        "status": ClassRecord.status,
        "created_at": ClassRecord.created_at,
        "updated_at": ClassRecord.updated_at,
    },
    key=(ClassRecord.id,),
)


class ClassRecordRepository(BaseRepository[ClassRecord]):
    """Queries over class records."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        super().__init__(session, ClassRecord)
