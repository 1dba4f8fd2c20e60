"""Is a 409 documented exactly where other rows, or the state of its own, can be in the way?"""

from __future__ import annotations

import json

import pytest

from agent.documents import Source, SourceFormat
from agent.planner.conflicts import Conflicts
from agent.planner.readers.openapi import read
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve

WRITING = {"create", "update", "delete"}
TAKEN = {"create", "update"}
ROW = {
    "type": "object",
    "required": ["name"],
    "properties": {"id": {"type": "integer", "readOnly": True}, "name": {"type": "string"}},
}
BODY = {"content": {"application/json": {"schema": ROW}}}


def met(text: str, entity: str) -> set[str]:
    spec = resolve(parse(f"project x\n{text}")).spec
    conflicts = Conflicts(spec)
    return {o.kind.value for o in spec.operations if o.entity == entity and conflicts.may_meet(o)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("entity A\n  b: string(9)", set()),
        ("entity A\n  b: string(9) unique", TAKEN),
        ("entity A\n  b: string(9)\n  c: date\n  unique(b, c)", TAKEN),
        ("entity A\n  b: string(9)\n  d: date\n  key(b)", TAKEN),
        ("entity A\n  b: date\nentity C\n  a -> A", {"delete"}),
        ("entity A\n  c -> C\nentity C\n  b: date", TAKEN),
        ("entity A\n  d: date\n  c <-> C\nentity C\n  b: date", TAKEN),
        ("entity A\n  b: date\nentity C\n  a -> A cascade", set()),
        ("entity A\n  b: date\nentity C\n  a -> A cascade\nentity D\n  c -> C", {"delete"}),
        ("entity A\n  b: x -> y", TAKEN),
    ],
)
def test_what_can_be_in_the_way_of_rows(text: str, expected: set[str]) -> None:
    assert met(text, "A") & WRITING == expected


def test_a_contract_that_names_a_409_without_a_reason_is_asked_for_one() -> None:
    answer = {"description": "", **BODY}
    document = {
        "openapi": "3.0.0",
        "info": {"title": "x", "version": "1.0.0"},
        "paths": {
            "/things": {
                "get": {
                    "responses": {
                        "200": {
                            "description": "",
                            "content": {
                                "application/json": {"schema": {"type": "array", "items": ROW}}
                            },
                        }
                    }
                },
                "post": {"requestBody": BODY, "responses": {"201": answer, "409": {}}},
            }
        },
    }
    found = read(Source(format=SourceFormat.OPENAPI, content=json.dumps(document)))
    asked = [q.text for q in found.questions]
    assert len(asked) == 1
    assert asked[0].startswith("POST /things: 409 is named, and nothing in the document says")
