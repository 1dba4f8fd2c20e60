"""Is a row's check written as its database reads it?"""

from __future__ import annotations

import pytest

from agent.planner.row_checks import check_sql
from agent.types import Attribute, AttributeType, Database, Entity

ENTITY = Entity(
    name="Stay",
    attributes=tuple(
        Attribute(name=name, column=column, type=AttributeType.INTEGER)
        for name, column in (
            ("begin", "begin"),
            ("end", "end"),
            ("order", "order"),
            ("count", "Count"),
            ("number", "数量"),
            ("upper", "upper"),
        )
    ),
)


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("begin > 0", "begin > 0"),
        ("end IS NULL OR END >= begin", '"end" IS NULL OR "end" >= begin'),
        ("order > 0 AND order < 9", '"order" > 0 AND "order" < 9'),
        ('"order" > 0', '"order" > 0'),
        ("`order` > 0", '"order" > 0'),
        ("count > 0", '"Count" > 0'),
        ("数量 > 0", '"数量" > 0'),
        (
            "upper('end') = 'it''s the end' OR upper > 1",
            "upper('end') = 'it''s the end' OR upper > 1",
        ),
        ("elsewhere > orders", "elsewhere > orders"),
    ],
)
def test_names_are_quoted_where_they_have_to_be(given: str, written: str) -> None:
    assert check_sql(given, ENTITY, Database.POSTGRESQL) == written
    assert check_sql(given, ENTITY, Database.MYSQL) == written.replace('"', "`")
