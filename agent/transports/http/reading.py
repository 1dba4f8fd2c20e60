"""What is there to read? The schemas of the contract, and the patterns of the library."""

import json
from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from agent.contract.schema import INPUT_FILE, OUTPUT_FILE, PROOF_FILE
from agent.resources import folder
from agent.transports.http.answering import answer, only_known, refusals
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

router = APIRouter(prefix="/v1", tags=["reading"], dependencies=[Depends(only_known)])
BUS = "asyncapi"
SCHEMAS = {
    "input": INPUT_FILE,
    "output": OUTPUT_FILE,
    "proof": PROOF_FILE,
    BUS: f"python-specialist.{BUS}.json",
}
"""The file of each. That of the bus refers to the others by their files' names."""
_SCHEMAS = f"there are {', '.join(SCHEMAS)}"


@cache
def _schema(file: str) -> str:
    return (folder("schemas") / file).read_text(encoding="utf-8")


@cache
def _title(file: str) -> str:
    schema = json.loads(_schema(file))
    title: str = schema.get("info", schema)["title"]
    return title


@router.get("/schemas", response_model=SchemaList, responses=refusals())
async def schemas(_caller: AnyCaller) -> Response:
    """List the JSON Schemas of what goes in and comes out, and the AsyncAPI document of the bus."""
    entries = [
        SchemaEntry(name=name, title=_title(file), href=f"/v1/schemas/{name}")
        for name, file in SCHEMAS.items()
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
    name: Annotated[
        str,
        Path(description="input, output, proof or asyncapi, or its file.", examples=["input"]),
    ],
    _caller: AnyCaller,
) -> Response:
    """Show a JSON Schema (2020-12), or the AsyncAPI document of the bus."""
    file = SCHEMAS.get(name, name)
    if file not in SCHEMAS.values():
        raise Problem(404, "no-such-schema", f"there is no schema {name[:64]!r}: {_SCHEMAS}")
    is_bus = file == SCHEMAS[BUS]
    kind = "application/json" if is_bus else "application/schema+json"
    return Response(_schema(file), media_type=kind)


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
        raise Problem(
            404, "no-such-pattern", f"there is no pattern {name[:64]!r}: see /v1/patterns"
        )
    return answer(PatternView(**_entry(found), document=found.body, templates=found.templates))


def _entry(pattern: Any) -> dict[str, Any]:  # noqa: ANN401 - patterns have no other reader
    return {
        "name": pattern.name,
        "description": pattern.description,
        "metadata": pattern.metadata,
    }
