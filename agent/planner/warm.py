"""What does a process read once, from which others are forked to read? A request of each kind.

Imported for that alone, where ``agent.apart`` forks: grammars and tables of words are made then,
and not again by each of them.
"""

from __future__ import annotations

from agent.documents import Context, Framework, InputDocument, Request, Source, SourceFormat
from agent.documents import RequestType as Type
from agent.planner.plan import plan

SOURCES = {
    SourceFormat.SPEC: "entity A\n  x: string(9)\n",
    SourceFormat.SQL: "CREATE TABLE a (id integer PRIMARY KEY, x varchar(9) NOT NULL)",
    SourceFormat.DBML: "Table a {\n  id int [pk]\n}",
    SourceFormat.JDL: "entity A { x String }",
    SourceFormat.PRISMA: "model A {\n  id Int @id\n}",
    SourceFormat.MERMAID: "erDiagram\n  A {\n    int id PK\n  }",
    SourceFormat.OPENAPI: '{"openapi": "3.1.0", "paths": {"/a": {"get": {"responses": {}}}}}',
    SourceFormat.JSON_SCHEMA: '{"properties": {"x": {"type": "string"}}}',
}
WORDS = "A note has a title."

for _form, _text in SOURCES.items():
    _request = Request(type=Type.ARCHITECTURE, framework=Framework.FASTAPI, description="")
    _source = Source(format=_form, content=_text)
    plan(InputDocument(request=_request, context=Context(sources=(_source,))))
plan(
    InputDocument(
        request=Request(type=Type.ARCHITECTURE, framework=Framework.FASTAPI, description=WORDS)
    )
)
