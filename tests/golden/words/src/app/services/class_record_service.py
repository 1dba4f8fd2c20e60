"""What can be done with class records, and by whom."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.class_record import ClassRecord
from app.repositories.class_record_repository import LIST_CLASS_RECORDS, ClassRecordRepository
from app.schemas.class_record import ClassRecordCreate, ClassRecordUpdate, ListClassRecordsQuery


class ClassRecordService:
    """Business rules of class records."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.class_records = ClassRecordRepository(session)

    async def list_class_records(
        self,
        query: ListClassRecordsQuery,
    ) -> tuple[list[ClassRecord], int]:
        """List class records."""
        return await self.class_records.page(LIST_CLASS_RECORDS, query)

    async def create_class_record(self, data: ClassRecordCreate) -> ClassRecord:
        """Create a class record."""
        class_record = ClassRecord(**data.model_dump())
        await self.class_records.add(class_record)
        return class_record

    async def read_class_record(self, class_record_id: int) -> ClassRecord:
        """Read a class record."""
        return await self.class_records.one(ClassRecord.id == class_record_id)

    async def replace_class_record(
        self,
        class_record_id: int,
        data: ClassRecordCreate,
    ) -> ClassRecord:
        """Replace a class record."""
        class_record = await self.class_records.one(ClassRecord.id == class_record_id, lock=True)
        changes = data.model_dump()
        await self.class_records.change(class_record, changes)
        return class_record

    async def update_class_record(
        self,
        class_record_id: int,
        data: ClassRecordUpdate,
    ) -> ClassRecord:
        """Change a class record."""
        class_record = await self.class_records.one(ClassRecord.id == class_record_id, lock=True)
        changes = data.model_dump(exclude_unset=True)
        await self.class_records.change(class_record, changes)
        return class_record

    async def delete_class_record(self, class_record_id: int) -> None:
        """Delete a class record."""
        class_record = await self.class_records.one(ClassRecord.id == class_record_id, lock=True)
        await self.class_records.remove(class_record)
