"""What becomes of query parameters that are called as the query of a list calls its own?"""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING, Any

import pytest

from agent.checks.inside.fuzz.contract import read
from agent.checks.inside.fuzz.listing import page_sizes
from agent.documents import Source, SourceFormat
from agent.planner import reserved
from agent.planner.readers import openapi
from tests.emitted_app import files_of, passes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Json = Any  # any JSON
WHOLE = {"type": "integer"}
THINGS = """
project x
database sqlite
api /api
  paging {paging}
{auth}
entity Thing
  name: string(20)
"""
CLASHES = """
operation make_thing: POST /things create Thing
operation list_things: GET /things list Thing
  query offset: integer
  query skip: integer
  query sort_order: string
"""
SERVED = """
async def test_list(client: AsyncClient, app: Any) -> None:
    for name in ("a", "b"):
        await client.post("/api/things", json={"name": name})
    response = await client.get("/api/things?p=1&size=1&offset=7&skip=7&sort_order=x&order=desc")
    assert response.status_code == 200, response.text
    assert [each["name"] for each in response.json()["items"]] in (["a"], ["b"])
    assert response.json()["total"] == 2
    assert (await client.get("/api/things?offset=x")).status_code == 422
    given = app.openapi()["paths"]["/api/things"]["get"]["parameters"]
    unread = [each["name"] for each in given if "x-unread" in each["schema"]]
    assert unread == ["offset", "skip", "sort_order"]
"""


def members(files: dict[str, str]) -> Iterator[str]:
    """Yield what the bases of list queries have, and what each list's own may add."""
    for path in ("base", "thing"):
        for node in ast.parse(files[f"src/app/schemas/{path}.py"]).body:
            if not isinstance(node, ast.ClassDef) or not node.name.endswith("Query"):
                continue
            for each in node.body:
                if isinstance(each, ast.FunctionDef):
                    yield each.name
                elif isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
                    yield each.target.id


def test_every_name_that_a_query_has_is_reserved() -> None:
    found: set[str] = set()
    for paging in ("page=p limit=size", "offset=start limit=size"):
        auth = "auth keys by query secret"
        found |= {*members(files_of(THINGS.format(paging=paging, auth=auth)))}
    filters = ("id", "name", "created_at", "updated_at")
    assert {n for n in found if not n.startswith(filters)} == reserved.QUERY_MEMBERS


def test_parameters_called_as_parts_of_the_query_are_served(tmp_path: Path) -> None:
    text = THINGS.format(paging="page=p limit=size order=order", auth="")
    passes(files_of(text + CLASHES), tmp_path, SERVED)


PAGED = """
async def test_both(client: AsyncClient) -> None:
    assert (await client.get("/a?page=1&{size}=1")).json() == []
    assert (await client.get("/b?limit=1&offset=3")).json() == []
"""


@pytest.mark.parametrize("size", ["limit", "size"])
def test_lists_of_a_contract_may_be_walked_through_in_two_ways(tmp_path: Path, size: str) -> None:
    def listed(name: str, *query: str) -> Json:
        rows = {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}
        answer = {"description": "", "content": {"application/json": {"schema": rows}}}
        given = [{"in": "query", "name": each, "schema": WHOLE} for each in query]
        return {"get": {"parameters": given, "responses": {"200": answer}}}

    row = {"type": "object", "required": ["id"], "properties": {"id": WHOLE, "x": WHOLE}}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {"/a": listed("A", "page", size), "/b": listed("B", "limit", "offset")},
        "components": {"schemas": {"A": row, "B": row}},
    }
    content = json.dumps(document)
    found = openapi.read(Source(format=SourceFormat.OPENAPI, content=content))
    assert any("'offset' is read and changes nothing" in q.text for q in found.questions)
    passes(files_of(content, "openapi"), tmp_path, PAGED.format(size=size))


def test_a_size_that_nothing_reads_bounds_no_page() -> None:
    def sizes(**marks: bool) -> list[str]:
        schema = {"anyOf": [WHOLE, {"type": "null"}], **marks}
        limit = {"in": "query", "name": "limit", "schema": schema}
        contract = read({"paths": {"/b": {"get": {"parameters": [limit]}}}})
        return [*page_sizes(contract, contract.operations[0])]

    assert (sizes(), sizes(**{"x-unread": True})) == (["limit"], [])
