"""What every repository can do with its model."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Executable, delete, func, inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.base import ExecutableOption

from app.core.exceptions import NotFoundError
from app.db.errors import MISSING, NEEDED, breaks_reference, is_repeat, refusal
from app.models.base import Base
from app.repositories.listing import Listing
from app.repositories.uniques import taken

ModelT = TypeVar("ModelT", bound=Base)


class BaseRepository(Generic[ModelT]):
    """Queries over one model; what the database refuses becomes an error that a client gets."""

    def __init__(self, session: AsyncSession, model: type[ModelT]) -> None:
        """Work in one request's session."""
        self.session = session
        self.model = model

    async def one(
        self,
        *where: ColumnElement[bool],
        load: Sequence[ExecutableOption] = (),
        lock: bool = False,
    ) -> ModelT:
        """Return the row that matches; ``lock`` keeps others from changing it meanwhile."""
        statement = select(self.model).where(*where).options(*load)
        if lock:
            # Who is asking was read before the lock, and may be the row that is changed.
            statement = statement.with_for_update().execution_options(populate_existing=True)
        row = (await self.session.scalars(statement)).unique().one_or_none()
        if row is None:
            raise NotFoundError(f"{self.model.__name__} not found.")
        return row

    async def page(
        self,
        listing: Listing,
        query: Any,
        *where: ColumnElement[bool],
        load: Sequence[ExecutableOption] = (),
    ) -> tuple[list[ModelT], int]:
        """Return one page of the rows that match, and how many match in all."""
        conditions = [*where, *listing.where(query)]
        counting = select(func.count()).select_from(self.model).where(*conditions).correlate(None)
        # One statement sees one state of the database: the total is that of the page.
        statement = (
            select(self.model, counting.scalar_subquery())
            .where(*conditions)
            .order_by(*listing.order(query))
            .options(*load)
            .offset(query.offset)
            .limit(query.limit)
        )
        found = (await self.session.execute(statement)).unique().all()
        if found or not query.offset:
            return [row for row, _ in found], found[0][1] if found else 0
        # Beyond the last page no row carries a total; rows that came since are not counted.
        total = await self.session.scalar(counting) or 0
        return [], min(total, query.offset)

    async def add(self, row: ModelT, /, **keys: str) -> None:
        """Insert a row; ``keys`` are what refusals may name, and what the client calls it."""
        self.session.add(row)
        await self._write(row, keys)

    async def change(
        self,
        row: ModelT,
        changes: Mapping[str, Any],
        /,
        **keys: str,
    ) -> None:
        """Write new values to a row; ``keys`` as in ``add``."""
        for name, value in changes.items():
            setattr(row, name, value)
        await self._write(row, keys)

    async def remove(self, row: ModelT) -> None:
        """Delete a row by its key: it may refer to itself, in which the session finds no order."""
        mapper = inspect(self.model)
        keys = zip(mapper.primary_key, mapper.primary_key_from_instance(row), strict=True)
        statement = delete(self.model).where(*(each == value for each, value in keys))
        await self._commit(statement, told=NEEDED)

    async def _commit(self, *statements: Executable, told: str = MISSING) -> None:
        try:
            for statement in statements:
                await self.session.execute(statement)
            await self.session.commit()
        except IntegrityError as error:
            await self.session.rollback()
            raise refusal(error, told=told) from error

    async def _write(self, row: ModelT, keys: Mapping[str, str]) -> None:
        values = dict(vars(row))  # a rollback forgets what the row had
        key = inspect(row).identity
        try:
            await self.session.commit()
        except IntegrityError as error:
            await self.session.rollback()
            absent = await self._absent(values, keys) if breaks_reference(error) else []
            same = await taken(self.session, self.model, values, key) if is_repeat(error) else []
            told = NEEDED if key else MISSING
            raise refusal(error, absent, same, told, keys) from error

    async def _absent(self, values: Mapping[str, Any], keys: Mapping[str, str]) -> list[list[str]]:
        """Return the keys that belong to no row, as clients call them; together if it is one."""
        mapper = inspect(self.model)
        rules = [rule for name in keys for rule in mapper.columns[name].foreign_keys]
        absent = []
        for constraint in dict.fromkeys(rule.constraint for rule in rules):
            parts = constraint.elements if constraint else []
            names = [mapper.get_property_by_column(part.parent).key for part in parts]
            if any(values.get(name) is None for name in names):
                continue
            pairs = zip(parts, names, strict=True)
            there = select(func.count()).where(*(part.column == values[n] for part, n in pairs))
            if not await self.session.scalar(there):
                absent.append([keys[name] for name in names if name in keys])
        return absent
