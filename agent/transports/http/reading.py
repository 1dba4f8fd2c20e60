"""What is there to read? The schemas of the contract, and the patterns of the library."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import Response

from agent.contract.schema import INPUT_FILE, OUTPUT_FILE, PROOF_FILE
from agent.resources import folder
from agent.transports.http.answering import answer, refusals
from agent.transports.http.callers import AnyCaller
from agent.transports.http.problems import Problem
from agent.transports.http.shapes import (
    PatternEntry,
    PatternList,
    PatternView,
    SchemaEntry,
    SchemaList,
)
from agent.transports.http.tasks import AtDesk

router = APIRouter(prefix="/v1", tags=["reading"])
SCHEMAS = {"input": INPUT_FILE, "output": OUTPUT_FILE, "proof": PROOF_FILE}


def _schema(name: str) -> str:
    return (folder("schemas") / SCHEMAS[name]).read_text(encoding="utf-8")


@router.get("/schemas", response_model=SchemaList, responses=refusals())
async def schemas(_caller: AnyCaller) -> Response:
    """List the JSON Schemas of what goes in and comes out."""
    entries = [
        SchemaEntry(name=name, title=json.loads(_schema(name))["title"], href=f"/v1/schemas/{name}")
        for name in SCHEMAS
    ]
    return answer(SchemaList(schemas=tuple(entries)))


@router.get(
    "/schemas/{name}",
    response_model=None,
    responses={
        200: {
            "description": "The schema.",
            "content": {"application/schema+json": {"schema": {"type": "object"}}},
        },
        **refusals(404),
    },
)
async def schema(
    name: Annotated[str, Path(description="input, output or proof.", examples=["input"])],
    _caller: AnyCaller,
) -> Response:
    """Show a JSON Schema (2020-12)."""
    if name not in SCHEMAS:
        raise Problem(404, "no-such-schema", f"there is no schema {name[:64]!r}")
    return Response(_schema(name), media_type="application/schema+json")


@router.get("/patterns", response_model=PatternList, responses=refusals())
async def patterns(_caller: AnyCaller, desk: AtDesk) -> Response:
    """List the patterns of the library."""
    entries = [PatternEntry(**_entry(each)) for each in desk.library.patterns.values()]
    return answer(PatternList(patterns=tuple(entries)))


@router.get("/patterns/{name}", response_model=PatternView, responses=refusals(404))
async def pattern(
    name: Annotated[str, Path(description="A pattern.", examples=["fastapi-patterns"])],
    _caller: AnyCaller,
    desk: AtDesk,
) -> Response:
    """Show a pattern: when it is of use, why, and the templates it has."""
    found = desk.library.patterns.get(name)
    if found is None:
        raise Problem(404, "no-such-pattern", f"there is no pattern {name[:64]!r}")
    return answer(PatternView(**_entry(found), document=found.body, templates=found.templates))


def _entry(pattern: Any) -> dict[str, Any]:  # noqa: ANN401 - patterns have no other reader
    return {
        "name": pattern.name,
        "description": pattern.description,
        "metadata": pattern.metadata,
    }
