"""Does a project with more lists than FastAPI describes in one go tell of all of them?"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING

from agent.documents import FileType, GeneratedFile
from agent.emitter import own_document
from agent.emitter.project import emit
from agent.planner.readers.spec_language import parse
from agent.planner.resolve import resolve
from agent.sandbox import Sandbox
from tests.made import library

if TYPE_CHECKING:
    import pytest

SPEC = resolve(parse("project x\nentity A\n  b: string(9)\nentity C\n  d: date\n")).spec
DOCUMENT = "src/app/api/document.py"
PROGRAM = """
import json
import sys
from typing import Annotated

sys.path.insert(0, ".")

from fastapi import APIRouter, FastAPI, Query
from pydantic import BaseModel, create_model

from document import Application

router = APIRouter()
for number in range(140):
    asked = create_model(f"Query{number}", page=(int, 1), own=(str | None, None))
    answer = create_model(f"Answer{number}", rows=(list[int], ...))

    def rows(query: Annotated[asked, Query()]) -> answer:
        ...

    router.add_api_route(f"/{number}", rows, name=f"rows_{number}", response_model=answer)
found = {}
for kind in (FastAPI, Application):
    app = kind(title="t", version="1")
    app.include_router(router, prefix="/v1")
    try:
        document = app.openapi()
    except KeyError:
        found[kind.__name__] = []
        continue
    assert app.openapi() is document
    assert all(len(path["get"]["parameters"]) == 2 for path in document["paths"].values())
    found[kind.__name__] = [*document["paths"]]
    found["answers"] = [name for name in document["components"]["schemas"] if "Answer" in name]
print(json.dumps(found))
"""


def emitted() -> dict[str, str]:
    return {file.path: file.content for file in emit(SPEC, library())}


def test_few_lists_need_no_document_of_their_own() -> None:
    assert DOCUMENT not in emitted()


def test_all_of_many_lists_are_described(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_document, "_LISTS_AT_ONCE", 1)
    files = emitted()
    assert "    app = Application(\n" in files["src/app/main.py"]
    given = {"document.py": files[DOCUMENT], "main.py": PROGRAM}

    async def job() -> str:
        made = [GeneratedFile(path=p, content=c, type=FileType.CONFIG) for p, c in given.items()]
        async with Sandbox().workspace(made) as workspace:
            outcome = await workspace.run([sys.executable, "main.py"], timeout=30)
            assert outcome.exit_code == 0, outcome.stderr
            return outcome.stdout

    found = json.loads(asyncio.run(job()))
    assert found["Application"] == [f"/v1/{number}" for number in range(140)]
    assert len(found["answers"]) == 140
