"""Do the benchmarks measure what they say? Their large schema, and what a peer gets of it."""

from __future__ import annotations

import json

from agent.documents import Source
from agent.planner.readers.sql import read
from agent.planner.resolve import resolve
from benchmarks import peer
from benchmarks.large import LARGE
from benchmarks.schema import KINDS, schema

TABLES = 4 * KINDS


def test_the_large_schema_has_as_many_foreign_keys_as_it_is_known_for() -> None:
    text = schema(LARGE)
    assert text.count("CREATE TABLE ") == LARGE
    assert text.count(" REFERENCES ") == 762


def test_nothing_of_the_schema_is_lost_on_the_way() -> None:
    text = schema(TABLES)
    found = read(Source(format="sql", content=text, name="tables.sql"))
    spec = resolve(found.spec).spec
    entities = spec.entities
    assert not found.warnings
    assert len(entities) == TABLES
    assert sum(len(e.relations) for e in entities) == text.count(" REFERENCES ")
    assert any(r.target == e.name for e in entities for r in e.relations)
    assert any(len(r.attributes) > 1 for e in entities for r in e.relations)
    assert any(len(e.primary_key) > 1 for e in entities)
    for rules in ("checks", "uniques", "indexes"):
        assert any(getattr(e, rules) for e in entities)
    assert spec.enums


def test_a_peer_gets_each_table_with_one_key_and_five_operations() -> None:
    found = read(Source(format="sql", content=schema(TABLES), name="tables.sql"))
    given = json.loads(peer.schema(resolve(found.spec).spec))
    assert len(given["models"]) == TABLES
    assert len(given["endpoints"]) == 5 * TABLES
    for model in given["models"]:
        assert sum("primary" in field for field in model["fields"]) == 1
