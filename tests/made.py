"""Projects that several tests look at, each made once."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.contract import read_input
from agent.emitter.project import emit
from agent.inspection import Inspection
from agent.knowledge import Library
from agent.planner.plan import plan
from agent.resources import folder

if TYPE_CHECKING:
    from agent.documents import GeneratedFile, InputDocument
    from agent.planner.resolve import Plan

Json = Any  # the tests reach into it
EXAMPLES = Path(__file__).parents[1] / "schemas" / "examples"

SHOP: Json = json.loads((EXAMPLES / "input-architecture.json").read_text(encoding="utf-8"))
TODO: Json = json.loads((EXAMPLES / "input-auto.json").read_text(encoding="utf-8"))
SCHOOL: Json = {
    "request": {"type": "models", "framework": "fastapi", "description": "A school"},
    "context": {
        "spec": {
            "name": "school",
            "database": "sqlite",
            "key": "integer",
            "enums": [{"name": "Level", "values": ["first", "it's second"]}],
            "entities": [
                {
                    "name": "Person",
                    "attributes": [
                        {"name": "name", "type": "string", "length": 80, "index": True},
                        {"name": "born", "type": "date", "nullable": True},
                        {"name": "photo", "type": "binary", "nullable": True},
                        {"name": "score", "type": "float", "default": 0.5},
                        {"name": "rest", "type": "duration", "nullable": True},
                        {"name": "tags", "type": "string", "array": True, "default": []},
                    ],
                    "relations": [
                        {"name": "mentor", "target": "Person", "nullable": True,
                         "onDelete": "set-null"},
                        {"name": "home", "target": "Course", "nullable": True,
                         "onDelete": "no-action", "inverse": "locals"},
                    ],
                },
                {
                    "name": "Course",
                    "attributes": [
                        {"name": "code", "type": "string", "length": 20},
                        {"name": "year", "type": "smallint"},
                        {"name": "level", "type": "enum", "enum": "Level", "default": "first"},
                        {"name": "price", "type": "decimal", "precision": 8, "scale": 2},
                        {"name": "extra", "type": "json", "nullable": True},
                    ],
                    "uniques": [{"attributes": ["code", "year"]}],
                    "indexes": [{"attributes": ["year", "level"]}],
                    "checks": [{"expression": "year > 1900", "name": "modern"}],
                    "relations": [
                        {"name": "students", "target": "Person", "kind": "many-to-many",
                         "inverse": "courses"},
                        {"name": "teacher", "target": "Person", "inverse": "teaches",
                         "onDelete": "cascade"},
                    ],
                },
                {
                    "name": "Seat",
                    "attributes": [
                        {"name": "row", "type": "integer"},
                        {"name": "place", "type": "bigint"},
                    ],
                    "primaryKey": ["row", "place"],
                    "relations": [
                        {"name": "person", "target": "Person", "kind": "one-to-one",
                         "inverse": "seat"},
                    ],
                },
            ],
        },
    },
}  # fmt: skip


def document(raw: Json) -> InputDocument:
    """Read an input document."""
    return read_input(raw)[0]


@cache
def library() -> Library:
    """Return the pattern library."""
    return Library(folder("knowledge"))


def made(raw: Json) -> tuple[Plan, tuple[GeneratedFile, ...], Inspection]:
    """Plan and render a document."""
    return _made(json.dumps(raw))


@cache
def _made(text: str) -> tuple[Plan, tuple[GeneratedFile, ...], Inspection]:
    planned = plan(document(json.loads(text)))
    files = emit(planned.spec, library())
    return planned, files, Inspection(files)
