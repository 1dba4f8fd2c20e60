"""Which backend do these tables describe? The way of every format that is about tables.

Columns become attributes (``sql_attributes``), foreign keys relations (``sql_relations``), and what
is left of a table its entity (``sql_entities``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.documents import Question
from agent.errors import SourceError
from agent.planner.readers import bookkeeping
from agent.planner.readers.models import UNUSABLE_IN_NAMES
from agent.planner.readers.sql_attributes import draft_attributes, tell_of_types
from agent.planner.readers.sql_drafts import Drafts
from agent.planner.readers.sql_entities import entity_of
from agent.planner.readers.sql_places import places_of
from agent.planner.readers.sql_relations import relate
from agent.planner.readers.sql_rules import draft_checks
from agent.planner.reading import Reading
from agent.some import some
from agent.types import AttributeType, BackendSpec, Database, KeyKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agent.planner.readers.sql_drafts import EntityDraft
    from agent.planner.readers.sql_relations import Join
    from agent.planner.readers.sql_schema import Schema

_CHECK_TARGETS = {
    Database.POSTGRESQL: "postgres",
    Database.MYSQL: "mysql",
    Database.SQLITE: "sqlite",
}
_WHOLE = frozenset({AttributeType.INTEGER, AttributeType.SMALLINT, AttributeType.BIGINT})


def spec_of(schema: Schema, database: Database, name: str) -> Reading:
    """Make the spec of tables that were read.

    Raises:
        SourceError: a table or a foreign key would be lost; each fault has line and column.

    """
    bookkeeping.leave_out(schema)
    drafts = Drafts(schema, _CHECK_TARGETS[database])
    for draft in drafts.by_table.values():
        draft_attributes(drafts, draft)
    for draft in drafts.by_table.values():
        draft_checks(drafts, draft)
    joins = relate(drafts)
    tell_of_types(drafts)
    if schema.faults:
        raise SourceError(schema.every_fault())
    entities = tuple(
        drafts.secrets.hash(entity_of(draft, drafts)) for draft in drafts.by_table.values()
    )
    spec = BackendSpec(
        name=name,
        database=database,
        key=KeyKind.INTEGER,
        timestamps=False,
        enums=drafts.enums(),
        entities=entities,
    )
    return Reading(
        spec,
        tuple(_assumptions(drafts, joins)),
        schema.told(),
        places_of(drafts),
    )


def last_part(path: str | None) -> str:
    """``dumps/chinook.pg.sql`` is ``chinook.pg.sql``."""
    return re.split(r"[\\/]", path or "")[-1]


def project_name(name: str | None) -> str:
    """``dumps/chinook.pg.sql`` is ``chinook``."""
    stem = UNUSABLE_IN_NAMES.sub("", last_part(name)).lstrip(".").split(".")[0].strip()
    return stem[:60] or "backend"


def _assumptions(drafts: Drafts, joins: list[Join]) -> Iterator[Question]:
    for join in joins:
        sides = f"{join.local.target.name} and {join.remote.target.name}"
        text = f"{join.table.name} only joins {sides}: a many-to-many relation, not an entity."
        yield Question(id=f"sql-join-{join.table.name}", text=text, about=join.table.name)
    for draft, why in drafts.apart:
        text = f"{draft.table.name} only joins two tables, and stays an entity: {why}."
        yield Question(id=f"sql-apart-{draft.table.name}", text=text, about=draft.name)
    for text, about in drafts.secrets.told():
        yield Question(id="sql-secrets", text=text, about=about[:200])
    if drafts.defaults:
        text = f"The application gives these defaults, not the database: {some(drafts.defaults)}."
        yield Question(id="sql-defaults", text=text, about="defaults")
    key = drafts.schema.key
    given = [
        draft.name for draft in drafts.by_table.values() if _whole_key_without_generator(draft, key)
    ]
    if given:
        text = f"Nothing numbers these rows, so clients choose the key: {', '.join(given)}."
        yield Question(id="sql-given-keys", text=text, about=", ".join(given)[:200])


def _whole_key_without_generator(draft: EntityDraft, key: Callable[[str], str]) -> bool:
    """Tell whether the key is one whole number that no database makes and no other row has."""
    primary = tuple(key(column) for column in draft.table.primary_key)
    foreign = [tuple(key(column) for column in each.columns) for each in draft.table.foreign_keys]
    if len(primary) != 1 or primary in foreign:
        return False
    fields = draft.fields[primary[0]]
    return fields["type"] in _WHOLE and "generated" not in fields and "default" not in fields
