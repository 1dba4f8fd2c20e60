"""Which values of a row has another one already, where only one may have them?"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import PrimaryKeyConstraint, Table, UniqueConstraint, func, inspect, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.base import Base

RULES = (PrimaryKeyConstraint, UniqueConstraint)


async def taken(
    session: AsyncSession,
    model: type[Base],
    values: Mapping[str, Any],
    key: Sequence[Any] | None,
) -> list[str]:
    """Return the attributes that another row than that of ``key`` has, and only one may have."""
    mapper = inspect(model)
    table = cast("Table", mapper.local_table)
    unique = [
        *(rule for rule in table.constraints if isinstance(rule, RULES)),
        *(index for index in table.indexes if index.unique),
    ]
    own = zip(mapper.primary_key, key or (), strict=False)
    others = [or_(*(column != value for column, value in own))] if key else []
    for rule in sorted(unique, key=lambda rule: str(rule.name)):
        names = {mapper.get_property_by_column(column).key: column for column in rule.columns}
        if any(values.get(name) is None for name in names):
            continue
        same = (column == values[name] for name, column in names.items())
        if await session.scalar(select(func.count()).where(*same, *others)):
            return list(names)
    return []
